/// The fleet as Markdown for a chat, an issue or a wiki.
package struct FleetMarkdown: FleetOutput {
    /// The maximum number of hosts that are listed.
    private static let maximumHostCount = 100
    /// The maximum number of vulnerabilities that are listed.
    private static let maximumVulnerabilityCount = 20

    private let title: String

    package init(title: String = "Go fleet") { self.title = title }

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        let summary = fleet.summary
        var text = "# \(title.inMarkdown)\n\n"
        text += "\(summary.reportedWords) as of \(fleet.generatedAt)"
        let supported = fleet.judgement.supportedLines
        if !supported.isEmpty {
            text += "; supported: Go \(supported.map(\.inMarkdown).joined(separator: " and "))"
        }
        text += "; \(fleet.snapshotWords).\n"
        text += section("Headline", ["", "hosts", "share"], summary.headline.map(\.cells))
        text += section(
            "Versions",
            ["version", "hosts", "in use on", "support", "behind", "vulnerabilities"],
            summary.versions.map { version in
                [
                    version.version.description, "\(version.hosts)", "\(version.activeHosts)",
                    Words.support(version.support.state),
                    version.support.patchLag.map(String.init) ?? "–",
                    (version.vulnerabilityCount.map(String.init) ?? "unknown") + fleet.staleMark,
                ]
            }
        )
        text += section(
            "End of life",
            ["line", "hosts", "support", "since"],
            summary.lines.map {
                ["Go \($0.name)", "\($0.hosts)", Words.support($0.state), $0.eolSince ?? ""]
            }
        )
        text += section("Findings", ["finding", "hosts"], rows(summary.findings))
        text += section(
            "What to do",
            ["fix", "hosts"],
            summary.fixes.prefix(12).map { [$0.name, "\($0.hosts)"] }
        )
        text += section("Debugging", ["debugging", "hosts"], rows(summary.debug))
        text += section("Integrity", ["state", "hosts"], rows(summary.integrity))
        text += section("Published", ["state", "hosts"], rows(summary.published))
        text += section("Architecture", ["GOARCH", "hosts"], rows(summary.architectures))
        text += section("C library", ["library", "hosts"], rows(summary.libraries))
        text += section("Virtualization", ["kind", "hosts"], rows(summary.virtualizations))
        text += section(
            "Vulnerabilities\(fleet.judgement.snapshot.map { " as of \($0)" } ?? "")\(fleet.staleMark)",
            ["vulnerability", "hosts", "summary"],
            summary.vulnerabilities.prefix(Self.maximumVulnerabilityCount).map {
                [$0.name, "\($0.hosts)", fleet.judgement.vulnerabilities[$0.name]?.summary ?? ""]
            }
        )
        stream += text
        stream += problem(in: fleet)
        writeHosts(of: fleet, to: &stream)
    }

    private func rows(_ counts: [FleetSummary.Count]) -> [[String]] {
        counts.filter { $0.hosts > 0 }.map { [$0.name, "\($0.hosts)"] }
    }

    private func section(_ title: String, _ columns: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let lines = [columns, columns.map { _ in "---" }] + rows.map { $0.map(\.inMarkdown) }
        return "\n## \(title)\n\n"
            + lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    private func problem(in fleet: Fleet) -> String {
        let lists = [
            ("Did not report", fleet.absences),
            ("Hosts with several reports (the newest counts)", fleet.superseded.sorted()),
            ("Hosts whose identity several machines claim", fleet.tampering.clashes),
            ("Unreadable", fleet.inputs.invalid.map { "\($0.name): \($0.reason)" }),
            ("Host identifiers used by several hosts", fleet.tampering.duplicateIdentifiers),
        ]
        return lists.filter { !$1.isEmpty }.map { title, names in
            let shown = names.prefix(50).map { "- \($0.inMarkdown)\n" }.joined()
            let more = names.count > 50 ? "- and \(names.count - 50) more\n" : ""
            return "\n## \(title)\n\n\(shown)\(more)"
        }.joined()
    }

    private func writeHosts(of fleet: Fleet, to stream: inout TextStream) {
        var count = 0
        for row in fleet.rows {
            let findings = fleet.findings(of: row)
            guard !findings.isEmpty else { continue }
            count += 1
            guard count <= Self.maximumHostCount else { continue }
            if count == 1 { stream += "\n## Hosts with findings\n" }
            stream += "\n### \(row.name.inMarkdown) (\(fleet.state(of: row).rawValue))\n\n"
            for finding in findings {
                let fix = finding.fix.map { " → \($0.inMarkdown)" } ?? ""
                let subject = finding.subject.isEmpty ? "" : " \(finding.subject.inMarkdown)"
                stream += "- **\(finding.kind.rawValue)**\(subject): "
                stream += "\(finding.detail.inMarkdown)\(fix)\n"
            }
        }
        if count > Self.maximumHostCount {
            stream += "\n\(count - Self.maximumHostCount) more hosts not listed\n"
        }
    }
}
