extension FleetAggregate {
    /// The numbers for a terminal.
    package func text(_ summary: FleetSummary) -> String {
        var rows: [(String, String)] = [
            ("hosts", "\(reportedWords(summary)) by \(generatedAt)")
        ]
        rows += headline(summary).map { ($0[0], [$0[1], $0[2]].joined(separator: "  ")) }
        for version in summary.versions.prefix(40) {
            var words = [Words.count(version.hosts, "host")]
            if version.version.tool == "go" { words.append(Words.support(version.support.state)) }
            if let lag = version.support.patchLag, lag > 0 { words.append("\(lag) behind") }
            if version.version.tool == "go" {
                words.append(
                    version.vulnerabilityCount.map {
                        Words.count($0, "vulnerability", "vulnerabilities")
                    } ?? "vulnerabilities unknown"
                )
            }
            rows.append((version.version.description, words.joined(separator: "  ")))
        }
        for (title, names) in [
            ("did not report", absences(summary)),
            ("several reports", superseded.sorted()), ("same identity", tampering.clashes),
            ("unreadable", invalid.map { "\($0.name): \($0.reason)" }),
            ("same identifier", tampering.duplicateIdentifiers),
        ] {
            rows += names.prefix(20).map { (title, $0) }
            if names.count > 20 { rows.append((title, "and \(names.count - 20) more")) }
        }
        rows.append(("knowledge", snapshotWords))
        if hasStaleKnowledge { rows.append(("", "update it: docs/reference/fleet.md")) }
        return rows.aligned
    }
}
