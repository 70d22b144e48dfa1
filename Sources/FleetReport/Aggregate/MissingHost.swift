internal import ToolchainCore

/// A host that no report could be had of: what the playbook `report` and `Scripts/deploy/fleet-ssh` write in
/// the place of one: docs/schemas/missing.schema.json.
struct MissingHost: Hashable, Sendable {
    /// The host's name in the inventory.
    var name: String
    /// How it stands: `unreachable`, or `failed` where the host answered and made no report.
    var state: String?
    /// What was said.
    var reason: String?

    /// The same of a host of another name.
    func named(_ name: String) -> MissingHost {
        MissingHost(name: name, state: state, reason: reason)
    }

    /// `web-7: unreachable: no route to host`.
    var description: String {
        [name, state, reason].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

extension MissingHost: JSONRecord {
    static var blank: MissingHost { MissingHost(name: "") }

    /// Reads such a document; nil for one of another form.
    ///
    /// - Throws: ``DocumentError`` for one that says it is of this form and is not.
    init?(parsing document: [UInt8]) throws(DocumentError) {
        // Reports are larger, and there are many of them.
        guard document.count <= 16 << 10,
            let reader = try? ObjectReader(parsing: document),
            let schema = try? reader.string("schema"),
            DocumentKind.named(by: schema)?.kind == .missing
        else { return nil }
        try reader.check(.missing)
        try self.init(reading: reader)
    }

    /// Names what an aggregate says of it.
    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("name", &name, .required)
        try fields.text("state", &state)
        try fields.text("reason", &reason)
    }
}

extension FleetAggregate {
    /// The names of hosts that reported, where a report was expected or asked for.
    var answered: Set<String> { names(answering: (expected ?? []).union(missing.keys)) }

    /// The names that the rows answer for.
    ///
    /// The name that a report was stored under comes from the collector, the host's own name from the
    /// host. A host could use its own name to hide that another one is missing, so it counts only where
    /// the stored name is not listed itself. It never hides a host that a collector could not reach if
    /// a collector stored this report: it asked for both.
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

    /// What is known of why a host did not report.
    func absence(_ name: String) -> HostRow.Finding {
        let host = missing[name]
        let words = [host?.state, host?.reason].compactMap(\.self).filter { !$0.isEmpty }
        return HostRow.Finding(
            kind: .unreported,
            subject: "",
            detail: words.isEmpty ? "no report" : words.joined(separator: ": "),
            fix: nil
        )
    }

    /// The hosts that did not report, each with what is known of why.
    func absences(_ summary: FleetSummary) -> [String] {
        (summary.unreachable ?? []).map { missing[$0]?.description ?? $0 }
    }
}
