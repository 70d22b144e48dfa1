internal import ToolchainCore

/// What was read: a row a host, who should have reported, and what could not be read.
struct FleetInputs: Sendable {
    /// How many documents are named where they are not valid; more are only counted.
    static let namedInvalid = 1000
    /// The largest count of documents: an aggregate that claims more is not valid.
    static let mostDocuments = 1_000_000_000

    /// A document that could not be read.
    struct InvalidDocument: Hashable, Sendable {
        /// Which one: a file's path, a line's number.
        var name: String
        /// Why not.
        var reason: String
    }

    var rows: [HostRow] = []
    /// The first documents that could not be read.
    var invalid: [InvalidDocument] = []
    /// How many documents could not be read.
    var invalidCount = 0
    /// How many reports were older than another one of the same host.
    var supersededCount = 0
    /// The first hosts with several reports; the newest report counts.
    var superseded: Set<String> = []
    /// The names of the expected hosts; nil if none were given.
    var expected: Set<String>?
    /// Hosts that were contacted without success.
    var missing: [String: MissingHost] = [:]

    // MARK: Noting

    mutating func noteInvalid(_ name: String, because reason: String) {
        invalidCount = Self.capped(invalidCount + 1)
        guard invalid.count < Self.namedInvalid else { return }
        invalid.append(InvalidDocument(name: name, reason: reason))
    }

    /// Notes a host that did not report; of two notes one stays, in whatever order they come.
    mutating func noteMissing(_ host: MissingHost) {
        let known = missing[host.name]
        guard known.map({ $0.description < host.description }) ?? true else { return }
        missing[host.name] = host
    }

    /// Notes that a host has several reports, of which one counts.
    mutating func noteSuperseded(_ name: String) {
        supersededCount = Self.capped(supersededCount + 1)
        if superseded.count < Self.namedInvalid { superseded.insert(name) }
    }

    mutating func expect(_ names: some Sequence<String>) {
        expected = (expected ?? []).union(names)
    }

    /// Notes all of what another aggregate has, but for its rows.
    mutating func note(_ other: FleetInputs) {
        if let names = other.expected { expect(names) }
        for host in other.missing.values { noteMissing(host) }
        for entry in other.invalid { noteInvalid(entry.name, because: entry.reason) }
        // Those that are named have been counted.
        invalidCount = Self.capped(invalidCount + other.invalidCount - other.invalid.count)
        supersededCount = Self.capped(supersededCount + other.supersededCount)
        for name in other.superseded.sorted() where superseded.count < Self.namedInvalid {
            superseded.insert(name)
        }
    }

    /// What is written here has to be accepted when it is read again.
    private static func capped(_ count: Int) -> Int { min(count, mostDocuments) }

    /// Puts the hosts in order, by name.
    mutating func sortRows() {
        rows.sort {
            $0.name == $1.name
                ? ($0.id, $0.user ?? "", $0.fileName ?? "", $0.digest?.description ?? "")
                    < ($1.id, $1.user ?? "", $1.fileName ?? "", $1.digest?.description ?? "")
                : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    // MARK: Who reported

    /// The hosts that did not report, by name; nil without a list of expected hosts.
    var unreachable: [String]? {
        guard expected != nil || !missing.isEmpty else { return nil }
        return listed.subtracting(answered).sorted()
    }

    /// The names of hosts whose report was expected or requested.
    var listed: Set<String> { (expected ?? []).union(missing.keys) }

    /// The names of hosts that reported, if a report was expected or requested.
    var answered: Set<String> { names(answering: listed) }

    /// The names that the rows answer for.
    ///
    /// The name that a report was stored under comes from the collector, the host's own name from the
    /// host. A host could use its own name to hide that another one is missing, so it counts only where
    /// the stored name is not listed itself. It never hides a host that a collector could not reach if
    /// a collector stored this report: it requested both.
    ///
    /// - Parameter listed: The names of hosts that are known to exist.
    /// - Returns: The names, listed or not.
    func names(answering listed: Set<String>) -> Set<String> {
        var names: Set<String> = []
        for row in rows {
            if let collected = row.collectedName {
                names.insert(collected)
                let wasAskedFor = row.hostname != nil && missing[row.ownName] != nil
                if listed.contains(collected) || wasAskedFor { continue }
            }
            names.insert(row.ownName)
        }
        return names
    }

    /// Why a host did not report, as far as known.
    func absence(of name: String) -> HostRow.Finding {
        let words = missing[name]?.words ?? ""
        return HostRow.Finding(
            kind: .unreported,
            subject: "",
            detail: words.isEmpty ? "no report" : words,
            fix: nil
        )
    }
}
