import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Whether the Go versions of hosts are published, in reports and fleets.
@Suite(.unitLimit)
struct PublishedStateTests {
    static func report(_ id: Character, _ published: PublishedState?...) -> HostReport {
        var report = AggregateTests.report(id)
        let go = report.toolchains[0]
        report.toolchains = published.enumerated().map { number, state in
            var toolchain = go
            toolchain.path = "/sdk/\(number)"
            toolchain.published = state
            return toolchain
        }
        return report
    }

    static let modified = PublishedState(
        .modified,
        basis: .files,
        reason: "1 file differs",
        checkedAt: now
    )

    /// One host of each state, and one without Go.
    static func fleet() throws -> Fleet {
        try aggregate([
            report("a", PublishedState(.published, basis: .receipt, evidence: "built-in")),
            report("b", PublishedState(.published, basis: .receipt), modified),
            report("c", PublishedState(), PublishedState(.notPublished, basis: .receipt)),
            report("d", PublishedState(.published, basis: .files), nil),
            report("e"),
        ])
    }

    @Test func `each state is read as it was written`() throws {
        for state in PublishedState.State.allCases {
            for basis in PublishedState.Basis.allCases {
                let value = PublishedState(
                    state,
                    basis: basis,
                    evidence: state == .published ? "log" : nil,
                    reason: state == .published ? nil : "because",
                    checkedAt: basis == .files ? now : nil
                )
                let report = Self.report("a", value)
                let read = try HostReport(parsing: Array(report.document.rendered.utf8))
                #expect(read == report)
            }
        }
        #expect(
            try HostReport(parsing: Array(Self.report("a", nil).document.rendered.utf8)).toolchains[
                0
            ].published == nil
        )
    }

    @Test func `a host counts by the worst of its Go versions`() throws {
        let fleet = try Self.fleet()
        let counts = fleet.summary.published.map { "\($0.name) \($0.hosts)" }
        #expect(counts == ["modified 1", "not-published 1", "unknown 1", "published 1"])
        #expect(fleet.summary.unpublished == 2 && fleet.summary.unpublishedUnknown == 1)
        #expect(fleet.rows.map(fleet.state) == [.ok, .flawed, .ok, .ok, .ok])
        let findings = fleet.rows.map { fleet.findings(of: $0).map(\.kind) }
        #expect(findings == [[], [.unpublished], [.unpublished], [], []])
        #expect(
            fleet.findings(of: fleet.rows[1])[0].fix == "gotoolprov verify --published /sdk/1"
        )
    }

    @Test func `a Go that another log than Go's proved is a finding, and published`() throws {
        let state = PublishedState(
            .published,
            basis: .receipt,
            evidence: "log",
            log: "log.example",
            reason: "proven by the log log.example"
        )
        let report = Self.report("a", state)
        #expect(try HostReport(parsing: Array(report.document.rendered.utf8)) == report)
        let fleet = try aggregate([report])
        let findings = fleet.findings(of: fleet.rows[0])
        #expect(findings.map(\.kind) == [.other])
        #expect(findings.map(\.detail) == ["published: proven by the log log.example"])
        #expect(fleet.rows.map(fleet.state) == [.ok] && fleet.summary.unpublished == 0)
        #expect(
            written(fleet, as: FleetHTML(sha256: digest)).contains("proven by the log log.example")
        )
        #expect(report.text.contains("by its receipt: proven by the log log.example"))
    }

    @Test func `the gate fails for other Go versions, and for unknown ones unless allowed`() throws
    {
        let failure = try #require(try Self.fleet().summary.failures(of: [.unpublished]).first)
        #expect(failure.count == 2 && failure.unknown == 1)
        let unknown = try aggregate([Self.report("a", PublishedState())]).summary
        #expect(unknown.failures(of: [.unpublished]).map(\.unknown) == [1])
        #expect(unknown.failures(of: [.unpublished], allowingUnknown: true) == [])
        // Nobody asked for the comparison, so it makes no host unknown.
        #expect(unknown.failures(of: [.unknown]) == [])
        let fine = try aggregate([Self.report("a", PublishedState(.published, basis: .receipt))])
        #expect(fine.summary.failures(of: [.unpublished]) == [])
        #expect(try aggregate([Self.report("a")]).summary.failures(of: [.unpublished]) == [])
    }

    @Test func `reports and aggregates without the field are unknown`() throws {
        for document in [OldDocuments.fleet, NewDocuments.fleet] {
            let fleet = try Fleet(parsing: Array(document.utf8))
            #expect(fleet.summary.unpublished == 0 && fleet.summary.unpublishedUnknown == 2)
        }
    }

    @Test func `damage found by a receipt is one finding, not two`() throws {
        var report = Self.report("a", PublishedState(.modified, basis: .receipt, reason: "changed"))
        report.toolchains[0].integrity = .init(state: .modified)
        let fleet = try aggregate([report])
        #expect(fleet.findings(of: fleet.rows[0]).map(\.kind) == [.modified])
        #expect(fleet.summary.unpublished == 1)
    }

    @Test func `every format has the states`() throws {
        let fleet = try Self.fleet()
        let json = written(fleet, as: FleetJSON())
        let read = try Fleet(parsing: Array(json.utf8))
        #expect(read.summary == fleet.summary)
        #expect(written(read, as: FleetJSON()) == json)
        #expect(written(fleet, as: FleetJSONLines()).contains(#""published":"not-published""#))
        let rows = written(fleet, as: FleetCSV()).split(separator: "\r\n")
        let column = rows[0].split(separator: ",").firstIndex(of: "published")
        #expect(column == rows[0].split(separator: ",").firstIndex(of: "integrity").map { $0 + 1 })
        #expect(rows[2].contains(",ok,modified,") && rows[4].contains(",ok,unknown,"))
        let metrics = written(fleet, as: FleetMetrics())
        #expect(metrics.contains(#"gotoolprov_fleet_published_hosts{published="modified"} 1"#))
        #expect(metrics.contains("gotoolprov_fleet_unpublished_hosts 2\n"))
        #expect(metrics.contains("gotoolprov_fleet_unpublished_unknown_hosts 1\n"))
        #expect(written(fleet, as: FleetText()).contains("not as published"))
        #expect(written(fleet, as: FleetMarkdown()).contains("## Published\n"))
        let page = written(fleet, as: FleetHTML(sha256: digest))
        #expect(page.contains("<h2>Published by the Go project</h2>"))
        #expect(page.contains(#"<select name="published">"#))
        #expect(page.contains(#"<option value="not-published">not published</option>"#))
        let report = Self.report("a", Self.modified)
        #expect(report.text.contains("modified: 1 file differs"))
        #expect(report.metrics.contains(#"published="modified""#))
        #expect(report.osqueryLines.contains(#""published":"modified""#))
        #expect(report.cycloneDX.rendered.contains("gotoolprov:published"))
    }
}
