import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Comparison of a canary with the rest, and of a fleet with an earlier one.
@Suite(.unitLimit)
struct ComparisonTests {
    static func report(_ id: Character, ring: String? = nil, age: Int = 60) -> HostReport {
        var report = AggregateTests.report(id, age: age)
        report.host.ring = ring
        return report
    }

    static func worse(
        _ fleet: Fleet,
        previous: Fleet? = nil
    ) -> [FleetGate] {
        let parts = fleet.split(byRing: "canary", previous: previous, sha256: digest)
        return FleetComparison(before: parts.outside, after: parts.inside, areSameHosts: false)
            .worse
    }

    static let ring = [report("a", ring: "canary"), report("b", ring: "canary")]
    static let rest = [report("c"), report("d")]

    @Test func `a canary with missing hosts is worse`() throws {
        let names = ["a", "b", "c", "d"].map { "host-\($0)" }
        let whole = try aggregate(Self.ring + Self.rest) { $0.expect(names) }
        #expect(Self.worse(whole) == [])
        let died = try aggregate([Self.ring[0]] + Self.rest) { $0.expect(names) }
        #expect(Self.worse(died) == [.unreported])
        // An earlier aggregate contains the ring of a missing host.
        #expect(Self.worse(died, previous: whole) == [.unreported])
        let other = try aggregate(Self.ring + [Self.rest[0]]) { $0.expect(names) }
        #expect(Self.worse(other) == [.unreported])
        #expect(Self.worse(other, previous: whole) == [])
        // It also contains the names of the expected hosts.
        let unlisted = try aggregate([Self.ring[0]] + Self.rest)
        #expect(Self.worse(unlisted, previous: whole) == [.unreported])
    }

    @Test func `a canary with more unknown hosts is worse, and unknown hosts are counted`() throws {
        var blind = Self.ring[0]
        blind.drift = Drift()
        blind.debug = .init()
        let fleet = try aggregate([blind] + Self.rest)
        #expect(Self.worse(fleet) == [.drift, .blocked, .unknown])
        let parts = fleet.split(byRing: "canary", sha256: digest)
        let comparison = FleetComparison(
            before: parts.inside,
            after: parts.inside,
            areSameHosts: true
        )
        #expect(comparison.worse == [])
        #expect(comparison.unknownCount(of: .drift) == 1)
        #expect(comparison.text.contains("1 unknown"))
    }

    @Test func `removed hosts count as unreported unless the expected hosts are known`() throws {
        let before = try aggregate(Self.ring + [Self.rest[0]])
        let after = try aggregate([Self.ring[0]])
        let comparison = FleetComparison(before: before, after: after, areSameHosts: true)
        #expect(comparison.worse == [.unreported])
        #expect(comparison.lost == ["host-b", "host-c"])
        #expect(comparison.text.contains("0 → 2  (0 % → 67 %)"))
        let known = try aggregate([Self.ring[0]]) { $0.expect(["host-a"]) }
        #expect(FleetComparison(before: before, after: known, areSameHosts: true).worse == [])
    }

    static func report(_ id: Character, of user: String?, name: String? = nil) -> HostReport {
        var report = AggregateTests.report(id, user == nil ? "1.27.2" : "1.19.8", name: name)
        report.scope = user.map { .init(user: $0, otherHomes: .read) }
        return report
    }

    @Test(arguments: [nil, "new-name"])
    func `a host is recognized after an upgrade of its agent`(name: String?) throws {
        let before = try aggregate([Self.report("a", of: nil), Self.report("b", of: nil)])
        let after = try aggregate([
            Self.report("a", of: "root", name: name), Self.report("b", of: "root"),
        ])
        for (one, other) in [(before, after), (after, before)] {
            let comparison = FleetComparison(before: one, after: other, areSameHosts: true)
            #expect(comparison.hostsInBoth == 2)
            #expect(comparison.added == [] && comparison.removed == [] && comparison.lost == [])
            #expect(comparison.renamed.count == (name == nil ? 0 : 1))
        }
        let comparison = FleetComparison(before: before, after: after, areSameHosts: true)
        #expect(comparison.worse == [.eol, .vulnerable])
    }

    @Test func `a report without a user is matched only if it is unambiguous`() throws {
        let before = try aggregate([Self.report("a", of: nil)])
        let both = try aggregate([Self.report("a", of: "root"), Self.report("a", of: "alice")])
        let ambiguous = FleetComparison(before: before, after: both, areSameHosts: true)
        #expect(ambiguous.hostsInBoth == 0)
        #expect(ambiguous.added == ["host-a", "host-a"] && ambiguous.removed == ["host-a"])
        // Clones share the identifier; their names distinguish them.
        let clones = try aggregate(["vm1", "vm2"].map { Self.report("a", of: nil, name: $0) })
        let upgraded = try aggregate(["vm1", "vm2"].map { Self.report("a", of: "root", name: $0) })
        let comparison = FleetComparison(before: clones, after: upgraded, areSameHosts: true)
        #expect(comparison.hostsInBoth == 2 && comparison.renamed == [])
        // Reports of two users do not match.
        let root = try aggregate([Self.report("a", of: "root")])
        let alice = try aggregate([Self.report("a", of: "alice")])
        #expect(
            FleetComparison(before: root, after: alice, areSameHosts: true).hostsInBoth == 0
        )
    }

    @Test func `a report that was fresh in an older fleet is not stale there today`() throws {
        let week = 7 * 86400
        let reports = [
            Self.report("a", age: week), Self.report("b", age: week + 60),
            Self.report("c", age: -90000),
        ]
        #expect(try aggregate(reports).summary.stale.count == 2)
        let before = try aggregate(reports) { $0.countAgesFromNewestReport() }
        #expect(before.summary.stale == [])
    }

    @Test func `no share is larger than 100 %`() throws {
        let fleet = try aggregate([Self.ring[0]]) {
            for number in 0..<4 { $0.noteInvalid("\(number)", because: "no") }
        }
        let comparison = FleetComparison(before: fleet, after: fleet, areSameHosts: true)
        #expect(comparison.text.contains("4 → 4  (80 % → 80 %)"))
    }

    @Test func `a saved aggregate is reassessed with the given values`() throws {
        let fleet = try aggregate([AggregateTests.report("a", "1.27.2")])
        let json = written(fleet, as: FleetJSON())
        let read = try Fleet(parsing: Array(json.utf8))
            .reassessed(expecting: ["host-a", "host-z"])
        #expect(read.summary.unreachable == ["host-z"])
        let later = read.reassessed(at: UTCTime(seconds: now.seconds + 90000))
        #expect(later.summary.stale == ["host-a"])
        let patient = later.reassessed(staleAfter: 100_000)
        #expect(patient.summary.stale == [])
        let blind = patient.reassessed(
            by: FleetKnowledge(calendar: try Known.calendar(), vulnerabilities: nil)
        )
        #expect(blind.summary.vulnerabilitiesUnknown == 1)
        let known = blind.reassessed(at: now, staleAfter: 86400, by: try Known.knowledge())
        #expect(known.summary.vulnerabilitiesUnknown == 0)
        #expect(known.summary.unreachable == ["host-z"])
    }

    @Test func `a saved aggregate is written without changes if no values are given`() throws {
        let fleet = try aggregate([AggregateTests.report("a"), AggregateTests.report("b")])
        let json = written(fleet, as: FleetJSON())
        let read = try Fleet(parsing: Array(json.utf8))
        #expect(written(read.reassessed(), as: FleetJSON()) == json)
        let previous = digest(Array("the one before".utf8))
        let sealed = read.resealed(previous: previous, sha256: digest)
        #expect(written(sealed, as: FleetJSON()).contains("\"previous\": \"sha256:\(previous)\""))
        #expect(sealed.evidence.reportsRoot == fleet.evidence.reportsRoot)
    }

    @Test func `an aggregate without evidence is rejected`() throws {
        let fleet = try aggregate([AggregateTests.report("a")])
        let json = written(fleet, as: FleetJSON())
        let root = "sha256:\(fleet.evidence.reportsRoot)"
        for other in ["sha256:unsealed", "", "sha256:"] {
            let parts = json.split(separator: root)
            let document = parts.joined(separator: other)
            #expect(parts.count == 2)
            #expect(throws: DocumentError.self) { try Fleet(parsing: Array(document.utf8)) }
        }
    }
}
