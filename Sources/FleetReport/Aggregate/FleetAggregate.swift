package import ToolchainCore

/// Many hosts' reports added up, one at a time.
///
/// A report is thrown away once it has been added: what stays is a row a host, in which what many
/// hosts have in common is kept once.
package struct FleetAggregate: Sendable {
    /// How many invalid documents are named; more are only counted.
    static let namedInvalid = 1000
    /// The largest count of documents: an aggregate that claims more is not valid.
    static let mostDocuments = 1_000_000_000
    /// How far a host's clock may be ahead, in seconds.
    static let clockTolerance = 300
    /// 2025-01-01, before there was any gotoolprov: no report is older.
    static let earliest = UTCTime(seconds: 1_735_689_600)

    /// A document that could not be read.
    package struct Invalid: Hashable, Sendable {
        /// Which one: a file's path, a line's number.
        package internal(set) var name: String
        /// Why not.
        package internal(set) var reason: String
    }

    /// What is known about a version.
    struct VersionFacts: Hashable, Sendable {
        var support: Support
        /// The identifiers; nil where it is not known whether there are any.
        var vulnerabilities: [String]?
        /// Why something about it is unknown.
        var doubt: String?
    }

    /// What is known about a vulnerability.
    struct VulnerabilityFacts: Hashable, Sendable {
        var aliases: [String]
        var summary: String
        var fixedIn: [String]
    }

    /// When it was made, and what ages are counted from.
    package internal(set) var generatedAt: UTCTime
    var generator: String
    /// How old a report may be, in seconds.
    var staleAfter: Int
    var supportedLines: [String]
    var snapshot: CalendarDay?
    var vulnerabilitySource: String?
    /// The newest snapshot that a report knows, if it is newer than ours.
    var newerSnapshot: CalendarDay?

    /// The hosts.
    package internal(set) var rows: [HostRow] = []
    /// The first documents that could not be read.
    package internal(set) var invalid: [Invalid] = []
    /// How many documents could not be read.
    package internal(set) var invalidCount = 0
    /// How many reports were older than another one of the same host.
    package internal(set) var supersededCount = 0
    /// The first hosts that have several reports, of which the newest counts.
    package internal(set) var superseded: Set<String> = []
    /// The names of hosts that should have reported, as somebody said; nil where nobody did.
    package internal(set) var expected: Set<String>?
    /// Hosts that somebody has tried to reach and could not.
    var missing: [String: MissingHost] = [:]
    var facts: [ToolVersion: VersionFacts] = [:]
    var vulnerabilities: [String: VulnerabilityFacts] = [:]
    /// What speaks against reports being what their hosts said.
    package internal(set) var tampering = Tampering()
    var reportsRoot: SHA256Digest?
    var previous: SHA256Digest?

    private var places: [Key: Int] = [:]
    private var text = Interner()
    var knowledge: FleetKnowledge?

    /// An aggregate of nothing yet.
    ///
    /// - Parameters:
    ///   - now: The time that ages are counted from.
    ///   - staleAfter: How old a report may be, in seconds.
    ///   - generator: The program that makes it.
    ///   - knowledge: What versions are judged by: all hosts by the same.
    package init(now: UTCTime, staleAfter: Int, generator: String, knowledge: FleetKnowledge) {
        self.init(
            generatedAt: now,
            staleAfter: staleAfter,
            generator: generator,
            supportedLines: knowledge.calendar.supportedLines.map(\.description),
            snapshot: knowledge.vulnerabilities?.snapshot,
            vulnerabilitySource: knowledge.vulnerabilities?.source,
            knowledge: knowledge
        )
    }

    init(
        generatedAt: UTCTime,
        staleAfter: Int,
        generator: String,
        supportedLines: [String],
        snapshot: CalendarDay?,
        vulnerabilitySource: String?,
        knowledge: FleetKnowledge? = nil
    ) {
        self.generatedAt = generatedAt
        self.staleAfter = staleAfter
        self.generator = generator
        self.supportedLines = supportedLines
        self.snapshot = snapshot
        self.vulnerabilitySource = vulnerabilitySource
        self.knowledge = knowledge
    }

    // MARK: Adding

    /// Adds the report that a document holds, or notes why it is none.
    ///
    /// - Parameters:
    ///   - document: Its bytes.
    ///   - name: How it is called where it turns out not to be a report.
    ///   - origin: Where it was found.
    ///   - digest: The digest of its bytes, as evidence.
    package mutating func add(
        _ document: [UInt8],
        named name: String,
        from origin: Origin = .stream,
        digest: SHA256Digest?
    ) {
        do {
            if let host = try MissingHost(parsing: document) {
                if case .inventory(let name) = origin {
                    noteMissing(host.named(name))
                } else {
                    noteMissing(host)
                }
            } else {
                add(try HostReport(parsing: document), from: origin, digest: digest)
            }
        } catch {
            noteInvalid(name, because: error.description)
        }
    }

    /// Notes a document that cannot be read.
    ///
    /// - Parameters:
    ///   - name: Which one.
    ///   - reason: Why not, in one clause.
    package mutating func noteInvalid(_ name: String, because reason: String) {
        invalidCount = Self.capped(invalidCount + 1)
        guard invalid.count < Self.namedInvalid else { return }
        invalid.append(Invalid(name: name, reason: reason))
    }

    /// Notes a host that did not report; of two notes one stays, in whatever order they come.
    mutating func noteMissing(_ host: MissingHost) {
        let known = missing[host.name]
        guard known.map({ $0.description < host.description }) ?? true else { return }
        missing[host.name] = host
    }

    /// Says which hosts should have reported.
    package mutating func expect(_ names: some Sequence<String>) {
        expected = (expected ?? []).union(names)
    }

    /// Adds a report; of two of the same host and user the newer one stays.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - origin: Where it was found.
    ///   - digest: The digest of its bytes, as evidence.
    package mutating func add(
        _ report: HostReport,
        from origin: Origin = .stream,
        digest: SHA256Digest?
    ) {
        let days = report.toolchains.compactMap { $0.vulnerabilities?.snapshot }
        noteSnapshot(max(days.max(), report.knowledge?.snapshot))
        add(HostRow(report, from: origin, digest: digest, interning: &text))
    }

    /// Adds the hosts of an aggregate that was written before, judged by what is known here.
    package mutating func add(_ other: FleetAggregate) {
        for row in other.rows { add(row) }
        if let names = other.expected { expect(names) }
        for host in other.missing.values { noteMissing(host) }
        for entry in other.invalid { noteInvalid(entry.name, because: entry.reason) }
        // Those that are named have been counted.
        invalidCount = Self.capped(invalidCount + other.invalidCount - other.invalid.count)
        supersededCount = Self.capped(supersededCount + other.supersededCount)
        for name in other.superseded.sorted() where superseded.count < Self.namedInvalid {
            superseded.insert(name)
        }
        noteSnapshot(max(other.snapshot, other.newerSnapshot))
    }

    /// What is written here has to be accepted when it is read again.
    private static func capped(_ count: Int) -> Int { min(count, mostDocuments) }

    private func max(_ one: CalendarDay?, _ other: CalendarDay?) -> CalendarDay? {
        [one, other].compactMap(\.self).max()
    }

    private mutating func noteSnapshot(_ day: CalendarDay?) {
        guard let day, snapshot.map({ $0 < day }) ?? true else { return }
        newerSnapshot = max(newerSnapshot, day)
    }

    private mutating func add(_ row: HostRow) {
        let key = Key(row)
        guard let place = places[key] else {
            places[key] = rows.count
            rows.append(row)
            return judge(row.uses)
        }
        supersededCount = Self.capped(supersededCount + 1)
        if superseded.count < Self.namedInvalid { superseded.insert(row.name) }
        var (newer, older) = (rows[place], row)
        if isNewer(row, than: newer) { swap(&newer, &older) }
        // A clock that is wrong once in a while is one to look at, whichever report counts.
        newer.impossibleTime =
            newer.impossibleTime ?? older.impossibleTime
            ?? (isImpossible(older) && !isImpossible(newer) ? older.generatedAt : nil)
        rows[place] = newer
        judge(newer.uses)
    }

    /// Of two that were made in the same second, which one stays does not depend on their order; and
    /// one whose time cannot be right replaces none, or a clock that was wrong once would hide all
    /// that a host says later.
    private func isNewer(_ row: HostRow, than other: HostRow) -> Bool {
        guard isImpossible(row) == isImpossible(other) else { return !isImpossible(row) }
        guard row.generatedAt == other.generatedAt else {
            return other.generatedAt < row.generatedAt
        }
        return other.digest?.description ?? "" < row.digest?.description ?? ""
    }

    mutating func judge(_ uses: [HostRow.Use]) {
        for use in uses where facts[use.version] == nil {
            guard let knowledge, use.version.tool == "go" else {
                facts[use.version] = VersionFacts(support: Support(.unknown))
                continue
            }
            let judgement = knowledge.judgement(of: use.version.version)
            let ids = judgement.vulnerabilities.map {
                Set($0.stdlib).union($0.toolchain).sorted()
            }
            facts[use.version] = VersionFacts(
                support: judgement.support,
                vulnerabilities: ids,
                doubt: judgement.doubt
            )
            for id in ids ?? [] where vulnerabilities[id] == nil {
                vulnerabilities[id] = knowledge.facts(of: id)
            }
        }
    }

    /// Puts the hosts in order, by name, and seals the evidence; nothing is added after that.
    ///
    /// - Parameters:
    ///   - previous: The digest of the document before this one, as evidence.
    ///   - sha256: Computes a digest.
    package mutating func seal(
        previous: SHA256Digest? = nil,
        sha256: ([UInt8]) throws -> SHA256Digest
    ) rethrows {
        rows.sort {
            $0.name == $1.name
                ? ($0.id, $0.user ?? "", $0.fileName ?? "", $0.digest?.description ?? "")
                    < ($1.id, $1.user ?? "", $1.fileName ?? "", $1.digest?.description ?? "")
                : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        places = [:]
        // Rows that were replaced may have left versions behind that nobody has.
        let used = Set(rows.lazy.flatMap { $0.uses.lazy.map(\.version) })
        facts = facts.filter { used.contains($0.key) }
        let known = Set(facts.values.lazy.flatMap { $0.vulnerabilities ?? [] })
        vulnerabilities = vulnerabilities.filter { known.contains($0.key) }
        tampering = Tampering(rows)
        self.previous = previous
        var digests = rows.compactMap(\.digest).map(\.description)
        digests.sort()
        reportsRoot = try sha256(Array(digests.joined(separator: "\n").utf8))
    }
}
