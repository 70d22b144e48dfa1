import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Vulnerability data is stale after 60 days, and every output that shows a count says so.
@Suite(.unitLimit)
struct StaleDataTests {
    /// Data that is 60 and 61 days old at the time of the fixtures.
    static let days = [("2026-09-26", false), ("2026-09-25", true)]

    /// Two hosts: one whose Go has known vulnerabilities, and one whose Go has none.
    private func fleet(_ day: String) throws -> Fleet {
        try aggregate(
            [AggregateTests.report("a", "1.19.8"), AggregateTests.report("b", "1.26.9")],
            knowledge: try Known.knowledge(of: day)
        )
    }

    /// A report with the assessment of the same data.
    private func report(_ version: String, _ day: String) throws -> HostReport {
        let knowledge = try Known.knowledge(of: day)
        let snapshot = try #require(CalendarDay(day))
        var report = AggregateTests.report("a", version)
        report.knowledge = HostReport.Knowledge(snapshot: snapshot, isStale: knowledge.isStale)
        report.toolchains[0].vulnerabilities = knowledge.judgement(of: version).vulnerabilities
        return report
    }

    @Test(arguments: days)
    func `a version without known vulnerabilities is unknown after 60 days`(
        day: String,
        isStale: Bool
    ) throws {
        let knowledge = try Known.knowledge(of: day)
        #expect(knowledge.isStale == isStale)
        let none = knowledge.judgement(of: "1.26.9")
        #expect(none.vulnerabilities?.count == (isStale ? nil : 0))
        #expect(none.doubt?.contains("the data is stale: 61 days old") ?? false == isStale)
        #expect((knowledge.judgement(of: "1.19.8").vulnerabilities?.count ?? 0) > 100)

        let fleet = try fleet(day)
        #expect(fleet.state(of: fleet.rows[1]) == (isStale ? .unknown : .ok))
        let failures = fleet.summary.failures(of: [.vulnerable]).map(\.description)
        let unknown = isStale ? ", 1 host unknown (stale)" : ""
        #expect(failures == ["gate `vulnerable` failed: 1 host\(unknown)"])
    }

    @Test(arguments: days)
    func `every format of a fleet says that its data is stale`(
        day: String,
        isStale: Bool
    ) throws {
        let fleet = try fleet(day)
        let text = written(fleet, as: FleetText())
        #expect(text.contains("vulnerabilities (stale)") == isStale, "\(text)")
        #expect(text.contains("vulnerabilities unknown (stale)") == isStale, "\(text)")
        #expect(text.contains("  0 vulnerabilities") != isStale, "\(text)")
        let markdown = written(fleet, as: FleetMarkdown())
        #expect(markdown.contains(#"unknown \(stale\) |"#) == isStale, "\(markdown)")
        #expect(markdown.contains("## Vulnerabilities as of \(day) (stale)") == isStale)
        let page = written(fleet, as: FleetHTML(sha256: digest))
        #expect(page.contains("As of \(day) (stale).") == isStale)
        #expect(page.contains("Vulnerabilities, all Go (stale)</th>") == isStale)
        #expect(page.contains("<span class=\"label\">vulnerable (stale)</span>") == isStale)
        #expect(page.contains("The vulnerability data is 61 days old (stale)") == isStale)
        let word = isStale ? "stale" : "current"
        let csv = written(fleet, as: FleetCSV()).split(separator: "\r\n")
        #expect(csv.dropFirst().allSatisfy { $0.hasSuffix(",\(word)") }, "\(csv)")
        let lines = written(fleet, as: FleetJSONLines())
        #expect(lines.contains("as of \(day) (stale)") == isStale, "\(lines)")
        #expect(lines.contains(#""vulns":null"#) == isStale, "\(lines)")
        #expect(lines.contains(#""vulns":0"#) != isStale, "\(lines)")
        let metrics = written(fleet, as: FleetMetrics())
        let gauge = "gotoolprov_fleet_vulnerability_data_stale \(isStale ? 1 : 0)\n"
        #expect(metrics.contains(gauge), "\(metrics)")
    }

    @Test(arguments: days)
    func `every format of a report says that its data is stale`(
        day: String,
        isStale: Bool
    ) throws {
        let found = try report("1.19.8", day)
        let none = try report("1.26.9", day)
        #expect(found.text.contains("as of \(day) (stale)") == isStale, "\(found.text)")
        #expect(none.text.contains("vulnerabilities unknown (stale)") == isStale, "\(none.text)")
        #expect(none.text.contains("  0 vulnerabilities") != isStale, "\(none.text)")
        #expect(none.text.contains("of \(day), stale: ") == isStale, "\(none.text)")
        let gauge = "gotoolprov_vulnerability_data_stale \(isStale ? 1 : 0)\n"
        #expect(none.metrics.contains(gauge), "\(none.metrics)")
        #expect(none.metrics.contains("gotoolprov_known_vulnerabilities{") != isStale)
        let document = none.cycloneDX.rendered
        let word = isStale ? "stale" : "current"
        for (name, value) in [
            ("gotoolprov:vulnerability-data", word), ("gotoolprov:vulnerability-snapshot", day),
        ] {
            let start = try #require(document.firstRange(of: "\"\(name)\"")).upperBound
            #expect(document[start...].prefix(80).contains("\"\(value)\""), "\(document)")
        }
        #expect(AggregateTests.report("a").cycloneDX.rendered.contains("\"none\""))
    }

    @Test func `data that becomes stale later no longer shows the absence`() throws {
        let fresh = try fleet("2026-09-26")
        #expect(fresh.summary.vulnerabilitiesUnknown == 0)
        let later = fresh.reassessed(at: UTCTime(seconds: now.seconds + 86400), staleAfter: 999_999)
        #expect(later.summary.vulnerabilitiesUnknown == 1)
        #expect(later.state(of: later.rows[1]) == .unknown)
        #expect(later.summary.vulnerable == 1)
        #expect(!written(later, as: FleetText()).contains("  0 vulnerabilities"))
    }
}
