package import ToolchainCore

extension FleetComparison {
    /// The number of entries that each list shows.
    private static let shownCount = 1000

    /// The comparison as JSON, as defined by docs/schemas/comparison.schema.json.
    package var document: JSONValue {
        [
            "schema": .string(DocumentKind.comparison.schema),
            "hosts": [
                "before": .integer(hostsBefore), "after": .integer(hostsAfter),
                "both": hostsInBoth.map { .integer($0) } ?? .null,
            ],
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
            "renamed": .array(
                renamed.map { ["before": .string($0.before), "after": .string($0.after)] }
            ),
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

    /// The comparison as aligned text for a terminal.
    package var text: String { rows.aligned }

    /// The rows of ``text``.
    package var rows: [TextRow] {
        let both = hostsInBoth.map { "  (\($0) in both, compared)" } ?? ""
        var rows = [
            TextRow("", "before → after"),
            TextRow("hosts", "\(hostsBefore) → \(hostsAfter)\(both)"),
        ]
        for line in lines {
            let shares = [
                Words.share(line.before, of: line.totals.before),
                Words.share(line.after, of: line.totals.after),
            ]
            let unknown = line.unknownAfter > 0 ? "  \(line.unknownAfter) unknown" : ""
            let verdict = unknown + (line.isWorse ? "  worse" : "")
            rows.append(
                TextRow(
                    line.gate.rawValue,
                    "\(line.before) → \(line.after)  (\(shares.joined(separator: " → ")))\(verdict)",
                    line.isWorse ? .bad : line.unknownAfter > 0 ? .warning : .none
                )
            )
        }
        rows += added.prefix(Self.shownCount).map { TextRow("only after", $0) }
        rows += removed.prefix(Self.shownCount).map { TextRow("only before", $0) }
        rows += renamed.prefix(Self.shownCount).map {
            TextRow("renamed", "\($0.before) → \($0.after)")
        }
        for change in changes.prefix(Self.shownCount) {
            let words = change.appeared.map { "+ \($0)" } + change.gone.map { "− \($0)" }
            rows.append(TextRow(change.name, words.joined(separator: "  ")))
        }
        if changes.count > Self.shownCount {
            rows.append(TextRow("", "and \(changes.count - Self.shownCount) more hosts changed"))
        }
        return rows
    }

    /// The comparison as Markdown.
    package var markdown: String {
        var text = "# Comparison\n\n| | before | after | unknown after | |\n"
        text += "| --- | --- | --- | --- | --- |\n"
        text += "| hosts | \(hostsBefore) | \(hostsAfter) | | |\n"
        for line in lines {
            text += "| \(line.gate.rawValue) | \(line.before) | \(line.after) | "
            text += "\(line.unknownAfter) | "
            text += "\(line.isWorse ? "**worse**" : "") |\n"
        }
        let newNames = renamed.map { "\($0.before) → \($0.after)" }
        for (title, names) in [
            ("Only after", added), ("Only before", removed), ("Renamed", newNames),
        ]
        where !names.isEmpty {
            text += "\n## \(title)\n\n"
            text += names.prefix(Self.shownCount).map { "- \($0.inMarkdown)\n" }.joined()
        }
        guard !changes.isEmpty else { return text }
        text += "\n## Changed\n\n"
        for change in changes.prefix(Self.shownCount) {
            let words = change.appeared.map { "now \($0)" } + change.gone.map { "no longer \($0)" }
            let list = words.map(\.inMarkdown).joined(separator: ", ")
            text += "- **\(change.name.inMarkdown)**: \(list)\n"
        }
        return text
    }
}
