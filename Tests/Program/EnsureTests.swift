import TestSupport
import Testing

/// Installation of archives by `ensure`.
@Suite(.programLimit)
struct EnsureTests {
    let sandbox: Sandbox
    /// A complete, small Go archive.
    let archive: [UInt8]

    init() throws {
        sandbox = try Sandbox()
        archive = try ArchiveFixture.hostGo().gzipped
    }

    @Test func `an archive from a mirror is installed with a launcher`() async throws {
        let (_, digest) = try await sandbox.serve(archive)

        let result = try await sandbox.install(digest)

        #expect(result.status == 0, "\(result)")
        #expect(result.output == "go1.99.1  installed  \(sandbox.sdkRoot)/go1.99.1\n")
        let listed = try await run("ls", ["-A", "\(sandbox.sdkRoot)/go1.99.1"])
        #expect(listed.output == ".gotoolprov\n.unpacked-success\nVERSION\nbin\ngo.env\n")
        // The fixture's bin/go is `true`, so its launcher succeeds.
        #expect(try await run("\(sandbox.goBin)/go1.99.1", []).status == 0)
        let receipt = try bytes(of: "\(sandbox.sdkRoot)/go1.99.1/.gotoolprov/receipt.json")
        #expect(String(decoding: receipt, as: UTF8.self).contains(#""voucher": "--sha256""#))
    }

    @Test func `an installed version needs no mirror, digest or catalog`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        let first = try await sandbox.install(digest)
        #expect(first.status == 0, "\(first)")
        let before = try await sandbox.snapshot()

        let second = try await sandbox.gotoolprov("ensure", "go1.99.1")

        #expect(second.status == 0, "\(second)")
        #expect(second.output == "go1.99.1  present  \(sandbox.sdkRoot)/go1.99.1\n")
        #expect(second.error == "")
        #expect(try await sandbox.snapshot() == before)
    }

    @Test func `a missing or outdated launcher is rewritten`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        let launcher = "\(sandbox.goBin)/go1.99.1"
        let script = try bytes(of: launcher)
        let outdated = String(decoding: script, as: UTF8.self) + "# changed\n"
        #expect(try await run("rm", [launcher]).status == 0)

        let missing = try await sandbox.gotoolprov("ensure", "go1.99.1")
        #expect(missing.output == "go1.99.1  launcher written  \(sandbox.sdkRoot)/go1.99.1\n")
        #expect(try bytes(of: launcher) == script)

        try sandbox.directory.write("home/go/bin/go1.99.1", outdated)
        #expect(try await sandbox.gotoolprov("ensure", "go1.99.1").status == 0)
        #expect(try bytes(of: launcher) == script)
        #expect(try await run(launcher, []).status == 0)
    }

    @Test func `check reports the plan and changes nothing`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        let before = try await sandbox.snapshot()
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest,
            "--check"
        )
        #expect(result.status == 20, "\(result)")
        #expect(result.output == "go1.99.1  would install  \(sandbox.sdkRoot)/go1.99.1\n")
        #expect(try await sandbox.snapshot() == before)
        _ = try await sandbox.install(digest)
        #expect(try await sandbox.gotoolprov("ensure", "go1.99.1", "--check").status == 0)
    }

    @Test func `an installed version that satisfies a minimum need not be in a catalog`()
        async throws
    {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        let result = try await sandbox.gotoolprov("ensure", "go>=1.98")
        #expect(result.output == "go1.99.1  present  \(sandbox.sdkRoot)/go1.99.1\n")
    }

    @Test func `env and exec put one Go first on PATH and override GOROOT`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        let goRoot = "\(sandbox.sdkRoot)/go1.99.1"
        let lines = try await sandbox.gotoolprov("env", "go1.99")
        let evaluated = try await shell(lines.output + #"echo "$GOROOT|$PATH"; command -v go"#)
        #expect(
            evaluated.output == """
                \(goRoot)|\(goRoot)/bin:\(baseEnvironment["PATH"] ?? "")
                \(goRoot)/bin/go

                """
        )
        let executed = try await sandbox.gotoolprov(
            "exec",
            "go1.99.1",
            "--",
            "sh",
            "-c",
            #"echo "$GOROOT"; exit 7"#,
            with: ["GOROOT": "/usr/lib/go"]
        )
        #expect(executed.status == 7)
        #expect(executed.output == "\(goRoot)\n")
        #expect(try await sandbox.gotoolprov("exec", "go1.99.1", "--", "nonesuch").status == 69)
        #expect(try await sandbox.gotoolprov("exec", "go1.99.1").status == 64)
    }

    @Test func `what is named twice is done and listed once`() async throws {
        let (path, digest) = try await sandbox.serve(archive)
        let catalog = try sandbox.pin(digest)
        let twice = ["go1.99.1", "go1.99.1", "go@1.99", "golang@1.99"]
        func lines(_ arguments: [String]) async throws -> [Substring] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment,
                in: sandbox.home
            )
            return result.output.split(separator: "\n").filter { $0.contains("1.99.1") }
        }
        let source = ["--mirror", sandbox.mirror, "--catalog", catalog]
        let installed = try await lines(["ensure"] + twice + source)
        #expect(installed.count == 1, "\(installed)")
        #expect(installed.first?.contains("  installed  ") == true, "\(installed)")
        let document = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "go@1.99",
            "--catalog",
            catalog,
            "--format",
            "json"
        )
        #expect(document.output.split(separator: "\"request\"").count == 2, "\(document)")
        let verified = try await lines(["verify"] + twice)
        #expect(verified.count == 1, "\(verified)")
        let manifest = try sandbox.directory.write(
            "twice.json",
            #"{"go": {"versions": ["go1.99.1"], "default": "go@1.99"}, "catalogs": ["\#(catalog)"]}"#
        )
        for wanted in [["--want"] + twice, []] {
            let status = try await lines(["status", "--manifest", manifest] + wanted)
            let steps = status.filter { $0.contains("  keep  ") }
            #expect(steps.count == 1, "\(status)")
        }
        let removed = try await lines(["remove", "go1.99.1", "1.99.1", "go@1.99.1"])
        #expect(removed.count == 1, "\(removed)")
        let given = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "1.99.1",
            "--archive",
            path,
            "--sha256",
            digest
        )
        #expect(given.status == 0, "\(given)")
    }
}
