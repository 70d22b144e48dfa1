public import ToolchainCore

/// Two aggregates side by side: before and after, or a canary and the rest.
///
/// Shares of hosts are compared, not counts, because the two need not be of the same hosts.
public struct FleetComparison: Sendable {
    /// The name of the document's form, with its version behind the slash.
    public static let schema = "gotoolprov.comparison/1"

    /// One number of both.
    public struct Line: Sendable {
        /// What is counted.
        public let gate: FleetGate
        /// How many hosts before.
        public let before: Int
        /// How many hosts after.
        public let after: Int
        /// For how many hosts it was not known before.
        public let unknownBefore: Int
        /// For how many hosts it is not known after.
        public let unknownAfter: Int
        /// Of how many, before and after.
        let wholes: (before: Int, after: Int)

        /// Whether a larger share of hosts has it after than before, or a larger share is unknown.
        public var isWorse: Bool {
            isLarger(after, than: before) || isLarger(unknownAfter, than: unknownBefore)
        }

        /// Whether new/newAll > old/oldAll, without division; with nothing to compare, any is larger.
        private func isLarger(_ new: Int, than old: Int) -> Bool {
            wholes.before == 0
                ? new > 0
                : new.saturatingTimes(wholes.before) > old.saturatingTimes(wholes.after)
        }
    }

    /// What became of a host that is in both.
    public struct Change: Hashable, Sendable {
        /// The host.
        public let name: String
        /// What it has now and had not.
        public let appeared: [String]
        /// What it had and no longer has.
        public let gone: [String]
    }

    /// How many changes are shown.
    private static let shown = 1000

    /// How many hosts before.
    public let hostsBefore: Int
    /// How many hosts after.
    public let hostsAfter: Int
    /// The numbers.
    public let lines: [Line]
    /// Hosts that are only in the second.
    public let added: [String]
    /// Hosts that are only in the first.
    public let removed: [String]
    /// Hosts that should be in the second and are not, beside those that it misses itself.
    public let lost: [String]
    /// Hosts that are in both and differ.
    public let changes: [Change]

    /// Compares two aggregates.
    ///
    /// - Parameters:
    ///   - before: The first.
    ///   - after: The second.
    ///   - areSameHosts: Whether the two are of the same hosts: then one that is no longer there did
    ///     not report, unless the second knows who should have.
    public init(before: FleetAggregate, after: FleetAggregate, areSameHosts: Bool) {
        let (one, two) = (before.summary, after.summary)
        hostsBefore = one.reported
        hostsAfter = two.reported
        let lost: Set<String> =
            areSameHosts && after.expected == nil
            ? Set(before.rows.lazy.map(\.name)).subtracting(after.rows.lazy.map(\.name))
                .subtracting(two.unreachable ?? [])
            : []
        self.lost = lost.sorted()
        lines = FleetGate.allCases.map { gate in
            let more = gate == .unreported ? lost.count : 0
            return Line(
                gate: gate,
                before: gate.count(in: one),
                after: gate.count(in: two) + more,
                unknownBefore: gate.unknownCount(in: one),
                unknownAfter: gate.unknownCount(in: two),
                wholes: (gate.whole(in: one), gate.whole(in: two) + more)
            )
        }
        let old = Dictionary(before.rows.map { (Key($0), $0) }, uniquingKeysWith: { $1 })
        let new = Dictionary(after.rows.map { (Key($0), $0) }, uniquingKeysWith: { $1 })
        added = after.rows.filter { old[Key($0)] == nil }.map(\.name)
        removed = before.rows.filter { new[Key($0)] == nil }.map(\.name)
        changes = after.rows.compactMap { row in
            old[Key(row)].flatMap { Self.change(from: ($0, before), to: (row, after)) }
        }
    }

    private struct Key: Hashable {
        let id: HostIdentifier
        let name: String

        init(_ row: HostRow) { (id, name) = (row.id, row.name) }
    }

    private static func change(
        from old: (row: HostRow, aggregate: FleetAggregate),
        to new: (row: HostRow, aggregate: FleetAggregate)
    ) -> Change? {
        let before = traits(old.row, old.aggregate)
        let after = traits(new.row, new.aggregate)
        guard before != after else { return nil }
        return Change(
            name: new.row.name,
            appeared: after.subtracting(before).sorted(),
            gone: before.subtracting(after).sorted()
        )
    }

    private static func traits(_ row: HostRow, _ aggregate: FleetAggregate) -> Set<String> {
        var traits = Set(row.uses.map(\.version.description))
        traits.insert("state: \(aggregate.state(of: row).rawValue)")
        traits.insert("debugging: \(Words.ability(row.ability))")
        if let go = row.active("go") { traits.insert("in use: go\(go)") }
        for finding in aggregate.findings(of: row) {
            traits.insert("\(finding.kind.rawValue): \(finding.subject)")
        }
        return traits
    }

    /// The gates that are worse after than before.
    public var worse: [FleetGate] { lines.filter(\.isWorse).map(\.gate) }

    /// For how many hosts of the second it is not known whether they pass `gate`.
    public func unknownCount(of gate: FleetGate) -> Int {
        lines.first { $0.gate == gate }?.unknownAfter ?? 0
    }

    /// The comparison as JSON: docs/schemas/comparison.schema.json.
    public var document: JSONValue {
        [
            "schema": .string(Self.schema),
            "hosts": ["before": .integer(hostsBefore), "after": .integer(hostsAfter)],
            "lines": .array(
                lines.map {
                    [
                        "gate": .string($0.gate.rawValue), "before": .integer($0.before),
                        "after": .integer($0.after), "worse": .boolean($0.isWorse),
                        "unknown": [
                            "before": .integer($0.unknownBefore),
                            "after": .integer($0.unknownAfter),
                        ],
                    ]
                }
            ),
            "added": .strings(added),
            "removed": .strings(removed),
            "lost": .strings(lost),
            "changes": .array(
                changes.map {
                    [
                        "name": .string($0.name), "appeared": .strings($0.appeared),
                        "gone": .strings($0.gone),
                    ]
                }
            ),
        ]
    }

    /// The comparison for a terminal.
    public var text: String {
        var rows = [("", "before → after"), ("hosts", "\(hostsBefore) → \(hostsAfter)")]
        for line in lines {
            let shares = [
                Words.share(line.before, of: line.wholes.before),
                Words.share(line.after, of: line.wholes.after),
            ]
            let unknown = line.unknownAfter > 0 ? "  \(line.unknownAfter) unknown" : ""
            let verdict = unknown + (line.isWorse ? "  worse" : "")
            rows.append(
                (
                    line.gate.rawValue,
                    "\(line.before) → \(line.after)  (\(shares.joined(separator: " → ")))\(verdict)"
                )
            )
        }
        rows += added.prefix(Self.shown).map { ("only after", $0) }
        rows += removed.prefix(Self.shown).map { ("only before", $0) }
        for change in changes.prefix(Self.shown) {
            let words = change.appeared.map { "+ \($0)" } + change.gone.map { "− \($0)" }
            rows.append((change.name, words.joined(separator: "  ")))
        }
        if changes.count > Self.shown {
            rows.append(("", "and \(changes.count - Self.shown) more hosts changed"))
        }
        return rows.aligned
    }

    /// The comparison as Markdown.
    public var markdown: String {
        var text = "# Comparison\n\n| | before | after | unknown after | |\n"
        text += "| --- | --- | --- | --- | --- |\n"
        text += "| hosts | \(hostsBefore) | \(hostsAfter) | | |\n"
        for line in lines {
            text += "| \(line.gate.rawValue) | \(line.before) | \(line.after) | "
            text += "\(line.unknownAfter) | "
            text += "\(line.isWorse ? "**worse**" : "") |\n"
        }
        for (title, names) in [("Only after", added), ("Only before", removed)]
        where !names.isEmpty {
            text += "\n## \(title)\n\n"
            text += names.prefix(Self.shown).map { "- \($0.inMarkdown)\n" }.joined()
        }
        guard !changes.isEmpty else { return text }
        text += "\n## Changed\n\n"
        for change in changes.prefix(Self.shown) {
            let words = change.appeared.map { "now \($0)" } + change.gone.map { "no longer \($0)" }
            let list = words.map(\.inMarkdown).joined(separator: ", ")
            text += "- **\(change.name.inMarkdown)**: \(list)\n"
        }
        return text
    }
}

/// A reason for an automaton to stop.
public enum FleetGate: String, Sendable, CaseIterable {
    /// Hosts that differ from their manifest.
    case drift
    /// Hosts that have a Go past its end of life.
    case eol
    /// Hosts that have a Go with known vulnerabilities.
    case vulnerable
    /// Hosts on which nothing can be debugged.
    case blocked
    /// Hosts whose last run failed.
    case failed
    /// Hosts that are stale or did not report, or whose report is of a time that has not come, and
    /// documents that could not be read.
    case unreported

    /// How many hosts, or documents, there are of that sort.
    func count(in summary: FleetSummary) -> Int {
        switch self {
        case .drift: summary.drifted
        case .eol: summary.eol
        case .vulnerable: summary.vulnerable
        case .blocked: summary.blocked
        case .failed: summary.failed
        case .unreported:
            summary.stale.count + summary.ahead + (summary.unreachable?.count ?? 0)
                + summary.invalidCount
        }
    }

    /// Of how many.
    func whole(in summary: FleetSummary) -> Int {
        self == .unreported
            ? summary.reported + (summary.unreachable?.count ?? 0) + summary.invalidCount
            : summary.reported
    }

    /// For how many hosts this is not known: they neither pass nor fail.
    func unknownCount(in summary: FleetSummary) -> Int {
        switch self {
        case .drift: summary.driftUnknown
        case .eol: summary.supportUnknown
        case .vulnerable: summary.vulnerabilitiesUnknown
        case .blocked: summary.debug.first { $0.name == "unknown" }?.hosts ?? 0
        case .failed, .unreported: 0
        }
    }
}

extension FleetSummary {
    /// A gate that is not passed.
    public struct GateFailure: Hashable, Sendable {
        /// Which gate.
        public let gate: FleetGate
        /// How many hosts, or documents, are the reason.
        public let count: Int
    }

    /// The gates among `gates` that are not passed.
    ///
    /// A fleet of which nothing was reported passes none: nothing is known of it.
    public func failures(of gates: [FleetGate]) -> [GateFailure] {
        gates.map { GateFailure(gate: $0, count: $0.count(in: self)) }
            .filter { $0.count > 0 || reported == 0 }
    }

    /// For how many hosts it is not known whether they pass `gate`.
    public func unknownCount(of gate: FleetGate) -> Int { gate.unknownCount(in: self) }
}

extension Int {
    fileprivate func saturatingTimes(_ factor: Int) -> Int {
        let (product, isTooLarge) = multipliedReportingOverflow(by: factor)
        return isTooLarge ? .max : product
    }
}
