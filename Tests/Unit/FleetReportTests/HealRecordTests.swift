import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Records of `gotoolprov-heal`, as defined by docs/schemas/heal.schema.json.
@Suite(.unitLimit)
struct HealRecordTests {
    static func record(
        ensure: String = #"{"status": 0, "tries": 1, "error": null, "result": null}"#,
        verify: Int = 0,
        error: String = "null",
        tree: String = clean
    ) throws -> HealRecord {
        try HealRecord(
            parsing: Array(
                """
                {"schema": "gotoolprov.heal/2", "startedAt": "2026-11-25T03:00:00Z",
                "finishedAt": "2026-11-25T03:00:07Z",
                "repairs": {"now": 1, "total": 3, "lastAt": "2026-11-25T03:00:07Z"},
                "ensure": \(ensure),
                "verify": {"status": \(verify), "tries": 1, "error": \(error), "result":
                {"schema": "gotoolprov.verify/2", "quick": false, "repair": true, "results": [\(tree)]}}}
                """.utf8
            )
        )
    }

    static let clean = tree(verdict: "clean", differences: [], action: nil)

    static func tree(verdict: String, differences: [String], action: String?) -> String {
        let found = differences.map { #"{"path": "a", "kind": "\#($0)", "detail": ""}"# }
            .joined(separator: ",")
        let repair = action.map { #"{"action": "\#($0)", "found": [], "quarantine": null}"# }
        return """
            {"name": "go1.21.13", "goroot": "/sdk/go1.21.13", "verdict": "\(verdict)",
            "reason": null, "files": 9, "differences": [\(found)], "repaired": \(repair ?? "null")}
            """
    }

    @Test func `a run without changes is read correctly`() throws {
        let record = try Self.record()
        #expect(record.run.operation == "heal")
        #expect(record.run.result == .ok)
        #expect(record.run.milliseconds == 7000)
        #expect(record.run.error == nil)
        #expect(record.repairs.total == 3)
        #expect(record.repairs.lastRun == [])
        #expect(record.trees.map(\.path) == ["/sdk/go1.21.13"])
        #expect(record.trees[0].integrity.state == .ok)
        #expect(record.trees[0].integrity.mode == .full)
        #expect(record.trees[0].integrity.checkedAt == UTCTime("2026-11-25T03:00:07Z"))
    }

    @Test func `a repair counts as a change and is listed`() throws {
        let record = try Self.record(
            tree: Self.tree(verdict: "clean", differences: [], action: "repaired")
        )
        #expect(record.run.result == .changed)
        #expect(record.repairs.lastRun == ["go1.21.13"])
    }

    @Test(arguments: [
        ("clean", [], HostReport.Integrity.State.ok, 0 as Int?, 0 as Int?),
        ("corrupted", ["missing", "missing"], .incomplete, 0, 2),
        ("corrupted", ["missing", "changed", "mode"], .modified, 2, 1),
        ("unknown", [], .unverified, nil, nil), ("unchecked", [], .unverified, nil, nil),
        ("wonderful", [], .unverified, nil, nil),
    ])
    func `integrity follows from the verdict of verify`(
        verdict: String,
        differences: [String],
        state: HostReport.Integrity.State,
        bad: Int?,
        missing: Int?
    ) throws {
        let record = try Self.record(
            verify: 1,
            tree: Self.tree(verdict: verdict, differences: differences, action: "failed")
        )
        let integrity = record.trees[0].integrity
        #expect(integrity.state == state)
        #expect(integrity.badFiles == bad)
        #expect(integrity.missingFiles == missing)
        #expect(integrity.mode == (state == .unverified ? .none : .full))
        #expect(!record.trees[0].isRepaired)
        #expect(record.repairs.lastRun == [])
    }

    static let failed = #"{"status": 69, "tries": 3, "error": "no mirror", "result": null}"#
    static let installed = """
        {"status": 0, "tries": 1, "error": null, "result": {"results": [{"action": "installed"}]}}
        """

    @Test(arguments: [
        ("null", 0, HostReport.LastRun.Result.ok), (installed, 0, .changed),
        (failed, 0, .partial), (failed, 1, .failed), ("null", 1, .failed), (installed, 4, .partial),
        // A foreign installation is not verified.
        ("null", 2, .ok), (failed, 2, .partial),
    ])
    func `a run succeeds if both steps do`(
        ensure: String,
        verify: Int,
        result: HostReport.LastRun.Result
    ) throws {
        let record = try Self.record(ensure: ensure, verify: verify, error: #""it is bad""#)
        #expect(record.run.result == result)
        var errors: [String] = []
        if ensure == Self.failed { errors.append("ensure: no mirror") }
        if verify == 1 || verify == 4 { errors.append("verify: it is bad") }
        #expect(record.run.error == (errors.isEmpty ? nil : errors.joined(separator: "; ")))
    }

    @Test(arguments: [
        (
            #"{ "schema": "gotoolprov.error/2", "error": { "kind": "busy", "message": "no server" } } "#,
            "no server"
        ),
        // As written by 0.1.0.
        (#"{ "schemaVersion": 1, "error": { "message": "no server" } } "#, "no server"),
        (#"{ "schema": "gotoolprov.error/2", "error": { "kind": "un"#, nil), ("killed", nil),
        ("{}", nil),
    ])
    func `the message of a JSON error is extracted`(error: String, message: String?) throws {
        let text = JSONValue.string(error).rendered
        let record = try Self.record(verify: 69, error: text)
        #expect(record.run.error == "verify: \(message ?? error)")
    }

    @Test(arguments: [
        "", "{}", #"{"schema": "gotoolprov.heal/2"}"#,
        #"{"schema": "gotoolprov.heal/3"}"#, "[]", "{\"schema\": 1}",
    ])
    func `an invalid record is rejected`(text: String) {
        #expect(throws: DocumentError.self) { try HealRecord(parsing: Array(text.utf8)) }
    }
}
