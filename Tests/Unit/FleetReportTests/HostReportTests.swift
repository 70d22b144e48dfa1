import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Reading and writing of a host's report, and its comparison with the manifest.
@Suite(.unitLimit)
struct HostReportTests {
    @Test(arguments: ["", "\"<&'\u{1B}[31m\n\u{202E}é😀"])
    func `a written report can be read again`(text: String) throws {
        let report = fullReport(text)
        #expect(try HostReport(parsing: Array(report.document.rendered.utf8)) == report)
        #expect(try HostReport(parsing: Array(report.document.renderedOnOneLine.utf8)) == report)
    }

    static let smallest = """
        {"schema":"gotoolprov.host/2","generatedAt":"2026-11-25T04:00:00Z",
        "host":{"id":"0123456789abcdef0123456789abcdef","name":"a"}}
        """

    @Test func `members that an older version did not write are unknown`() throws {
        let report = try HostReport(parsing: Array(Self.smallest.utf8))
        #expect(report.debug.ability == .unknown)
        #expect(report.drift.state == .unknown)
        #expect(report.host.virtualization == .unknown)
        #expect(report.manifest.state == .none)
        let aggregate = try aggregate([report])
        #expect(aggregate.state(of: aggregate.rows[0]) == .unknown)
        #expect(!aggregate.summary.failures(of: [.drift]).contains { $0.count > 0 })
        #expect(aggregate.summary.unknownCount(of: .drift) == 1)
        #expect(aggregate.summary.unknownCount(of: .blocked) == 1)
    }

    @Test func `members of newer versions are ignored`() throws {
        let text =
            Self.smallest.dropLast(2)
            + #","color":"blue","virt":"hologram"},"drift":{"state":"drifted","items":["#
            + #"{"kind":"haunted","tool":"go"}]},"future":{"deep":[1,2,{}]}}"#
        let report = try HostReport(parsing: Array(text.utf8))
        #expect(report.host.virtualization == .unknown)
        #expect(report.drift.items.map(\.kind) == [.other])
    }

    static let deep: String =
        String(smallest.dropLast()) + ",\"deep\":" + String(repeating: "[", count: 100_000)
    static let many: String = {
        let elements = String(repeating: "{},", count: 5000).dropLast()
        return String(smallest.dropLast()) + ",\"toolchains\":[" + String(elements) + "]}"
    }()
    static let noReports: [(document: String, reason: String)] = [
        ("", "unexpected end of document"), ("[]", "expected an object"),
        ("{}", "`schema`: is missing"),
        (#"{"schema":"gotoolprov.host/3"}"#, "version 3 is newer than this gotoolprov"),
        (#"{"schema":"gotoolprov.host/0"}"#, "unsupported version 0"),
        (#"{"schema":"gotoolprov.fleet/2"}"#, "expected gotoolprov.host/2"),
        (#"{"schema":"gotoolprov.host/02"}"#, "expected gotoolprov.host/2"),
        (#"{"schema":1}"#, "`schema`: expected a string"),
        (smallest.replacing(text: "\"a\"", with: "7"), "`host.name`: expected a string"),
        (smallest.replacing(text: "0123456789abcdef\"", with: "0123456789ABCDEF\""), "`host.id`"),
        (
            smallest.replacing(text: "04:00:00Z", with: "yesterday"),
            "`generatedAt`: expected a time"
        ),
        (String(smallest.dropLast()) + #","toolchains":{}}"#, "`toolchains`: expected an array"),
        (String(smallest.dropLast()) + #","toolchains":[{}]}"#, "`toolchains[0].tool`: is missing"),
        (
            String(smallest.dropLast()) + #","toolchains":[null]}"#,
            "`toolchains[0]`: expected an object"
        ),
        (
            String(smallest.dropLast()) + #","store":{"root":"/","usedBytes":-1}}"#,
            "`store.usedBytes`"
        ),
        (
            String(smallest.dropLast()) + #","store":{"root":"/","usedBytes":1e3}}"#,
            "`store.usedBytes`"
        ),
        (
            String(smallest.dropLast())
                + #","store":{"root":"/","usedBytes":99999999999999999999}}"#,
            "`store.usedBytes`"
        ),
        (String(smallest.dropLast()) + #","host":{}}"#, "duplicate key"),
        (smallest + "x", "expected the end"),
        (
            deep,
            "nested deeper than 64"
        ),
        (
            smallest.replacing(text: "\"a\"", with: "\"\(String(repeating: "a", count: 5000))\""),
            "`host.name`: longer than 4096"
        ),
        (
            many,
            "more than 4096"
        ),
    ]

    @Test(arguments: noReports)
    func `an invalid report is rejected with the place and reason`(document: String, reason: String)
    {
        let error = #expect(throws: DocumentError.self) {
            try HostReport(parsing: Array(document.utf8))
        }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func `a truncated report is an error, never a crash`() {
        let bytes = Array(fullReport("é").document.rendered.utf8)
        for end in stride(from: 0, to: bytes.count - 2, by: 7) {
            #expect(throws: DocumentError.self) { try HostReport(parsing: Array(bytes[..<end])) }
        }
    }

    // MARK: Drift

    static func toolchain(
        _ version: String,
        tool: String = "go",
        origin: HostReport.Toolchain.Origin = .mirror,
        _ integrity: HostReport.Integrity.State = .ok
    ) -> HostReport.Toolchain {
        HostReport.Toolchain(
            tool: tool,
            version: version,
            origin: origin,
            path: "/sdk",
            integrity: .init(state: integrity)
        )
    }

    static func drift(
        _ wanted: [String],
        _ found: [HostReport.Toolchain],
        _ ability: HostReport.DebugReadiness.Ability = .yes
    ) -> [String] {
        let requests = wanted.map { Drift.Wanted(tool: "go", text: "go\($0)", version: $0) }
        return Drift(wanted: requests, found: found, debug: .init(ability: ability)).items
            .map { "\($0.kind.rawValue) \($0.version ?? "")" }
    }

    @Test func `each kind of drift is found`() {
        let go = Self.toolchain
        #expect(Self.drift(["1.26.9"], [go("1.26.9", "go", .mirror, .ok)]) == [])
        #expect(Self.drift(["1.26.9"], []) == ["missing 1.26.9"])
        #expect(
            Self.drift(["1.26.9"], [go("1.26.6", "go", .mirror, .ok)])
                == ["older 1.26.6"]
        )
        // A version that is neither required nor outdated is still listed.
        #expect(
            Self.drift(
                ["1.26.9"],
                [go("1.26.5", "go", .mirror, .ok), go("1.26.6", "go", .mirror, .ok)]
            ) == ["older 1.26.6", "extra 1.26.5"]
        )
        // A newer version, or one of another line, is not "older".
        #expect(
            Self.drift(["1.26.9"], [go("1.25.5", "go", .mirror, .ok)])
                == ["missing 1.26.9", "extra 1.25.5"]
        )
        // A foreign Go does not satisfy a requirement, because it is not verified.
        #expect(
            Self.drift(["1.26.9"], [go("1.26.9", "go", .foreign, .unverified)])
                == ["missing 1.26.9", "foreign 1.26.9"]
        )
        #expect(
            Self.drift(["1.26.9"], [go("1.26.9", "go", .mirror, .modified)]) == ["modified 1.26.9"]
        )
        #expect(Self.drift([], [], .no) == ["debug-blocked "])
        #expect(Self.drift([], [], .unknown) == [])
    }

    @Test func `installations of other users neither satisfy the manifest nor are superfluous`()
        throws
    {
        let kinds: [(HostReport.Toolchain.Origin, String)] = [
            (.mirror, "1.26.9"), (.mirror, "1.26.5"), (.mirror, "1.25.5"), (.foreign, "1.20"),
            (.mirror, "unknown"),
        ]
        let others = kinds.map { origin, version in
            var toolchain = Self.toolchain(version, origin: origin, .unverified)
            (toolchain.user, toolchain.path) = ("alice", "/home/alice/sdk/go\(version)")
            return toolchain
        }
        #expect(Self.drift(["1.26.9"], others) == ["missing 1.26.9"])
        let own = Self.toolchain("1.26.9")
        #expect(Self.drift(["1.26.9"], [own] + others) == [])
        // The report and the fleet distinguish them.
        var report = AggregateTests.report("a")
        report.toolchains = [own] + others
        let parsed = try HostReport(parsing: Array(report.document.rendered.utf8))
        #expect(parsed.toolchains.map(\.user) == [nil] + others.map(\.user))
        let fleet = try aggregate([report])
        let lines = written(fleet, as: FleetJSONLines())
        #expect(lines.contains(#""integrity":"ok""#), "\(lines)")
    }

    @Test func `with a manifest without Go no Go is superfluous, but tools can be missing`() {
        let drift = Drift(
            wanted: [.init(tool: "dlv", text: "dlv", version: "1.25.0")],
            found: [Self.toolchain("1.24.11"), Self.toolchain("1.26.9")],
            debug: .init(ability: .yes)
        )
        #expect(drift.items.map(\.kind) == [.missing])
        #expect(drift.items.first?.tool == "dlv")
    }

    @Test func `a damaged tree is reported with the reason, with and without a manifest`()
        throws
    {
        var damaged = Self.toolchain("1.26.9", .modified)
        damaged.integrity.reason = "its receipt is not valid"
        var left = Self.toolchain("1.25.5", .incomplete)
        left.integrity.reason = "its removal was interrupted"
        let found = [damaged, left]
        let drift = Drift(
            wanted: [.init(tool: "go", text: "go1.26", version: "1.26.9")],
            found: found,
            debug: .init(ability: .yes)
        )
        #expect(drift.items.map(\.kind) == [.modified, .modified])
        #expect(
            drift.items.map(\.fix) == [
                "gotoolprov verify --repair go1.26.9", "gotoolprov remove go1.25.5",
            ]
        )
        for drift in [drift, Drift()] {
            var report = AggregateTests.report("a")
            (report.toolchains, report.drift) = (found, drift)
            let fleet = try aggregate([report])
            let findings = fleet.findings(of: fleet.rows[0]).filter { $0.kind == .modified }
            #expect(
                findings.map(\.detail) == [
                    "modified: its receipt is not valid",
                    "incomplete: its removal was interrupted",
                ]
            )
        }
    }

    @Test func `an unusable manifest is reported and hides nothing else`() throws {
        var report = AggregateTests.report("a", "1.19.8")
        report.manifest = .init(.invalid, path: "/etc/m.json", reason: "unexpected end of document")
        report.drift = Drift()
        let fleet = try aggregate([report])
        #expect(
            fleet.findings(of: fleet.rows[0]).map(\.kind) == [.manifest, .eol, .vulnerable]
        )
        #expect(fleet.state(of: fleet.rows[0]) == .flawed)
        #expect(report.text.contains("unexpected end of document"))
    }

    @Test func `without a manifest drift is unknown`() {
        let drift = Drift(wanted: nil, found: [Self.toolchain("1.26.9")], debug: .init())
        #expect(drift.state == .unknown)
        #expect(drift.items.isEmpty)
    }
}
