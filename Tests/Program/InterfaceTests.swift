import TestSupport
import Testing

/// Public interfaces: help, JSON and the scripts.
@Suite(.programLimit)
struct InterfaceTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// The Ansible collection.
    static let collection = "\(packageDirectory)/Scripts/deploy/ansible"

    @Test(arguments: [
        "", "ensure", "remove", "use", "which", "env", "exec", "list", "status", "verify", "cache",
        "build-tool", "doctor", "inspect", "vscode", "ansible", "fleet", "report", "completions",
        "version", "catalog",
    ])
    func `help matches the reviewed snapshots`(command: String) async throws {
        let arguments = command.isEmpty ? ["--help"] : [command, "--help"]
        let result = try await run(
            sandbox.program,
            arguments,
            environment: ["COLUMNS": "80"],
            in: "/"
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.error == "")
        #expect(result.output.contains("\nUSAGE: gotoolprov \(command.isEmpty ? "<" : command)"))
        let file = "\(packageDirectory)/Tests/Program/Snapshots/help\(command).txt"
        if testVariable("UPDATE_SNAPSHOTS") == "1" {
            try sandbox.directory.write("snapshot", result.output)
            _ = try await run("cp", ["\(sandbox.directory.path)/snapshot", file])
        }
        #expect(String(decoding: try bytes(of: file), as: UTF8.self) == result.output)
    }

    @Test func `the version matches the changelog`() async throws {
        let version = try await sandbox.gotoolprov("--version")
        #expect(version.status == 0)
        let changelog = String(
            decoding: try bytes(of: "\(packageDirectory)/CHANGELOG.md"),
            as: UTF8.self
        )
        // The first heading, or the note below it about the next version.
        let heading = changelog.split(separator: "\n").drop { !$0.hasPrefix("## [") }.prefix(2)
        let words = heading.joined(separator: " ").split { !"0123456789.".contains($0) }
        let named = words.first { $0.split(separator: ".").count == 3 } ?? ""
        #expect(version.output == "gotoolprov \(named)\n")
        let collection = String(
            decoding: try bytes(of: "\(Self.collection)/galaxy.yml"),
            as: UTF8.self
        )
        #expect(collection.contains("\nversion: \(named)\n"))
    }

    @Test func `version says how old the built-in data is`() async throws {
        let text = try await sandbox.gotoolprov("version")
        #expect(text.status == 0, "\(text)")
        let lines = text.output.split(separator: "\n").map(String.init)
        func line(_ label: String) -> String { lines.first { $0.hasPrefix(label) } ?? "" }
        #expect(line("gotoolprov ").contains(" 0."), "\(text)")
        #expect(line("build ").contains(" linux/\(hostArchitecture), "), "\(text)")
        #expect(line("inflate ").hasSuffix(" ISA-L") || line("inflate ").hasSuffix(" zlib"))
        #expect(line("OpenSSL ").contains(" 3."), "\(text)")
        #expect(line("newest Go ").contains(" go1."), "\(text)")
        #expect(line("newest Delve ").contains(" dlv1."), "\(text)")
        for (label, file, key) in [
            ("catalog ", "go", "updated"), ("vulnerabilities ", "go-vulnerabilities", "snapshot"),
        ] {
            let path = "\(packageDirectory)/Manifests/\(file).json"
            let head = String(decoding: try bytes(of: path).prefix(400), as: UTF8.self)
            let start = try #require(head.firstRange(of: "\"\(key)\":\"")).upperBound
            #expect(line(label).contains(" \(head[start...].prefix(10))  ("), "\(text)")
            #expect(text.error.contains("stale") || !line(label).contains("stale"), "\(text)")
        }
        let quiet = try await sandbox.gotoolprov("version", "-q", with: ["HOME": nil])
        #expect(quiet.output == text.output && quiet.error == "", "\(quiet)")
    }

    @Test func `every JSON document matches its schema`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        let calls: [(schema: String, arguments: [String])] = [
            ("version", ["version"]),
            ("available", ["list", "--available", "--pre"]),
            ("list", ["list"]),
            ("error", ["ensure", "go1.99.1"]),
            ("error", ["which", "go1.99.1"]),
            (
                "ensure",
                ["ensure", "go1.99.1", "--mirror", sandbox.mirror, "--sha256", digest]
            ),
            ("ensure", ["ensure", "go1.99.1", "--check"]),
            ("verify", ["verify"]), ("verify", ["verify", "--repair"]),
            ("use", ["use", "go1.99.1", "-q"]), ("use", ["use"]), ("use", ["use", "--none"]),
            ("cache", ["cache", "list"]), ("cache", ["cache", "prune", "--all"]),
            ("status", ["status"]), ("status", ["status", "--want", "go1.21.0", "dlv"]),
            ("doctor", ["doctor"]), ("report", ["report", "--quick"]),
            ("inspect", ["inspect", "/usr/bin/dlv"]),
            ("which", ["which", "go1.99"]),
            ("env", ["env", "go1.99.1"]), ("remove", ["remove", "go1.99.1", "go1.99.2"]),
        ]
        for (schema, arguments) in calls {
            let result = try await run(
                sandbox.program,
                arguments + ["--format", "json"],
                environment: sandbox.environment,
                in: sandbox.home
            )
            let document = schema == "error" ? result.error : result.output
            #expect((schema == "error" ? result.output : result.error) == "", "\(result)")
            try await validate(document, against: schema)
            if schema == "ensure", !arguments.contains("--check") {
                let receipt = try bytes(
                    of: "\(sandbox.sdkRoot)/go1.99.1/.gotoolprov/receipt.json"
                )
                try await validate(String(decoding: receipt, as: UTF8.self), against: "receipt")
            }
        }
    }

    @Test func `a manifest name may begin with a dash`() async throws {
        for command in ["report", "status"] {
            let result = try await sandbox.gotoolprov(command, "--manifest=-x")
            #expect(result.status == 78, "\(result)")
            #expect(result.error.contains("the manifest does not exist"), "\(result)")
        }
    }

    @Test func `a document that does not match its schema is detected`() async throws {
        await #expect(throws: SupportError.self) {
            try await validate(#"{"schema": "gotoolprov.list/2"}"#, against: "list")
        }
    }

    @Test func `the examples of manifests are valid`() async throws {
        for name in ["team", "air-gapped-host"] {
            let path = "\(packageDirectory)/Manifests/examples/\(name).jsonc"
            let result = try await sandbox.gotoolprov("status", "--manifest", path)
            #expect(result.status == 0, "\(result)")
            #expect(result.output.contains(path))
        }
    }

    /// The built-in catalog contains every digest of the repository's data.
    @Test func `the built-in catalog has all releases of this platform`() async throws {
        let result = try await sandbox.gotoolprov(
            "list",
            "--available",
            "--pre",
            "--format",
            "json"
        )
        let script = """
            import json, sys
            listed = {r["version"]: r["sha256"] for r in json.load(sys.stdin)["available"]}
            data = {r["version"]: a["sha256"] for r in json.load(open(sys.argv[1]))["go"]
                    for a in r["archives"] if a["arch"] == sys.argv[2]}
            print(len(listed), listed == data, listed.get("1.21.0"))
            """
        let path = try sandbox.directory.write("available.json", result.output)
        let compared = try await shell(
            "/usr/bin/python3 -c \"$1\" \"$2\" \"$3\" <\"$4\"",
            script,
            "\(packageDirectory)/Manifests/go.json",
            hostArchitecture,
            path
        )
        // docs/facts/archives.md#digest-that-anchors-the-catalog.
        let anchor = "d0398903a16ba2232b389fb31032ddf57cac34efda306a0eebac34f0965a0742"
        if hostArchitecture == "amd64" {
            #expect(compared.output == "262 True \(anchor)\n", "\(compared)")
        } else {
            #expect(compared.output.contains(" True "), "\(compared)")
        }
    }
}
