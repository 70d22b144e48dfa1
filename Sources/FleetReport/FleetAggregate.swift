public import ToolchainCore

/// Many hosts' reports added up, one at a time.
///
/// A report is thrown away once it has been added: what stays is a row a host, in which what many
/// hosts have in common is kept once.
public struct FleetAggregate: Sendable {
    /// The name of the document's form, with its version behind the slash.
    public static let schema = "gotoolprov.fleet/1"
    /// How many invalid documents are named; more are only counted.
    static let namedInvalid = 1000
    /// How far a host's clock may be ahead, in seconds.
    static let clockTolerance = 300

    /// A document that could not be read.
    public struct Invalid: Hashable, Sendable {
        /// Which one: a file's path, a line's number.
        public let name: String
        /// Why not.
        public let reason: String
    }

    /// What is known about a version.
    struct VersionFacts: Hashable, Sendable {
        var support: Support
        /// The identifiers; nil where nothing is known either way.
        var vulnerabilities: [String]?
    }

    /// What is known about a vulnerability.
    struct VulnerabilityFacts: Hashable, Sendable {
        var aliases: [String]
        var summary: String
        var fixedIn: [String]
    }

    /// Which host and under which name: clones of a machine share the identifier.
    private struct Key: Hashable, Sendable {
        let id: HostIdentifier
        let name: String
    }

    /// When it was made, and what ages are counted from.
    public internal(set) var generatedAt: UTCTime
    let generator: String
    /// How old a report may be, in seconds.
    var staleAfter: Int
    var supportedLines: [String]
    var snapshot: CalendarDay?
    var vulnerabilitySource: String?
    /// The newest snapshot that a report knows, if it is newer than ours.
    var newerSnapshot: CalendarDay?

    /// The hosts.
    public internal(set) var rows: [HostRow] = []
    /// The first documents that could not be read.
    public internal(set) var invalid: [Invalid] = []
    /// How many documents could not be read.
    public internal(set) var invalidCount = 0
    /// How many reports were older than another one of the same host.
    public internal(set) var supersededCount = 0
    /// The names of hosts that should have reported, as somebody said; nil where nobody did.
    public internal(set) var expected: Set<String>?
    /// Hosts that somebody has tried to reach and could not.
    var missing: [String: MissingHost] = [:]
    var facts: [ToolVersion: VersionFacts] = [:]
    var vulnerabilities: [String: VulnerabilityFacts] = [:]
    var tampering = Tampering()
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
    public init(now: UTCTime, staleAfter: Int, generator: String, knowledge: FleetKnowledge) {
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
    ///   - digest: The digest of its bytes, as evidence.
    public mutating func add(_ document: [UInt8], named name: String, digest: SHA256Digest?) {
        do {
            if let host = try MissingHost(parsing: document) {
                noteMissing(host)
            } else {
                add(try HostReport(parsing: document), digest: digest)
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
    public mutating func noteInvalid(_ name: String, because reason: String) {
        invalidCount += 1
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
    public mutating func expect(_ names: some Sequence<String>) {
        expected = (expected ?? []).union(names)
    }

    /// Adds a report; of two of the same host under the same name the newer one stays.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - digest: The digest of its bytes, as evidence.
    public mutating func add(_ report: HostReport, digest: SHA256Digest?) {
        let key = Key(id: report.host.id, name: report.host.name)
        for toolchain in report.toolchains {
            if let day = toolchain.vulnerabilities?.snapshot, snapshot.map({ $0 < day }) ?? true {
                newerSnapshot = max(newerSnapshot ?? day, day)
            }
        }
        if let place = places[key] {
            supersededCount += 1
            guard isNewer(report, digest, than: rows[place]) else { return }
            rows[place] = HostRow(report, digest: digest, interning: &text)
            judge(rows[place].uses)
        } else {
            let row = HostRow(report, digest: digest, interning: &text)
            places[key] = rows.count
            judge(row.uses)
            rows.append(row)
        }
    }

    /// Of two that were made in the same second, which one stays does not depend on their order; and
    /// one of a time that has not come replaces none, or a clock that was wrong once would hide all
    /// that a host says later.
    private func isNewer(
        _ report: HostReport,
        _ digest: SHA256Digest?,
        than row: HostRow
    ) -> Bool {
        let isAhead = Self.isAhead(report.generatedAt, of: generatedAt)
        guard isAhead == self.isAhead(row) else { return !isAhead }
        guard report.generatedAt == row.generatedAt else {
            return row.generatedAt < report.generatedAt
        }
        return row.digest?.description ?? "" < digest?.description ?? ""
    }

    mutating func judge(_ uses: [HostRow.Use]) {
        for use in uses where facts[use.version] == nil {
            guard let knowledge, use.version.tool == "go" else {
                facts[use.version] = VersionFacts(support: Support(.unknown))
                continue
            }
            let found = knowledge.vulnerabilities?.findings(for: use.version.version)
            let ids = found.map { Set($0.stdlib).union($0.toolchain).sorted() }
            facts[use.version] = VersionFacts(
                support: knowledge.calendar.support(of: use.version.version),
                vulnerabilities: ids
            )
            for id in ids ?? [] where vulnerabilities[id] == nil {
                vulnerabilities[id] = knowledge.facts(of: id)
            }
        }
    }

    /// Puts the hosts in order, by name, and seals the evidence; nothing is added after that.
    ///
    /// - Parameters:
    ///   - previous: The aggregate before this one, whose audit anchors are compared.
    ///   - previousDigest: The digest of its document.
    ///   - sha256: Computes a digest.
    public mutating func seal(
        previous: FleetAggregate? = nil,
        previousDigest: SHA256Digest? = nil,
        sha256: ([UInt8]) throws -> SHA256Digest
    ) rethrows {
        rows.sort {
            $0.name == $1.name
                ? $0.id < $1.id : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        places = [:]
        // Rows that were replaced may have left versions behind that nobody has.
        let used = Set(rows.lazy.flatMap { $0.uses.lazy.map(\.version) })
        facts = facts.filter { used.contains($0.key) }
        let known = Set(facts.values.lazy.flatMap { $0.vulnerabilities ?? [] })
        vulnerabilities = vulnerabilities.filter { known.contains($0.key) }
        tampering = Tampering(rows, previous: previous?.rows)
        self.previous = previousDigest
        var digests = rows.compactMap(\.digest).map(\.description)
        digests.sort()
        reportsRoot = try sha256(Array(digests.joined(separator: "\n").utf8))
    }
}

/// What versions are judged by.
public struct FleetKnowledge: Sendable {
    /// Which lines are supported.
    public let calendar: SupportCalendar
    /// What is known to be wrong with which version.
    public let vulnerabilities: VulnerabilityList?

    /// Knowledge from its parts.
    public init(calendar: SupportCalendar, vulnerabilities: VulnerabilityList?) {
        self.calendar = calendar
        self.vulnerabilities = vulnerabilities
    }

    func facts(of id: String) -> FleetAggregate.VulnerabilityFacts? {
        guard let entry = vulnerabilities?.entries.first(where: { $0.id == id }) else { return nil }
        return FleetAggregate.VulnerabilityFacts(
            aliases: entry.aliases,
            summary: entry.summary,
            fixedIn: entry.fixedIn
        )
    }
}

/// What speaks for a report that is not what the host itself said before.
public struct Tampering: Hashable, Sendable {
    /// Identifiers that are used under several names, as clones of a machine do.
    public var duplicateIdentifiers: [String] = []
    /// Hosts whose audit log has become shorter.
    public var auditRollback: [String] = []
    /// Hosts whose audit log has the same length and another end.
    public var auditFork: [String] = []
    /// Hosts that no longer say where their audit log ends.
    public var auditGone: [String] = []

    init() {}

    init(_ rows: [HostRow], previous: [HostRow]?) {
        let names = Dictionary(grouping: rows) { $0.id }.filter { $0.value.count > 1 }
        duplicateIdentifiers = names.keys.sorted().map(\.description)
        guard let previous else { return }
        let anchors = Dictionary(
            previous.lazy.compactMap { row in
                row.audit.map { ([row.id.description, row.name], $0) }
            },
            uniquingKeysWith: { $1 }
        )
        for row in rows {
            guard let old = anchors[[row.id.description, row.name]] else { continue }
            guard let new = row.audit else {
                auditGone.append(row.name)
                continue
            }
            if new.sequence < old.sequence { auditRollback.append(row.name) }
            if new.sequence == old.sequence, new.head != old.head { auditFork.append(row.name) }
        }
    }
}
