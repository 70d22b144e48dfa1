import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Assignment of reports to hosts.
@Suite(.unitLimit)
struct IdentityTests {
    typealias Source = (report: HostReport, origin: ReportOrigin)

    static func fleet(
        _ sources: [Source],
        expecting names: [String]? = nil,
        change: (inout FleetBuilder) -> Void = { _ in }
    ) throws -> Fleet {
        try aggregate([]) { fleet in
            for (report, origin) in sources {
                let document = Array(report.document.rendered.utf8)
                fleet.add(document, named: "x", from: origin, digest: digest(document))
            }
            if let names { fleet.expect(names) }
            change(&fleet)
        }
    }

    @Test func `the file name in a collector's directory is the host's name`() throws {
        let sources = (1...3).map { number -> Source in
            (AggregateTests.report("a", name: "vm"), .inventory("h\(number)"))
        }
        let fleet = try Self.fleet(sources, expecting: ["h1", "h2", "h3"])
        #expect(fleet.rows.map(\.name) == ["h1", "h2", "h3"])
        #expect(fleet.summary.unreachable == [])
        // The shared identifier is listed.
        #expect(written(fleet, as: FleetText()).contains("duplicate identifiers"))
        // The host's own name is sufficient.
        #expect(try Self.fleet(sources, expecting: ["vm"]).summary.unreachable == [])
    }

    @Test(arguments: [ReportOrigin.inventory("web-2"), .file("web-2")])
    func `a host does not account for another one whose name it claims`(
        origin: ReportOrigin
    ) throws {
        var report = AggregateTests.report("b", name: "web-1")
        report.host.ring = "canary"
        let claim: Source = (report, origin)
        let fleet = try Self.fleet([claim], expecting: ["web-1", "web-2"])
        #expect(fleet.summary.unreachable == ["web-1"])
        #expect(fleet.summary.all == 2)
        #expect(fleet.summary.failures(of: [.unreported]).map(\.count) == [1])
        let lines = written(fleet, as: FleetJSONLines())
        let start = #"{"schema":"gotoolprov.fleet-host/2","name":"web-1","state":"missing""#
        #expect(lines.contains(start))
        let json = written(fleet, as: FleetJSON())
        #expect(try Fleet(parsing: Array(json.utf8)).summary == fleet.summary)
        #expect(
            fleet.split(byRing: "canary", sha256: digest).inside.summary.unreachable == ["web-1"]
        )
    }

    @Test func `a host does not hide an unreachable or removed one`() throws {
        let claim: Source = (AggregateTests.report("b", name: "web-1"), .inventory("web-2"))
        let missing = Array(#"{"schema":"gotoolprov.missing/2","name":"web-1"}"#.utf8)
        let one = try Self.fleet([claim]) { $0.add(missing, named: "x", digest: nil) }
        #expect(one.summary.unreachable == ["web-1"])
        let both = try Self.fleet([claim]) {
            $0.add(missing, named: "x", digest: nil)
            // A claim about another host is attributed to the host itself.
            $0.add(missing, named: "x", from: .inventory("web-3"), digest: nil)
        }
        #expect(both.summary.unreachable == ["web-1", "web-3"])

        let before = try Self.fleet([
            claim, (AggregateTests.report("a", name: "web-1"), .inventory("web-1")),
        ])
        let after = try Self.fleet([claim])
        #expect(FleetComparison(before: before, after: after, areSameHosts: true).lost == ["web-1"])
    }

    @Test func `a file with another name does not replace the host's own`() throws {
        let victim = AggregateTests.report("a", "1.19.8", age: 100, name: "dev-1")
        let attacker = AggregateTests.report("a", "1.27.2", age: 10, name: "dev-1")
        let sources: [Source] = [
            (victim, .file("dev-1.example.com")), (attacker, .file("attacker")),
        ]
        for order in [sources, sources.reversed()] {
            let fleet = try Self.fleet(order)
            #expect(fleet.rows.count == 2)
            #expect(fleet.summary.vulnerable == 1)
            #expect(fleet.tampering.clashes == ["dev-1"])
            #expect(written(fleet, as: FleetText()).contains("identity clashes"))
            let page = written(fleet, as: FleetHTML(sha256: digest))
            #expect(page.contains("Hosts whose identity several machines claim: 1"))
            #expect(page.contains("file attacker.json"))
        }
    }

    @Test func `clones with the same identifier and name but different machines all count`() throws
    {
        var other = AggregateTests.report("a")
        other.host.architecture = "arm64"
        var distribution = AggregateTests.report("a")
        distribution.host.virtualization = .wsl2
        distribution.host.wslDistribution = "Ubuntu"
        let fleet = try aggregate([AggregateTests.report("a"), other, distribution])
        #expect(fleet.rows.count == 3)
        #expect(fleet.tampering.clashes == ["host-a"])
        let json = written(fleet, as: FleetJSON())
        let read = try Fleet(parsing: Array(json.utf8))
        #expect(written(read, as: FleetJSON()) == json)
    }

    @Test func `superseded reports are listed`() throws {
        let fleet = try aggregate([
            AggregateTests.report("a", age: 500), AggregateTests.report("a"),
        ])
        #expect(written(fleet, as: FleetText()).contains("superseded reports"))
        #expect(written(fleet, as: FleetMarkdown()).contains("Hosts with several reports"))
        let page = written(fleet, as: FleetHTML(sha256: digest))
        #expect(page.contains("Hosts with several reports (the newest counts): 1"))
    }

    @Test func `two users of a host have separate rows`() throws {
        var (root, alice) = (AggregateTests.report("a"), AggregateTests.report("a", "1.19.8"))
        root.scope = .init(user: "root", otherHomes: .partlyRead)
        alice.scope = .init(user: "alice", otherHomes: .notRead)
        let fleet = try aggregate([root, alice])
        #expect(fleet.rows.count == 2)
        #expect(fleet.tampering == (try aggregate([root])).tampering)
        let page = written(fleet, as: FleetHTML(sha256: digest))
        #expect(page.contains("alice · own home directory only"))
        #expect(page.contains("root · some home directories not searched"))
        #expect(written(fleet, as: FleetCSV()).contains(",alice,not-read,"))
    }

    @Test func `aggregates of several sites are merged`() throws {
        let one = try aggregate([AggregateTests.report("a"), AggregateTests.report("b")]) {
            $0.expect(["host-a", "host-b", "host-y"])
            $0.noteInvalid("x", because: "y")
        }
        let other = try aggregate([
            AggregateTests.report("c", "1.19.8"), AggregateTests.report("a", age: 500),
        ])
        let sum = try aggregate([]) {
            $0.add(one)
            $0.add(other)
        }
        #expect(sum.rows.map(\.name) == ["host-a", "host-b", "host-c"])
        #expect(sum.supersededCount == 1 && sum.summary.invalidCount == 1)
        #expect(sum.summary.unreachable == ["host-y"])
        #expect(sum.summary.vulnerable == 1)
    }

    @Test func `added and removed hosts make no gate worse, and a renamed host is not new`()
        throws
    {
        let bad = AggregateTests.report("b", "1.19.8")
        let before = try aggregate([AggregateTests.report("a"), bad, AggregateTests.report("c")])
        let fewer = try aggregate([bad, AggregateTests.report("c")]) {
            $0.expect(["host-b", "host-c"])
        }
        let gone = FleetComparison(before: before, after: fewer, areSameHosts: true)
        #expect(gone.worse == [])
        #expect(gone.removed == ["host-a"])
        let renamed = try aggregate([
            AggregateTests.report("a"), bad, AggregateTests.report("c", name: "new-name"),
        ])
        let comparison = FleetComparison(before: before, after: renamed, areSameHosts: true)
        #expect(comparison.renamed.map(\.before) == ["host-c"])
        #expect(comparison.renamed.map(\.after) == ["new-name"])
        #expect(comparison.added == [] && comparison.removed == [] && comparison.lost == [])
        #expect(comparison.worse == [])
        #expect(comparison.text.contains("host-c → new-name"))
        let worse = try aggregate([AggregateTests.report("a", "1.19.8"), bad])
        #expect(
            FleetComparison(before: before, after: worse, areSameHosts: true).worse
                == [.eol, .vulnerable, .unreported]
        )
    }
}
