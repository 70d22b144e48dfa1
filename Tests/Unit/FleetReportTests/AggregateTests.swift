import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Aggregation of many reports.
@Suite(.unitLimit)
struct AggregateTests {
    static func report(
        _ id: Character,
        _ go: String = "1.27.2",
        age: Int = 60,
        name: String? = nil
    ) -> HostReport {
        HostReport(
            generatedAt: UTCTime(seconds: now.seconds - age),
            agentVersion: "0.2.0",
            host: HostReport.Host(
                id: identifier(id),
                name: name ?? "host-\(id)",
                osID: "debian",
                kernel: "6.1",
                architecture: "amd64"
            ),
            debug: .init(ability: .yes),
            toolchains: [
                HostReport.Toolchain(
                    tool: "go",
                    version: go,
                    isActive: true,
                    origin: .mirror,
                    path: "/sdk",
                    integrity: .init(state: .ok),
                    published: PublishedState(.published, basis: .receipt)
                )
            ],
            drift: Drift(state: .inSync)
        )
    }

    @Test func `the newer of two reports of a host counts, in any order`() throws {
        let old = Self.report("a", "1.19.8", age: 500)
        let new = Self.report("a", "1.27.2", age: 100)
        let one = try aggregate([old, new, Self.report("b")])
        let other = try aggregate([Self.report("b"), new, old])
        #expect(one.summary.reported == 2)
        #expect(one.supersededCount == 1)
        #expect(one.summary.eol == 0)
        #expect(!one.summary.versions.contains { $0.version.version == "1.19.8" })
        #expect(
            written(one, as: FleetJSON())
                == written(other, as: FleetJSON())
        )
    }

    @Test func `cloned machines are all kept and listed`() throws {
        let fleet = try aggregate([Self.report("a"), Self.report("a", name: "clone")])
        #expect(fleet.summary.reported == 2)
        #expect(written(fleet, as: FleetText()).contains("duplicate identifiers"))
        let json = written(fleet, as: FleetJSON())
        #expect(json.contains("\"duplicateHostId\": [\n      \"aaaa"))
    }

    @Test func `stale, unreachable and invalid reports are listed without failing`() throws {
        let fleet = try aggregate([Self.report("a"), Self.report("b", age: 90000)]) {
            $0.add(Array("{".utf8), named: "broken.json", digest: nil)
            $0.expect(["host-a", "host-b", "host-z"])
        }
        let summary = fleet.summary
        #expect(summary.reported == 2)
        #expect(summary.stale == ["host-b"])
        #expect(summary.unreachable == ["host-z"])
        #expect(fleet.invalid.map(\.name) == ["broken.json"])
        #expect(summary.failures(of: [.unreported]).map(\.count) == [3])
        for text in [
            written(fleet, as: FleetText()), written(fleet, as: FleetMarkdown()),
            written(fleet, as: FleetHTML(sha256: digest)),
        ] {
            #expect(text.contains("broken.json"))
            #expect(text.contains("host-z"))
        }
    }

    @Test func `a limited number of invalid documents is listed, and all are counted`() throws {
        let fleet = try aggregate([]) { fleet in
            for number in 0..<1500 { fleet.noteInvalid("\(number)", because: "no") }
        }
        #expect(fleet.invalid.count == 1000)
        #expect(fleet.summary.invalidCount == 1500)
    }

    @Test func `a clock that is ahead is reported`() throws {
        let fleet = try aggregate([Self.report("a", age: -7200)])
        #expect(fleet.findings(of: fleet.rows[0]).map(\.kind) == [.clock])
        #expect(fleet.summary.stale.isEmpty)
        #expect(fleet.state(of: fleet.rows[0]) == .unknown)
        #expect(fleet.summary.unknownCount(of: .drift) == 1)
        #expect(!fleet.summary.failures(of: [.unreported]).isEmpty)
    }

    @Test func `the counts of states add up to the number of hosts`() throws {
        let fleet = try aggregate(
            [
                fullReport(), Self.report("b"), Self.report("c", age: 90000),
                Self.report("d", "1.19.8"),
            ]
        )
        let summary = fleet.summary
        #expect(summary.states.reduce(0) { $0 + $1.hosts } == summary.reported)
        #expect(summary.debug.reduce(0) { $0 + $1.hosts } == summary.reported)
        #expect(summary.integrity.reduce(0) { $0 + $1.hosts } == summary.reported)
        #expect(summary.eol == 2)
        #expect(summary.vulnerable == 2)
        #expect(summary.blocked == 1)
    }

    @Test func `unknown values do not count as good`() throws {
        let fleet = try aggregate([Self.report("a", "devel")])
        #expect(fleet.summary.vulnerable == 0)
        #expect(fleet.summary.vulnerabilitiesUnknown == 1)
        #expect(fleet.summary.supportUnknown == 1)
        let blind = try aggregate(
            [Self.report("a", "1.19.8")],
            knowledge: FleetKnowledge(calendar: try Known.calendar(), vulnerabilities: nil)
        )
        #expect(blind.summary.vulnerabilitiesUnknown == 1)
        #expect(written(blind, as: FleetMarkdown()).contains("no vulnerability data"))
    }

    @Test func `a saved aggregate is read without changes`() throws {
        let fleet = try aggregate([fullReport("é\"<"), Self.report("b"), Self.report("c", "devel")])
        {
            $0.noteInvalid("x", because: "y")
            $0.expect(["host-b", "gone"])
        }
        let json = written(fleet, as: FleetJSON())
        let read = try Fleet(parsing: Array(json.utf8))
        #expect(read.summary == fleet.summary)
        #expect(written(read, as: FleetJSON()) == json)
        #expect(
            written(read, as: FleetHTML(sha256: digest))
                == written(fleet, as: FleetHTML(sha256: digest))
        )
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"schema":"gotoolprov.fleet/3"}"#, #"{"schema":"gotoolprov.fleet/2"}"#,
        #"{"schema":"gotoolprov.fleet/1"}"#, #"{"schema":"gotoolprov.fleet-host/2"}"#,
    ])
    func `an invalid aggregate is rejected`(document: String) {
        #expect(throws: DocumentError.self) { try Fleet(parsing: Array(document.utf8)) }
    }

    /// Returns a saved aggregate with modified numbers.
    static func document(with changes: [(old: String, new: String)]) throws -> [UInt8] {
        let fleet = try aggregate([report("a")]) { $0.noteInvalid("x", because: "y") }
        var json = written(fleet, as: FleetJSON())
        for (old, new) in changes {
            let parts = json.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw SupportError("there is no \(old)") }
            json = "\(parts[0])\(new)\(parts[1])"
        }
        return Array(json.utf8)
    }

    @Test(arguments: ["invalidCount", "superseded"])
    func `an aggregate with an impossible count is rejected`(name: String) throws {
        let old = "\"\(name)\": \(name == "superseded" ? 0 : 1)"
        for count in ["9223372036854775807", "1000000001", "-1", "1e3"] {
            let document = try Self.document(with: [(old, "\"\(name)\": \(count)")])
            #expect(throws: DocumentError.self, "\(count)") { try Fleet(parsing: document) }
        }
    }

    @Test func `the largest counts are added without overflow and can be read again`() throws {
        let most = 1_000_000_000
        let document = try Self.document(with: [
            (#""invalidCount": 1"#, #""invalidCount": 1000000000"#),
            (#""superseded": 0"#, #""superseded": 1000000000"#),
        ])
        let site = try Fleet(parsing: document)
        let sum = try aggregate([Self.report("a"), Self.report("a", age: 90)]) {
            $0.add(site)
            $0.add(site)
            $0.noteInvalid("z", because: "no")
        }
        #expect(sum.summary.invalidCount == most && sum.supersededCount == most)
        #expect(sum.summary.failures(of: [.unreported]).map(\.count) == [most])
        let json = written(sum, as: FleetJSON())
        #expect(try Fleet(parsing: Array(json.utf8)).summary == sum.summary)
    }

    @Test func `documents that an aggregate lists are counted, whatever its total`() throws {
        let document = try Self.document(with: [(#""invalidCount": 1"#, #""invalidCount": 0"#)])
        let site = try Fleet(parsing: document)
        #expect(site.summary.invalidCount == 1)
        let sum = try aggregate([]) { $0.add(site) }
        #expect(sum.summary.invalidCount == 1)
    }

    // MARK: Comparing and gates

    @Test func `a canary that is worse than the rest is detected`() throws {
        let rest = try aggregate([Self.report("a"), Self.report("b"), Self.report("c", "1.19.8")])
        let bad = try aggregate([Self.report("d", "1.19.8")])
        let comparison = FleetComparison(before: rest, after: bad, areSameHosts: false)
        #expect(comparison.worse == [.eol, .vulnerable])
        #expect(FleetComparison(before: bad, after: rest, areSameHosts: false).worse == [])
        // Differences between different hosts are not changes.
        #expect(comparison.added == [] && comparison.removed == [])
    }

    @Test func `changes of a host are listed`() throws {
        let before = try aggregate([Self.report("a", "1.19.8")])
        let after = try aggregate([Self.report("a", "1.27.2")])
        let comparison = FleetComparison(before: before, after: after, areSameHosts: true)
        let change = try #require(comparison.changes.first)
        #expect(change.appeared == ["go1.27.2", "in use: go1.27.2", "state: ok"])
        #expect(
            change.gone == [
                "eol: go1.19.8", "go1.19.8", "in use: go1.19.8", "state: flawed",
                "vulnerable: go1.19.8",
            ]
        )
    }

    @Test func `a ring is compared with all other hosts`() throws {
        var canary = Self.report("a", "1.19.8")
        canary.host.ring = "canary"
        let parts = try aggregate([canary, Self.report("b")]).split(
            byRing: "canary",
            sha256: digest
        )
        #expect(parts.inside.summary.reported == 1)
        #expect(
            FleetComparison(before: parts.outside, after: parts.inside, areSameHosts: false).worse
                == [
                    .eol, .vulnerable,
                ]
        )
    }

    @Test func `an empty fleet passes no gate`() throws {
        let nothing = try aggregate([]).summary
        #expect(nothing.failures(of: FleetGate.allCases).map(\.gate) == FleetGate.allCases)
        let fine = try aggregate([Self.report("a")]).summary
        #expect(fine.failures(of: FleetGate.allCases).isEmpty)
    }

    // MARK: Splitting a stream

    static func split(_ text: String, by size: Int, limit: Int = 100) -> [String] {
        var splitter = DocumentSplitter(limit: limit)
        var documents: [DocumentSplitter.Document] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            documents += splitter.documents(
                completedBy: bytes[start..<min(bytes.count, start + size)]
            )
        }
        documents += splitter.finish()
        return documents.map { "\($0.line): \(String(decoding: $0.bytes, as: UTF8.self))" }
    }

    @Test(arguments: [1, 2, 7, 1000])
    func `a document begins at a line that begins with a brace`(size: Int) {
        let text = "\n{\"a\":1}\n{\n  \"b\": {}\n}\n\ngarbage\n{\"c\":1}"
        #expect(
            Self.split(text, by: size) == [
                "2: {\"a\":1}\n", "3: {\n  \"b\": {}\n}\n\ngarbage\n", "8: {\"c\":1}",
            ]
        )
        #expect(Self.split("x\n{}", by: size) == ["1: x\n", "2: {}"])
        #expect(Self.split("", by: size) == [])
        let long = Self.split("{" + String(repeating: "x", count: 500) + "\n{}\n", by: size)
        #expect(long.map(\.utf8.count) == [3 + 101, 6])
    }

    @Test func `a host that could not be reached counts as unreported`() throws {
        let fleet = try aggregate([]) { fleet in
            for (name, document) in [
                (
                    "h7",
                    #"{"schema":"gotoolprov.missing/2","name":"h7","state":"unreachable","#
                        + #""reason":"no route to <h7>"}"#
                ),
                ("a", HostReportTests.smallest), ("x", #"{"schema":"gotoolprov.missing/2"}"#),
            ] {
                fleet.add(Array(document.utf8), named: name, digest: nil)
            }
        }
        #expect(fleet.summary.unreachable == ["h7"])
        #expect(fleet.invalid.map(\.name) == ["x"])
        // Every format shows the reason, and it can be read again.
        let json = written(fleet, as: FleetJSON())
        let read = try Fleet(parsing: Array(json.utf8))
        #expect(written(read, as: FleetJSON()) == json)
        for (text, words) in [
            (json, #""reason": "no route to <h7>""#),
            (written(read, as: FleetText()), "h7: unreachable: no route to <h7>"),
            (written(read, as: FleetMarkdown()), "unreachable: no route to &lt;h7&gt;"),
            (
                written(read, as: FleetHTML(sha256: digest)),
                "h7: unreachable: no route to &lt;h7&gt;"
            ),
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }
}
