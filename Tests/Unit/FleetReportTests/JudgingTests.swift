import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Assessment of hosts, and the consistency of all outputs.
@Suite(.unitLimit)
struct JudgingTests {
    @Test func `a report from the future does not replace a valid one`() throws {
        let future = AggregateTests.report("a", age: -73 * 365 * 86400)
        var real = AggregateTests.report("a", age: 100)
        real.drift = Drift(state: .drifted, items: [.init(.missing, tool: "go")])
        for reports in [[future, real], [real, future]] {
            let fleet = try aggregate(reports)
            #expect(fleet.state(of: fleet.rows[0]) == .drifted)
            #expect(!fleet.summary.failures(of: [.drift]).isEmpty)
        }
    }

    @Test func `a host with a serious finding is not ok`() throws {
        var blocked = AggregateTests.report("b")
        blocked.debug.ability = .no
        var modified = AggregateTests.report("c")
        modified.toolchains[0].integrity.state = .modified
        let fleet = try aggregate([
            AggregateTests.report("a", "1.19.8"), blocked, modified, AggregateTests.report("d"),
        ])
        #expect(fleet.rows.map(fleet.state) == [.flawed, .flawed, .flawed, .ok])
    }

    @Test(arguments: ["1.20rc1", "1.25rc2", "1.9beta1"])
    func `a pre-release of a line past its end of life does not pass the gate`(
        version: String
    ) throws {
        let fleet = try aggregate([AggregateTests.report("a", version)])
        #expect(fleet.state(of: fleet.rows[0]) == .flawed)
        #expect(fleet.summary.failures(of: [.eol]).map(\.count) == [1])
        #expect(fleet.findings(of: fleet.rows[0]).contains { $0.kind == .eol })
        let candidate = try aggregate([AggregateTests.report("a", "1.27rc1")])
        #expect(candidate.summary.failures(of: [.eol]) == [])
    }

    @Test func `the worst version counts for a host without a Go in use`() throws {
        var report = AggregateTests.report("a", "1.19.8")
        report.toolchains[0].isActive = false
        let fleet = try aggregate([report])
        #expect(fleet.summary.vulnerable == 1)
        let json = written(fleet, as: FleetJSONLines())
        #expect(json.contains("\"support\":\"eol\""))
        #expect(!json.contains("\"vulns\":null"))
    }

    @Test func `large disk sizes are accepted, and their sum does not overflow`() throws {
        var reports = [AggregateTests.report("a"), AggregateTests.report("b")]
        for index in reports.indices {
            reports[index].store = .init(
                root: "/sdk",
                freeBytes: 10_000_000_000_000,
                usedBytes: .max,
                freeInodes: 1 << 44
            )
        }
        let fleet = try aggregate(reports)
        #expect(fleet.invalid.isEmpty)
        #expect(fleet.summary.usedBytes == .max)
        #expect(written(fleet, as: FleetMetrics()).contains("used_bytes 9223372036854775807"))
    }

    @Test func `labels that look equal are counted together`() throws {
        var reports = [AggregateTests.report("a"), AggregateTests.report("b")]
        reports[0].host.architecture = "amd64\u{200B}"
        reports[1].host.architecture = "amd64\u{200C}"
        let fleet = try aggregate(reports)
        #expect(
            written(fleet, as: FleetMetrics()).contains(#"arch_hosts{arch="amd64\#u{FFFD}"} 2"#)
        )
    }

    @Test func `a tile filters directly if no drop-down list offers its value`() throws {
        let fleet = try aggregate([
            AggregateTests.report("a", "1.19.8"), AggregateTests.report("b"),
        ])
        let page = written(fleet, as: FleetHTML(sha256: digest))
        // A single state has no list, so the tile's value is stored separately.
        #expect(page.contains("data-filter=\"state=stale,missing\""))
        #expect(page.contains("view.tile = list && list.value === value ? null : { name, value }"))
    }
}
