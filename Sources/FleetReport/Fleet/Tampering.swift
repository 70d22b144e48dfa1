/// Signs that a report was forged or swapped.
package struct Tampering: Hashable, Sendable {
    /// Identifiers that are used under several names, as clones of a machine do.
    package var duplicateIdentifiers: [String] = []
    /// Hosts of which several reports say that they are this host, and differ in what a host is or in
    /// the file that they are in: all of them count.
    package var clashes: [String] = []

    init() {}

    init(_ rows: [HostRow]) {
        let machines = Dictionary(grouping: rows) { $0.id }.filter { $0.value.count > 1 }
        duplicateIdentifiers = machines.filter { Set($0.value.map(\.name)).count > 1 }
            .keys.sorted().map(\.description)
        // Reports of several users of one host do not clash.
        clashes = machines.values.flatMap { rows in
            Dictionary(grouping: rows) { [$0.name, $0.user ?? ""] }.values
                .filter { $0.count > 1 }.map { $0[0].name }
        }.sorted()
    }
}
