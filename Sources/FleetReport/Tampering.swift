/// What speaks for a report that is not what the host itself said before.
public struct Tampering: Hashable, Sendable {
    /// Identifiers that are used under several names, as clones of a machine do.
    public var duplicateIdentifiers: [String] = []
    /// Hosts of which several reports say that they are this host, and differ in what a host is or in
    /// the file that they are in: all of them count.
    public var clashes: [String] = []
    /// Hosts whose audit log has become shorter.
    public var auditRollback: [String] = []
    /// Hosts whose audit log has the same length and another end.
    public var auditFork: [String] = []
    /// Hosts that no longer say where their audit log ends.
    public var auditGone: [String] = []

    init() {}

    init(_ rows: [HostRow], previous: [HostRow]?) {
        let machines = Dictionary(grouping: rows) { $0.id }.filter { $0.value.count > 1 }
        duplicateIdentifiers = machines.filter { Set($0.value.map(\.name)).count > 1 }
            .keys.sorted().map(\.description)
        // Several users of one host are none.
        clashes = machines.values.flatMap { rows in
            Dictionary(grouping: rows) { [$0.name, $0.user ?? ""] }.values
                .filter { $0.count > 1 }.map { $0[0].name }
        }.sorted()
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
