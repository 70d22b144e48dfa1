/// Two fleets side by side: before and after, or a canary and the rest.
///
/// Of the same hosts at two times, those are counted that are in both: one that came or went made
/// nothing better or worse. Of different hosts, shares are compared.
package struct FleetComparison: Sendable {
    /// One number of both.
    package struct Line: Sendable {
        /// What is counted.
        package let gate: FleetGate
        /// How many hosts before.
        package let before: Int
        /// How many hosts after.
        package let after: Int
        /// For how many hosts it was not known before.
        package let unknownBefore: Int
        /// For how many hosts it is not known after.
        package let unknownAfter: Int
        /// Of how many, before and after.
        let wholes: (before: Int, after: Int)
        /// Whether shares are compared, and not counts.
        let comparesShares: Bool

        /// Whether more hosts have it after than before, or of more it is unknown.
        package var isWorse: Bool {
            isLarger(after, than: before) || isLarger(unknownAfter, than: unknownBefore)
        }

        /// Whether new/newAll > old/oldAll, without division; with nothing to compare, any is larger.
        private func isLarger(_ new: Int, than old: Int) -> Bool {
            guard comparesShares else { return new > old }
            return wholes.before == 0
                ? new > 0
                : new.saturatingTimes(wholes.before) > old.saturatingTimes(wholes.after)
        }
    }

    /// How a host that is in both changed.
    package struct Change: Hashable, Sendable {
        /// The host.
        package let name: String
        /// What the host has only in the newer fleet.
        package let appeared: [String]
        /// What the host has only in the older fleet.
        package let gone: [String]
    }

    /// A host that has another name than before.
    package struct Renaming: Hashable, Sendable {
        /// Its name before.
        package let before: String
        /// Its name after.
        package let after: String
    }

    /// How many hosts before.
    package let hostsBefore: Int
    /// How many hosts after.
    package let hostsAfter: Int
    /// How many hosts are in both; nil where different hosts are compared.
    package let hostsInBoth: Int?
    /// The numbers.
    package let lines: [Line]
    /// Hosts that are only in the second.
    package let added: [String]
    /// Hosts that are only in the first.
    package let removed: [String]
    /// Hosts that are in both under different names.
    package let renamed: [Renaming]
    /// Hosts that should be in the second and are not, beside those that it misses itself.
    package let lost: [String]
    /// Hosts that are in both and differ.
    package let changes: [Change]

    /// Whether there is nothing to compare: then nothing is known.
    package var isEmpty: Bool { hostsBefore == 0 || hostsAfter == 0 || hostsInBoth == 0 }

    /// Compares two fleets.
    ///
    /// - Parameters:
    ///   - before: The first.
    ///   - after: The second.
    ///   - areSameHosts: Whether the two are of the same hosts: then one that is no longer there did
    ///     not report, unless the second knows who should have.
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
                    wholes: (gate.whole(in: one), gate.whole(in: two)),
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
                // Who did not report is in no row.
                return Line(
                    gate: gate,
                    before: gate.count(in: one),
                    after: gate.count(in: two) + lost.count,
                    unknownBefore: 0,
                    unknownAfter: 0,
                    wholes: (gate.whole(in: one), gate.whole(in: two) + lost.count),
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
                wholes: (old.count, new.count),
                comparesShares: false
            )
        }
        changes = match.pairs.compactMap {
            Self.change(from: ($0.old, before), to: ($0.new, after))
        }
    }

    /// The names of those among `removed` that nobody answers for: neither another user of the same
    /// host nor a host that was not known before.
    private static func lost(
        _ removed: [HostRow],
        _ before: Fleet,
        _ after: Fleet
    ) -> Set<String> {
        func place(_ row: HostRow) -> [String] {
            [row.id.description, row.name, row.collectedName ?? ""]
        }
        let places = Set(after.rows.map(place))
        let known = Set(before.rows.map { $0.collectedName ?? $0.name })
        let answered = after.inputs.names(answering: known)
        return Set(removed.filter { !places.contains(place($0)) }.map(\.name))
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

    /// For how many hosts of the second it is not known whether they pass `gate`.
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
