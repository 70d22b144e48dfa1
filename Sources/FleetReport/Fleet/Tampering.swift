/// Signs that a report was forged or swapped.
package struct Tampering: Hashable, Sendable {
    /// Host identifiers that occur under several names, as with cloned machines.
    package var duplicateIdentifiers: [String] = []
    /// The names of hosts with several reports that claim the same identity but differ in host
    /// facts or in file name.
    ///
    /// All of these reports count.
    package var clashes: [String] = []

    init() {}

    init(_ rows: [HostRow]) {
        let machines = Dictionary(grouping: rows) { $0.id }.filter { $0.value.count > 1 }
        duplicateIdentifiers = machines.filter { Set($0.value.map(\.name)).count > 1 }
            .keys.sorted().map(\.description)
        // Reports by several users of one host do not clash.
        clashes = machines.values.flatMap { rows in
            Dictionary(grouping: rows) { [$0.name, $0.user ?? ""] }.values
                .filter { $0.count > 1 }.map { $0[0].name }
        }.sorted()
    }
}
