/// The totals as text for a terminal.
package struct FleetText: FleetOutput {
    package init() {}

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        let summary = fleet.summary
        let inputs = fleet.inputs
        var rows: [(String, String)] = [
            ("hosts", "\(summary.reportedWords) as of \(fleet.generatedAt)")
        ]
        rows += summary.headline.map { ($0[0], [$0[1], $0[2]].joined(separator: "  ")) }
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
            ("did not report", fleet.absences),
            ("superseded reports", fleet.superseded.sorted()),
            ("identity clashes", fleet.tampering.clashes),
            ("unreadable", inputs.invalid.map { "\($0.name): \($0.reason)" }),
            ("duplicate identifiers", fleet.tampering.duplicateIdentifiers),
        ] {
            rows += names.prefix(20).map { (title, $0) }
            if names.count > 20 { rows.append((title, "and \(names.count - 20) more")) }
        }
        rows.append(("data", fleet.snapshotWords))
        if fleet.hasStaleKnowledge {
            rows.append(("", "to update the data, see docs/reference/fleet.md"))
        }
        stream += rows.aligned
    }
}
