/// The totals as text for a terminal.
package struct FleetText: FleetOutput {
    package init() {}

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        stream += rows(of: fleet).aligned
    }

    /// The rows of the text.
    package func rows(of fleet: Fleet) -> [TextRow] {
        let summary = fleet.summary
        let inputs = fleet.inputs
        var rows = [
            TextRow("hosts", "\(summary.reportedWords) as of \(fleet.generatedAt)")
        ]
        rows += summary.headline.map { line in
            TextRow(line.name, "\(line.hosts)  \(line.share)", line.concern)
        }
        for version in summary.versions.prefix(40) {
            var words = [Words.count(version.hosts, "host")]
            if version.version.tool == "go" { words.append(Words.support(version.support.state)) }
            if let lag = version.support.patchLag, lag > 0 { words.append("\(lag) behind") }
            if version.version.tool == "go" {
                words.append(
                    version.vulnerabilityCount.map {
                        Words.count($0, "vulnerability", "vulnerabilities") + fleet.staleMark
                    } ?? "vulnerabilities unknown\(fleet.staleMark)"
                )
            }
            rows.append(
                TextRow(
                    version.version.description,
                    words.joined(separator: "  "),
                    version.concern
                )
            )
        }
        for (title, names) in [
            ("did not report", fleet.absences),
            ("superseded reports", fleet.superseded.sorted()),
            ("identity clashes", fleet.tampering.clashes),
            ("unreadable", inputs.invalid.map { "\($0.name): \($0.reason)" }),
            ("duplicate identifiers", fleet.tampering.duplicateIdentifiers),
        ] {
            rows += names.prefix(20).map { TextRow(title, $0, .warning) }
            if names.count > 20 {
                rows.append(TextRow(title, "and \(names.count - 20) more", .warning))
            }
        }
        rows.append(
            TextRow("data", fleet.snapshotWords, fleet.hasStaleKnowledge ? .warning : .none)
        )
        if fleet.hasStaleKnowledge {
            rows.append(TextRow("", "to update the data, see docs/reference/fleet.md"))
        }
        return rows
    }
}

extension FleetSummary.Version {
    fileprivate var concern: TextRow.Concern {
        if support.state == .eol || (vulnerabilityCount ?? 0) > 0 { return .bad }
        guard version.tool == "go" else { return .none }
        return support.state == .supported && vulnerabilityCount != nil ? .good : .warning
    }
}
