/// A comparison of two fleets: the same hosts before and after a change, or a canary and the rest.
///
/// For the same hosts at two times, only hosts in both fleets are counted, because an added or
/// removed host is neither an improvement nor a regression. For different hosts, shares are
/// compared.
package struct FleetComparison: Sendable {
    /// The counts of one gate in both fleets.
    package struct Line: Sendable {
        package let gate: FleetGate
        /// The number of hosts that failed the gate before.
        package let before: Int
        /// The number of hosts that fail the gate after.
        package let after: Int
        /// The number of hosts that the gate could not judge before.
        package let unknownBefore: Int
        /// The number of hosts that the gate cannot judge after.
        package let unknownAfter: Int
        /// The number of hosts that the counts are out of.
        let totals: (before: Int, after: Int)
        /// Whether shares are compared instead of counts.
        let comparesShares: Bool

        /// Whether the gate fails, or cannot judge, more hosts after than before.
        package var isWorse: Bool {
            isLarger(after, than: before) || isLarger(unknownAfter, than: unknownBefore)
        }

        /// Compares `new / totals.after` with `old / totals.before` without division.
        ///
        /// If the old fleet is empty, any count above 0 is larger.
        private func isLarger(_ new: Int, than old: Int) -> Bool {
            guard comparesShares else { return new > old }
            return totals.before == 0
                ? new > 0
                : new.saturatingTimes(totals.before) > old.saturatingTimes(totals.after)
        }
    }

    /// The changes of one host that is in both fleets.
    package struct Change: Hashable, Sendable {
        /// The name of the host.
        package let name: String
        /// Traits that only the newer fleet has.
        package let appeared: [String]
        /// Traits that only the older fleet has.
        package let gone: [String]
    }

    /// A host whose name differs between the fleets.
    package struct Renaming: Hashable, Sendable {
        package let before: String
        package let after: String
    }

    /// The number of hosts that reported before.
    package let hostsBefore: Int
    /// The number of hosts that reported after.
    package let hostsAfter: Int
    /// The number of hosts in both fleets, or `nil` if different hosts are compared.
    package let hostsInBoth: Int?
    /// One line for each gate.
    package let lines: [Line]
    /// The names of hosts that are only in the newer fleet.
    package let added: [String]
    /// The names of hosts that are only in the older fleet.
    package let removed: [String]
    /// Hosts that have different names in the two fleets.
    package let renamed: [Renaming]
    /// The names of hosts that are missing from the newer fleet without it having reported them as
    /// missing.
    package let lost: [String]
    /// Hosts that are in both fleets and differ.
    package let changes: [Change]

    /// Whether there is nothing to compare.
    package var isEmpty: Bool { hostsBefore == 0 || hostsAfter == 0 || hostsInBoth == 0 }

    /// Compares two fleets.
    ///
    /// - Parameters:
    ///   - before: The older fleet, or the canary.
    ///   - after: The newer fleet, or the rest.
    ///   - areSameHosts: Whether both fleets contain the same hosts. A host that is absent from
    ///     `after` then counts as unreported, unless `after` has its own list of expected hosts.
    package init(before: Fleet, after: Fleet, areSameHosts: Bool) {
        let (one, two) = (before.summary, after.summary)
        hostsBefore = one.reported
        hostsAfter = two.reported
        guard areSameHosts else {
            hostsInBoth = nil
            (added, removed, renamed, lost, changes) = ([], [], [], [], [])
            lines = FleetGate.allCases.map { gate in
                Line(
                    gate: gate,
                    before: gate.count(in: one),
                    after: gate.count(in: two),
                    unknownBefore: gate.unknownCount(in: one),
                    unknownAfter: gate.unknownCount(in: two),
                    totals: (gate.total(in: one), gate.total(in: two)),
                    comparesShares: true
                )
            }
            return
        }
        let match = Match(before.rows, after.rows)
        hostsInBoth = match.pairs.count
        added = match.added.map(\.name)
        removed = match.removed.map(\.name)
        renamed = match.pairs.filter { $0.old.name != $0.new.name }
            .map { Renaming(before: $0.old.name, after: $0.new.name) }
        let lost =
            after.inputs.expected == nil
            ? Self.lost(match.removed, before, after).subtracting(two.unreachable ?? []) : []
        self.lost = lost.sorted()
        lines = FleetGate.allCases.map { gate in
            if gate == .unreported {
                // A host that did not report has no row.
                return Line(
                    gate: gate,
                    before: gate.count(in: one),
                    after: gate.count(in: two) + lost.count,
                    unknownBefore: 0,
                    unknownAfter: 0,
                    totals: (gate.total(in: one), gate.total(in: two) + lost.count),
                    comparesShares: false
                )
            }
            let old = match.pairs.map { before.verdict(of: $0.old, by: gate) }
            let new = match.pairs.map { after.verdict(of: $0.new, by: gate) }
            return Line(
                gate: gate,
                before: old.count { $0 == true },
                after: new.count { $0 == true },
                unknownBefore: old.count { $0 == nil },
                unknownAfter: new.count { $0 == nil },
                totals: (old.count, new.count),
                comparesShares: false
            )
        }
        changes = match.pairs.compactMap {
            Self.change(from: ($0.old, before), to: ($0.new, after))
        }
    }

    /// The names of removed rows that nothing in `after` accounts for: neither a report by another
    /// user of the same host nor a host under a new name.
    private static func lost(
        _ removed: [HostRow],
        _ before: Fleet,
        _ after: Fleet
    ) -> Set<String> {
        func location(_ row: HostRow) -> [String] {
            [row.id.description, row.name, row.collectedName ?? ""]
        }
        let locations = Set(after.rows.map(location))
        let known = Set(before.rows.map { $0.collectedName ?? $0.name })
        let answered = after.inputs.names(answering: known)
        return Set(removed.filter { !locations.contains(location($0)) }.map(\.name))
            .subtracting(answered)
    }

    private static func change(
        from old: (row: HostRow, fleet: Fleet),
        to new: (row: HostRow, fleet: Fleet)
    ) -> Change? {
        let before = traits(old.row, old.fleet)
        let after = traits(new.row, new.fleet)
        guard before != after else { return nil }
        return Change(
            name: new.row.name,
            appeared: after.subtracting(before).sorted(),
            gone: before.subtracting(after).sorted()
        )
    }

    private static func traits(_ row: HostRow, _ fleet: Fleet) -> Set<String> {
        var traits = Set(row.uses.map(\.version.description))
        traits.insert("state: \(fleet.state(of: row).rawValue)")
        traits.insert("debugging: \(Words.ability(row.ability))")
        if let go = row.active("go") { traits.insert("in use: go\(go)") }
        for finding in fleet.findings(of: row) {
            traits.insert("\(finding.kind.rawValue): \(finding.subject)")
        }
        return traits
    }

    /// The gates that are worse after than before.
    package var worse: [FleetGate] { lines.filter(\.isWorse).map(\.gate) }

    /// Returns the number of hosts in the newer fleet that `gate` cannot judge.
    package func unknownCount(of gate: FleetGate) -> Int {
        lines.first { $0.gate == gate }?.unknownAfter ?? 0
    }
}

extension Int {
    fileprivate func saturatingTimes(_ factor: Int) -> Int {
        let (product, isTooLarge) = multipliedReportingOverflow(by: factor)
        return isTooLarge ? .max : product
    }
}
