public import ToolchainCore

/// Two aggregates side by side: before and after, or a canary and the rest.
///
/// Shares of hosts are compared, not counts, because the two need not be of the same hosts.
public struct FleetComparison: Sendable {
    /// The name of the document's form, with its version behind the slash.
    public static let schema = "gotoolprov.comparison/1"

    /// One number of both.
    public struct Line: Hashable, Sendable {
        /// What is counted.
        public let gate: FleetGate
        /// How many hosts before.
        public let before: Int
        /// How many hosts after.
        public let after: Int
        /// Whether a larger share of hosts has it after than before.
        public let isWorse: Bool
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
    /// Hosts that are in both and differ.
    public let changes: [Change]

    /// Compares two aggregates.
    public init(before: FleetAggregate, after: FleetAggregate) {
        let (one, two) = (before.summary, after.summary)
        hostsBefore = one.reported
        hostsAfter = two.reported
        lines = FleetGate.allCases.map { gate in
            let (old, new) = (gate.count(in: one), gate.count(in: two))
            let (oldAll, newAll) = (gate.whole(in: one), gate.whole(in: two))
            // new/newAll > old/oldAll without division; with nothing to compare, any is worse.
            let isWorse =
                oldAll == 0 ? new > 0 : new.saturatingTimes(oldAll) > old.saturatingTimes(newAll)
            return Line(gate: gate, before: old, after: new, isWorse: isWorse)
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
                    ]
                }
            ),
            "added": .strings(added),
            "removed": .strings(removed),
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
                Words.share(line.before, of: hostsBefore), Words.share(line.after, of: hostsAfter),
            ]
            let verdict = line.isWorse ? "  worse" : ""
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
        var text = "# Comparison\n\n| | before | after | |\n| --- | --- | --- | --- |\n"
        text += "| hosts | \(hostsBefore) | \(hostsAfter) | |\n"
        for line in lines {
            text += "| \(line.gate.rawValue) | \(line.before) | \(line.after) | "
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
    /// Hosts that are stale or did not report, and documents that could not be read.
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
            summary.stale.count + (summary.unreachable?.count ?? 0) + summary.invalidCount
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

extension FleetAggregate {
    /// The hosts in a ring, and the others, each as an aggregate.
    public func split(byRing ring: String) -> (inside: FleetAggregate, outside: FleetAggregate) {
        var (inside, outside) = (self, self)
        inside.rows = rows.filter { $0.ring == ring }
        outside.rows = rows.filter { $0.ring != ring }
        for part in [\FleetAggregate.invalidCount, \.supersededCount] {
            inside[keyPath: part] = 0
            outside[keyPath: part] = 0
        }
        // Who did not report is in no ring.
        (inside.expected, outside.expected) = (nil, nil)
        return (inside, outside)
    }
}
