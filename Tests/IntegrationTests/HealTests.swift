import TestSupport
import Testing

/// Self-healing as it is set up by Ansible's role `agent`, and the report of what it did.
@Suite(.timeLimit(.minutes(15)))
struct HealTests {
    let sandbox: Sandbox
    let script = "\(InterfaceTests.package)/Scripts/ansible/roles/agent/files/gotoolprov-heal"
    var state: String { "\(sandbox.folder.path)/state" }

    init() async throws {
        sandbox = try Sandbox()
        let archive = ArchiveFixture.go("1.99.1", program: try hostProgram())
        let digest = try await sandbox.serve(archive.gzipped).digest
        try await sandbox.install(digest).expectSuccess()
        try sandbox.folder.write("state/.keep", "")
    }

    func heal(_ arguments: String...) async throws -> CommandResult {
        try await run(
            "/bin/sh",
            [script] + arguments,
            environment: sandbox.environment.merging([
                "HEAL_SETTINGS": "/nowhere", "HEAL_STATE": state, "HEAL_ENSURE": "no",
                "GOTOOLPROV_BINARY": sandbox.program, "GOTOOLPROV_MIRROR": sandbox.mirror,
            ]) { $1 },
            in: sandbox.home
        )
    }

    func report() throws -> String {
        String(decoding: try bytes(of: "\(state)/report.json"), as: UTF8.self)
    }

    func lines() throws -> [Substring] {
        try report().split(separator: "\n").map { $0.drop { $0 == " " } }
    }

    @Test func `the report says what was repaired, and that all is well again`() async throws {
        try sandbox.folder.write("home/sdk/go1.99.1/VERSION", "go1.0\n")
        try await heal().expectSuccess()
        let interface = try InterfaceTests()
        try await interface.validate(try report(), against: "report")
        try await interface.validate(
            String(decoding: try bytes(of: "\(state)/heal.json"), as: UTF8.self),
            against: "heal"
        )
        var found = try lines()
        for line in [
            #""op": "heal","#, #""result": "changed","#, #""total": 1,"#, #""go1.99.1""#,
            #""state": "ok","#, #""mode": "full","#,
        ] {
            #expect(found.contains { $0 == line }, "\(line): \(found)")
        }

        // Nothing to do: it is still known how often there was.
        try await heal().expectSuccess()
        found = try lines()
        #expect(found.contains(#""result": "ok","#), "\(found)")
        #expect(found.contains(#""total": 1,"#))

        // A tree that cannot be put right is told as what it is.
        try await run("rm", ["-r", sandbox.mirror]).expectSuccess()
        try await run("rm", ["\(sandbox.sdkRoot)/go1.99.1/VERSION"]).expectSuccess()
        let failed = try await heal()
        #expect(failed.status != 0)
        found = try lines()
        #expect(found.contains { $0.hasPrefix(#""error": "verify: "#) }, "\(found)")
        #expect(!found.contains { $0.contains("schemaVersion") }, "\(found)")
        #expect(found.contains(#""result": "failed","#), "\(found)")
        #expect(found.contains(#""state": "incomplete","#), "\(found)")
        let fleet = try await sandbox.gotoolprov(
            "fleet",
            "--format",
            "json",
            "\(state)/report.json"
        )
        #expect(fleet.output.contains(#""state":"failed""#), "\(fleet)")
    }

    @Test func `a record that is none is an error where it is asked for`() async throws {
        let file = try sandbox.folder.write("heal.json", #"{"schema": "gotoolprov.heal/9"}"#)
        for name in [file, "\(state)/none.json"] {
            let result = try await sandbox.gotoolprov("report", "--heal", name)
            #expect(result.status == 78, "\(result)")
            #expect(result.error.contains("cannot read what gotoolprov-heal wrote down"))
        }
    }
}
