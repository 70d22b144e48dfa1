import TestSupport
import Testing

/// The fixes on the fleet page, run on a real store to check that they resolve the finding.
@Suite(.programLimit)
struct FleetRemedyTests {
    let sandbox: Sandbox
    /// A day for which the built-in release dates determine the supported lines.
    static let now = "2026-11-25T04:00:00Z"

    /// A home directory with Go versions past their end of life, one of them in use, one of
    /// golang.org/dl, and a mirror with a supported one.
    init() async throws {
        sandbox = try Sandbox()
        for version in ["1.21.99", "1.22.99", "1.27.77"] {
            let archive = try ArchiveFixture.hostGo(version).gzipped
            let (_, digest) = try await sandbox.serve(archive, as: version)
            if version == "1.27.77" {
                try writeManifest(digest)
            } else {
                try await sandbox.gotoolprov(
                    "ensure",
                    "go\(version)",
                    "--mirror",
                    sandbox.mirror,
                    "--sha256",
                    digest
                ).expectSuccess()
            }
        }
        try await sandbox.gotoolprov("use", "go1.21.99").expectSuccess()
        for (name, text) in [
            ("VERSION", "go1.20.14\n"), (".unpacked-success", ""), ("bin/.keep", ""),
        ] {
            try sandbox.directory.write("home/sdk/go1.20.14/\(name)", text)
        }
        try await run("cp", ["/bin/true", "sdk/go1.20.14/bin/go"], in: sandbox.home)
            .expectSuccess()
    }

    private func writeManifest(_ digest: String) throws {
        let catalog = try sandbox.pin(digest, as: "1.27.77")
        try sandbox.directory.write(
            "home/.config/gotoolprov/gotoolprov.json",
            #"{"mirrors": ["\#(sandbox.mirror)"], "catalogs": ["\#(catalog)"]}"#
        )
    }

    private var path: String {
        let directory = sandbox.program.split(separator: "/").dropLast().joined(separator: "/")
        return "\(sandbox.goBin):/\(directory):/usr/bin:/bin"
    }

    /// Returns the findings of a kind with their fixes.
    private func findings() async throws -> [(subject: String, fix: String)] {
        let script = """
            set -e
            gotoolprov report >report.json
            sed -i 's/"generatedAt": "[^"]*"/"generatedAt": "\(Self.now)"/' report.json
            gotoolprov fleet report.json --now \(Self.now) --format jsonl --output hosts.jsonl
            python3 -c '
            import json
            for f in json.load(open("hosts.jsonl"))["findings"]:
                if f["kind"] in ("eol", "vulnerable"):
                    print(f["subject"] + "\\t" + f.get("fix", ""))'
            """
        let result = try await shell(
            script,
            environment: sandbox.environment.merging(["PATH": path]) { $1 },
            in: sandbox.home
        )
        #expect(result.status == 0, "\(result)")
        return result.output.split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
    }

    @Test func `the fixes resolve their findings`() async throws {
        let own = ["go1.20.14", "go1.21.99", "go1.22.99"]
        let before = try await findings().filter { own.contains($0.subject) }
        #expect(Set(before.map(\.subject)) == Set(own))
        for fix in Set(before.map(\.fix)) {
            // Only in this home directory, whatever the host has installed.
            guard fix.hasPrefix("gotoolprov ") || fix.contains(sandbox.home) else {
                Issue.record("\(fix)")
                continue
            }
            try await shell(
                fix,
                environment: sandbox.environment.merging(["PATH": path]) { $1 },
                in: sandbox.home
            ).expectSuccess()
        }
        let after = try await findings().filter { own.contains($0.subject) }
        #expect(after.isEmpty, "\(after)")
        let report = String(decoding: try bytes(of: "\(sandbox.home)/report.json"), as: UTF8.self)
        #expect(report.contains(#""version": "1.27.77""#))
    }

    @Test(arguments: ["devel go1.28-33aff0e5", "1.20.14b7x", "go1.21.13?", ""])
    func `a Go of any version is reported, and an unknown one passes no gate`(
        text: String
    ) async throws {
        try sandbox.directory.write("home/sdk/own/VERSION", text)
        try sandbox.directory.write("home/sdk/own/bin/.keep", "")
        try await run("cp", ["/bin/true", "sdk/own/bin/go"], in: sandbox.home).expectSuccess()
        let report = try await sandbox.gotoolprov("report", with: ["PATH": path])
        #expect(report.output.contains("\(sandbox.sdkRoot)/own\""), "\(report)")
        try await validate(report.output, against: "report")
        try sandbox.directory.write("home/hosts/one.json", report.output)
        let gate = try await sandbox.gotoolprov("fleet", "hosts", "-q", "--fail-on", "unknown")
        #expect(gate.status == 20, "\(gate)")
        #expect(gate.error.contains("gate `unknown` failed: 1 host"), "\(gate)")
    }

    @Test(.enabled(if: canMount, "needs root to have users"))
    func `root's report contains other users' Go versions, without following their links`()
        async throws
    {
        let script = """
            set -e
            users=$(pwd)/users
            mkdir -p users/alice users/bob/sdk
            cp -r sdk users/alice/
            mkdir -p users/alice/sdk/evil/bin users/alice/sdk/pipe/bin
            cp /bin/true users/alice/sdk/evil/bin/go
            cp /bin/true users/alice/sdk/pipe/bin/go
            echo secret >secret
            ln -s "$(pwd)/secret" users/alice/sdk/evil/VERSION
            mkfifo users/alice/sdk/pipe/VERSION
            ln -s "$(pwd)/sdk/go1.22.99" users/bob/sdk/linked
            printf 'root:x:0:0::%s:/bin/sh\\nalice:x:4321:4321::%s:/bin/sh\\nbob:x:4322:4322::%s:/bin/sh\\n' \\
                "$(pwd)" "$users/alice" "$users/bob" >passwd
            exec unshare --mount sh -c 'mount --bind passwd /etc/passwd && exec "$1" report' sh "$1"
            """
        let report = try await shell(
            script,
            sandbox.program,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(report.status == 0, "\(report)")
        for text in [
            // A link of bob's to another directory is not followed.
            #""otherHomes": "partly-read""#, "\(sandbox.home)/users/alice/sdk/go1.21.99\"",
            #""remove": "sudo -Hu alice gotoolprov remove go1.21.99""#, #""user": "alice""#,
        ] {
            #expect(report.output.contains(text), "\(text): \(report)")
        }
        #expect(!report.output.contains("users/bob"), "\(report)")
        #expect(!report.output.contains("secret"), "\(report)")
        try await validate(report.output, against: "report")
    }

    @Test func `an empty record after a power failure does not prevent a report`()
        async throws
    {
        try sandbox.directory.write("home/heal.json", "")
        let report = try await sandbox.gotoolprov(
            "report",
            "--format",
            "text",
            "--heal",
            "heal.json"
        )
        #expect(report.status == 0, "\(report)")
        #expect(report.error.contains("ignored \(sandbox.home)/heal.json: "), "\(report)")
        #expect(report.output.contains("heal unknown: "), "\(report)")
        let json = try await sandbox.gotoolprov("report", "--heal", "heal.json")
        #expect(json.output.contains(#""result": "unknown","#), "\(json)")
        #expect(!json.output.contains("startedAt"), "\(json)")
        try await validate(json.output, against: "report")
    }

    @Test func `a record of up to 64 MiB is read, and a larger one is not called damaged`()
        async throws
    {
        let record = """
            {"schema": "gotoolprov.heal/2", "startedAt": "2026-01-01T00:00:00Z",
            "finishedAt": "2026-01-01T00:00:07Z", "repairs": {"total": 0}, "ensure": null,
            "verify": {"status": 1, "error": "it is bad", "result": null}}
            """
        let blanks = String(repeating: " ", count: 1 << 20)
        try sandbox.directory.write("home/heal.json", record + String(repeating: blanks, count: 20))
        let large = try await sandbox.gotoolprov("report", "--heal", "heal.json")
        #expect(large.output.contains(#""result": "failed","#), "\(large)")
        try await run("truncate", ["-s", "67108865", "\(sandbox.home)/heal.json"]).expectSuccess()
        let larger = try await sandbox.gotoolprov("report", "--heal", "heal.json")
        #expect(larger.output.contains(#""result": "unknown","#), "\(larger)")
        #expect(
            larger.output.contains("ignored \(sandbox.home)/heal.json: larger than 64 MiB"),
            "\(larger)"
        )
    }
}
