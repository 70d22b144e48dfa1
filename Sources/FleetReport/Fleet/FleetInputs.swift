internal import ToolchainCore

/// Everything that was read: one row per host, the expected hosts, and the unreadable documents.
struct FleetInputs: Sendable {
    /// The number of invalid documents that are listed by name.
    ///
    /// Further ones are only counted.
    static let maximumNamedDocuments = 1000
    /// The maximum number of documents in an aggregate.
    static let maximumDocumentCount = 1_000_000_000

    /// A document that could not be read.
    struct InvalidDocument: Hashable, Sendable {
        /// The path of the file, with a line number if it contains several documents.
        var name: String
        /// Why the document cannot be read.
        var reason: String
    }

    var rows: [HostRow] = []
    /// The invalid documents; at most ``maximumNamedDocuments``.
    var invalid: [InvalidDocument] = []
    /// The number of invalid documents.
    var invalidCount = 0
    /// The number of reports that a newer report of the same host replaced.
    var supersededCount = 0
    /// The names of hosts with several reports; at most ``maximumNamedDocuments``.
    var superseded: Set<String> = []
    /// The names of the expected hosts, or `nil` if no list was given.
    var expected: Set<String>?
    /// The hosts whose report could not be collected, by name.
    var missing: [String: MissingHost] = [:]

    // MARK: Recording

    mutating func noteInvalid(_ name: String, because reason: String) {
        invalidCount = Self.capped(invalidCount + 1)
        guard invalid.count < Self.maximumNamedDocuments else { return }
        invalid.append(InvalidDocument(name: name, reason: reason))
    }

    /// Records a host that did not report.
    ///
    /// Of several records for a host, the choice does not depend on their order.
    mutating func noteMissing(_ host: MissingHost) {
        let known = missing[host.name]
        guard known.map({ $0.description < host.description }) ?? true else { return }
        missing[host.name] = host
    }

    /// Records that a host has several reports, of which only the newest counts.
    mutating func noteSuperseded(_ name: String) {
        supersededCount = Self.capped(supersededCount + 1)
        if superseded.count < Self.maximumNamedDocuments { superseded.insert(name) }
    }

    mutating func expect(_ names: some Sequence<String>) {
        expected = (expected ?? []).union(names)
    }

    /// Adds everything from another aggregate except its rows.
    mutating func note(_ other: FleetInputs) {
        if let names = other.expected { expect(names) }
        for host in other.missing.values { noteMissing(host) }
        for entry in other.invalid { noteInvalid(entry.name, because: entry.reason) }
        // The named documents are already included in the count.
        invalidCount = Self.capped(invalidCount + other.invalidCount - other.invalid.count)
        supersededCount = Self.capped(supersededCount + other.supersededCount)
        for name in other.superseded.sorted() where superseded.count < Self.maximumNamedDocuments {
            superseded.insert(name)
        }
    }

    /// A larger count would be rejected when the aggregate is read again.
    private static func capped(_ count: Int) -> Int { min(count, maximumDocumentCount) }

    /// Sorts the rows by name.
    mutating func sortRows() {
        rows.sort {
            $0.name == $1.name
                ? ($0.id, $0.user ?? "", $0.fileName ?? "", $0.digest?.description ?? "")
                    < ($1.id, $1.user ?? "", $1.fileName ?? "", $1.digest?.description ?? "")
                : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    // MARK: Who reported

    /// The names of the hosts that did not report, sorted, or `nil` if no report was expected.
    var unreachable: [String]? {
        guard expected != nil || !missing.isEmpty else { return nil }
        return listed.subtracting(answered).sorted()
    }

    /// The names of hosts whose report was expected or requested.
    var listed: Set<String> { (expected ?? []).union(missing.keys) }

    /// The names among ``listed`` that a report accounts for.
    var answered: Set<String> { names(answering: listed) }

    /// Returns the names that the rows account for.
    ///
    /// A collector chooses the name that a report is stored under; the host chooses its own name.
    /// Because a host could use its own name to hide that another host is missing, that name counts
    /// only if the stored name is not listed. It never accounts for a host that the collector could
    /// not reach, because the collector requested both.
    ///
    /// - Parameter listed: The names of the hosts known to exist.
    /// - Returns: The names, whether listed or not.
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

    /// Returns a finding with the reason why a host did not report, as far as it is known.
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
