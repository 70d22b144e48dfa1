import TestSupport
import Testing

/// Self-healing as set up by the Ansible role `agent`, and its report.
@Suite(.programLimit)
struct HealTests {
    let sandbox: Sandbox
    let script = "\(InterfaceTests.collection)/roles/agent/files/gotoolprov-heal"
    var state: String { "\(sandbox.directory.path)/state" }

    init() async throws {
        sandbox = try Sandbox()
        let archive = try ArchiveFixture.hostGo()
        let digest = try await sandbox.serve(archive.gzipped).digest
        try await sandbox.install(digest).expectSuccess()
        try sandbox.directory.write("state/.keep", "")
    }

    func heal(
        _ arguments: String...,
        with changes: [String: String] = [:]
    ) async throws -> CommandResult {
        try await run(
            "/bin/sh",
            [script] + arguments,
            environment: sandbox.environment.merging([
                "HEAL_SETTINGS": "/nowhere", "HEAL_STATE": state, "HEAL_ENSURE": "no",
                "GOTOOLPROV_BINARY": sandbox.program, "GOTOOLPROV_MIRROR": sandbox.mirror,
                "HEAL_PAUSES": "0 0",
            ]) { $1 }.merging(changes) { $1 },
            in: sandbox.home
        )
    }

    func record() throws -> String {
        String(decoding: try bytes(of: "\(state)/heal.json"), as: UTF8.self)
    }

    func report() throws -> String {
        String(decoding: try bytes(of: "\(state)/report.json"), as: UTF8.self)
    }

    func lines() throws -> [Substring] {
        try report().split(separator: "\n").map { $0.drop { $0 == " " } }
    }

    @Test func `the report contains the repair and the restored integrity`() async throws {
        try sandbox.directory.write("home/sdk/go1.99.1/VERSION", "go1.0\n")
        try await heal().expectSuccess()
        try await validate(try report(), against: "report")
        try await validate(
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

        // Without a repair, the total stays.
        try await heal().expectSuccess()
        found = try lines()
        #expect(found.contains(#""result": "ok","#), "\(found)")
        #expect(found.contains(#""total": 1,"#))

        // A tree that cannot be repaired stays reported as damaged.
        try await run("rm", ["-r", sandbox.mirror]).expectSuccess()
        try await run("rm", ["\(sandbox.sdkRoot)/go1.99.1/VERSION"]).expectSuccess()
        let failed = try await heal()
        #expect(failed.status != 0)
        found = try lines()
        #expect(found.contains { $0.hasPrefix(#""error": "verify: "#) }, "\(found)")
        #expect(!found.contains { $0.contains("gotoolprov.error/") }, "\(found)")
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

    @Test func `a repair logs one line, and a missing archive is tried three times`()
        async throws
    {
        try sandbox.directory.write("home/sdk/go1.99.1/VERSION", "go1.0\n")
        let repaired = try await heal("heal")
        try repaired.expectSuccess()
        #expect(repaired.error == "gotoolprov-heal: repaired go1.99.1\n")

        try sandbox.directory.write("home/sdk/go1.99.1/VERSION", "go1.0\n")
        try await run("mv", [sandbox.mirror, "\(sandbox.mirror).away"]).expectSuccess()
        let failed = try await heal("heal")
        #expect(failed.status != 0)
        let found = try record()
        #expect(found.contains(#""tries": 3"#), "\(found)")
        let lines = failed.error.split(separator: "\n")
        #expect(lines.count == 1, "\(failed)")
        #expect(failed.error.hasPrefix("gotoolprov-heal: verify failed with status "), "\(failed)")
        #expect(failed.error.contains("after 3 tries: "), "\(failed)")

        // A modified tree and a run without differences are tried once.
        try await run("mv", ["\(sandbox.mirror).away", sandbox.mirror]).expectSuccess()
        try await heal("heal").expectSuccess()
        let quiet = try await heal("heal")
        try quiet.expectSuccess()
        #expect(quiet.error.isEmpty, "\(quiet)")
        #expect(try record().contains(#""tries": 1"#))
    }

    @Test(arguments: [
        "", "7", "7 \"x", "seven 2026-01-01T00:00:00Z", "99999999999999999999 2026-01-01T00:00:00Z",
        "007 2026-01-01T00:00:00Z\nmore", "{}", "7 2026-01-01T00:00:00Z\", \"x\": \"",
    ])
    func `a damaged repair count does not make the record invalid`(repairs: String) async throws {
        try sandbox.directory.write("state/repairs", repairs)
        try await heal("heal").expectSuccess()
        try await validate(try record(), against: "heal")
    }

    @Test(arguments: ["", "{", #"{"schema": "gotoolprov.heal/9"}"#])
    func `a damaged healing record does not prevent the report`(damaged: String) async throws {
        try sandbox.directory.write("state/heal.json", damaged)
        try sandbox.directory.write("state/report.json", "old")
        let result = try await heal("report")
        try result.expectSuccess()
        try await validate(try report(), against: "report")
        #expect(!result.error.contains("the report does not include it"), "\(result)")
        let found = try lines()
        #expect(found.contains(#""result": "unknown","#), "\(found)")
    }

    @Test func `healing ignores a manifest in its working directory`() async throws {
        try sandbox.directory.write("home/gotoolprov.json", #"{"go": {"versions": ["go1.12"]}}"#)
        let result = try await heal("heal", with: ["HEAL_ENSURE": "yes"])
        #expect(try !record().contains("go1.12"), "\(result)")
    }

    @Test func `a missing record that was named is an error`() async throws {
        let result = try await sandbox.gotoolprov("report", "--heal", "\(state)/none.json")
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("cannot read the record of gotoolprov-heal"), "\(result)")
    }
}
