import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Unknown values are unknown in every count and pass no gate.
@Suite(.unitLimit)
struct UnknownTests {
    static let unknowable = [
        "1.26.6 (Red Hat 1.26.6-2.el9)", "devel", "tip", "unknown", "devel go1.28-33aff0e5",
        // Newer than every known release, and older than the first one.
        "1.99.0", "2.0.0", "1.28rc1", "1.27.9", "0.0.0", "1.21",
    ]

    @Test(arguments: unknowable)
    func `a host with an unknown Go version is unknown everywhere`(version: String) throws {
        let fleet = try aggregate([
            AggregateTests.report("a", version), AggregateTests.report("b"),
        ])
        let summary = fleet.summary
        #expect(fleet.rows.map(fleet.state) == [.unknown, .ok])
        #expect(fleet.findings(of: fleet.rows[0]).map(\.kind) == [.unknown])
        #expect(summary.states.first { $0.name == "unknown" }?.hosts == 1)
        #expect(summary.unknown == 1 && summary.vulnerabilitiesUnknown == 1)
        #expect(summary.failures(of: [.vulnerable]).map(\.unknown) == [1])
        #expect(summary.failures(of: [.unknown]).map(\.count) == [1])
        #expect(summary.failures(of: [.vulnerable, .eol], allowingUnknown: true) == [])
        let csv = written(fleet, as: FleetCSV())
        #expect(csv.contains("host-a,") && csv.contains(",unknown,") && csv.contains("unknown go"))
        let json = written(fleet, as: FleetJSONLines())
        #expect(json.contains(#""state":"unknown""#) && json.contains(#""vulns":null"#))
        #expect(written(fleet, as: FleetMetrics()).contains("vulnerability_unknown_hosts 1\n"))
        #expect(written(fleet, as: FleetMetrics()).contains("gotoolprov_fleet_unknown_hosts 1\n"))
        #expect(written(fleet, as: FleetText()).contains("  vulnerabilities unknown"))
    }

    static func healed(
        _ result: HostReport.LastRun.Result,
        age: Int = 3600,
        operation: String = "heal",
        error: String? = nil
    ) -> HostReport {
        var report = AggregateTests.report("a")
        report.lastRun = HostReport.LastRun(
            operation: operation,
            result: result,
            startedAt: UTCTime(seconds: now.seconds - age),
            error: error
        )
        return report
    }

    static let unclear = [
        healed(.unknown, error: "ignored heal.json: unexpected end"), healed(.unknown),
        // Healing runs daily, and never in the future.
        healed(.ok, age: 4 * 86400), healed(.changed, age: 4 * 86400), healed(.ok, age: -86400),
        healed(.unknown, operation: "ensure"),
    ]

    @Test(arguments: unclear)
    func `a host with an unknown last run is unknown everywhere`(
        report: HostReport
    ) throws {
        let fleet = try aggregate([report, AggregateTests.report("b")])
        let summary = fleet.summary
        #expect(fleet.rows.map(fleet.state) == [.unknown, .ok])
        let findings = fleet.findings(of: fleet.rows[0])
        #expect(findings.map(\.kind) == [.unknown])
        #expect(findings.first?.subject == report.lastRun?.operation)
        #expect(findings.first?.fix?.hasPrefix("gotoolprov") == true)
        #expect(findings.first?.detail.isEmpty == false)
        #expect(summary.failed == 0 && summary.failedUnknown == 1 && summary.unknown == 1)
        #expect(summary.failures(of: [.failed]).map(\.unknown) == [1])
        #expect(summary.failures(of: [.unknown]).map(\.count) == [1])
        #expect(summary.failures(of: [.failed], allowingUnknown: true) == [])
        #expect(
            written(fleet, as: FleetMetrics()).contains("gotoolprov_fleet_failed_unknown_hosts 1\n")
        )
        #expect(written(fleet, as: FleetText()).contains("last run unknown"))
        #expect(written(fleet, as: FleetJSONLines()).contains(#""failed":null"#))
        let page = written(fleet, as: FleetHTML(sha256: digest))
        #expect(page.contains("Last run unknown on 1 host"))
        let json = written(fleet, as: FleetJSON())
        let read = try Fleet(parsing: Array(json.utf8))
        #expect(read.summary == summary)
        #expect(written(read, as: FleetJSON()) == json)
        let before = try aggregate([AggregateTests.report("a"), AggregateTests.report("b")])
        let comparison = FleetComparison(before: before, after: fleet, areSameHosts: true)
        #expect(comparison.worse == [.failed, .unknown])
    }

    @Test func `a failed run stays failed, and an old success becomes unknown`() throws {
        let failed = try aggregate([Self.healed(.failed, age: 30 * 86400)])
        #expect(failed.rows.map(failed.state) == [.failed])
        for report in [Self.healed(.ok), Self.healed(.ok, age: 30 * 86400, operation: "ensure")] {
            let fleet = try aggregate([report])
            #expect(fleet.rows.map(fleet.state) == [.ok])
            #expect(fleet.summary.failures(of: FleetGate.allCases) == [])
        }
        let old = Self.healed(.ok, age: 4 * 86400)
        let run = try #require(old.lastRun?.assessed(at: old.generatedAt))
        #expect(run.result == .unknown && run.startedAt != nil)
        #expect(run.error?.contains("3 days before the report") == true)
    }

    @Test func `a failed gate contains the number of unknown hosts`() throws {
        let fleet = try aggregate([
            AggregateTests.report("a", "devel"), AggregateTests.report("b", "1.19.8"),
            AggregateTests.report("c", "tip"),
        ])
        #expect(
            fleet.summary.failures(of: [.eol]).map(\.description) == [
                "gate `eol` failed: 1 host, 2 hosts unknown"
            ]
        )
        #expect(
            try aggregate([]).summary.failures(of: [.vulnerable]).map(\.description) == [
                "gate `vulnerable` failed: no host reported"
            ]
        )
    }

    @Test func `old data does not show the absence of vulnerabilities`() throws {
        let reports = [AggregateTests.report("a"), AggregateTests.report("b", "1.26.9")]
        let fresh = try aggregate(reports, knowledge: try Known.knowledge(of: "2026-09-26"))
        #expect(fresh.rows.map(fresh.state) == [.ok, .ok])
        let fleet = try aggregate(reports, knowledge: try Known.knowledge(of: "2026-08-21"))
        let summary = fleet.summary
        #expect(fleet.rows.map(fleet.state) == [.unknown, .unknown])
        #expect(summary.vulnerabilitiesUnknown == 2)
        #expect(summary.versions.allSatisfy { $0.vulnerabilityCount == nil })
        #expect(!summary.failures(of: [.vulnerable]).isEmpty)
        #expect(
            written(fleet, as: FleetText()).contains(
                "vulnerability data of 2026-08-21, 96 days old (stale)"
            )
        )
        let page = written(fleet, as: FleetHTML(sha256: digest))
        #expect(page.contains("The vulnerability data is 96 days old"))
        #expect(!page.contains("class=\"tile good\""))
        let metrics = written(fleet, as: FleetMetrics())
        #expect(metrics.contains("gotoolprov_fleet_vulnerability_data_age_seconds 8294400\n"))
        #expect(metrics.contains("vulnerability_snapshot_timestamp_seconds 1787270400\n"))
        #expect(!metrics.contains("version_known_vulnerabilities{"))
        // Known vulnerabilities remain.
        let old = try aggregate(
            [AggregateTests.report("a", "1.19.8")],
            knowledge: try Known.knowledge(of: "2026-08-21")
        )
        #expect(old.summary.vulnerable == 1)
    }

    @Test func `an outdated calendar does not know which lines are supported`() throws {
        let knowledge = FleetKnowledge(
            calendar: try Known.calendar("2028-11-25"),
            vulnerabilities: try Known.vulnerabilities()
        )
        #expect(knowledge.judgement(of: "1.27.2").support.state == .unknown)
        #expect(knowledge.judgement(of: "1.27.2").vulnerabilities == nil)
        #expect(knowledge.judgement(of: "1.25.5").support.state == .eol)
        #expect(knowledge.judgement(of: "1.27rc1").support.state == .unknown)
        #expect(knowledge.judgement(of: "1.28rc1").support.state == .unknown)
        #expect(knowledge.calendar.supportedLines.isEmpty)
    }

    @Test func `a host newer than the calendar is not behind`() throws {
        let support = try Known.knowledge().judgement(of: "1.27.3").support
        #expect(support == Support(.supported))
    }

    @Test func `unreported hosts are in every share and list`() throws {
        let fleet = try aggregate([AggregateTests.report("a")]) {
            $0.expect(["host-a", "host-x", "host-y", "host-z"])
            $0.add(
                Array(
                    #"{"schema":"gotoolprov.missing/2","name":"host-x","reason":"no route"}"#.utf8
                ),
                named: "x",
                digest: nil
            )
        }
        let summary = fleet.summary
        #expect(summary.all == 4 && summary.reported == 1)
        #expect(summary.states.first?.name == "missing" && summary.states.first?.hosts == 3)
        #expect(summary.states.reduce(0) { $0 + $1.hosts } == 4)
        let page = written(fleet, as: FleetHTML(sha256: digest))
        let inOrder = "<span class=\"label\">ok</span><span class=\"share\">25 %</span>"
        #expect(page.contains(inOrder))
        #expect(page.contains("1 of 4 hosts reported"))
        #expect(page.contains("<th scope=\"row\">host-x</th>"))
        #expect(written(fleet, as: FleetCSV()).contains("unreported no route"))
        #expect(written(fleet, as: FleetJSONLines()).split(separator: "\n").count == 4)
        #expect(written(fleet, as: FleetMetrics()).contains("fleet_hosts{state=\"missing\"} 3\n"))
        #expect(written(fleet, as: FleetText()).contains("1 of 4 hosts reported"))
        let json = written(fleet, as: FleetJSON())
        #expect(try Fleet(parsing: Array(json.utf8)).summary == summary)
    }

    @Test func `a row counts the vulnerabilities of all its Go versions`() throws {
        var report = AggregateTests.report("a")
        report.toolchains.append(
            .init(tool: "go", version: "1.19.8", origin: .mirror, path: "/sdk/go1.19.8")
        )
        report.drift = Drift()
        let fleet = try aggregate([report])
        // The Go in use is not vulnerable, but the host is, with or without a manifest.
        #expect(fleet.state(of: fleet.rows[0]) == .flawed)
        let json = written(fleet, as: FleetJSONLines())
        #expect(json.contains(#""support":"eol""#) && !json.contains(#""vulns":0"#))
        let page = written(fleet, as: FleetHTML(sha256: digest))
        #expect(page.contains("Vulnerabilities, all Go</th>"))
    }

    @Test func `a report with an impossible time does not describe the present`() throws {
        var early = AggregateTests.report("a")
        early.generatedAt = UTCTime(seconds: 1000)
        early.drift = Drift(state: .drifted, items: [.init(.missing, tool: "go")])
        let alone = try aggregate([early])
        #expect(alone.state(of: alone.rows[0]) == .unknown)
        #expect(alone.findings(of: alone.rows[0]).contains { $0.kind == .clock })
        #expect(alone.summary.failures(of: [.unreported]).map(\.count) == [1])
        let yesterday = AggregateTests.report("a", age: 80000)
        for reports in [[early, yesterday], [yesterday, early]] {
            let fleet = try aggregate(reports)
            #expect(fleet.state(of: fleet.rows[0]) == .ok)
            let clock = fleet.findings(of: fleet.rows[0]).first { $0.kind == .clock }
            #expect(clock?.detail.contains("1970-01-01") == true)
        }
    }
}
