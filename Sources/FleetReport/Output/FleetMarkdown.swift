extension FleetAggregate {
    /// How many hosts are shown one by one.
    private static let shownHosts = 100
    /// How many vulnerabilities are shown.
    private static let shownVulnerabilities = 20

    /// The aggregate as Markdown, for a chat, an issue or a wiki.
    ///
    /// - Parameters:
    ///   - summary: The numbers.
    ///   - title: The heading.
    /// - Returns: The document.
    package func markdown(_ summary: FleetSummary, title: String = "Go fleet") -> String {
        var text = "# \(title.inMarkdown)\n\n"
        text += "\(reportedWords(summary)) by \(generatedAt)"
        if !supportedLines.isEmpty {
            text += "; supported: Go \(supportedLines.map(\.inMarkdown).joined(separator: " and "))"
        }
        text += "; \(snapshotWords).\n"
        text += section("Headline", ["", "hosts", "share"], headline(summary))
        text += section(
            "Versions",
            ["version", "hosts", "in use on", "support", "behind", "vulnerabilities"],
            summary.versions.map { version in
                [
                    version.version.description, "\(version.hosts)", "\(version.activeHosts)",
                    Words.support(version.support.state),
                    version.support.patchLag.map(String.init) ?? "–",
                    version.vulnerabilityCount.map(String.init) ?? "unknown",
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
        text += section("Debugging", ["how far", "hosts"], rows(summary.debug))
        text += section("Integrity", ["state", "hosts"], rows(summary.integrity))
        text += section("Architecture", ["GOARCH", "hosts"], rows(summary.architectures))
        text += section("C library", ["library", "hosts"], rows(summary.libraries))
        text += section("Virtualization", ["kind", "hosts"], rows(summary.virtualizations))
        text += section(
            "Vulnerabilities\(snapshot.map { " as of \($0)" } ?? "")",
            ["vulnerability", "hosts", "summary"],
            summary.vulnerabilities.prefix(Self.shownVulnerabilities).map {
                [$0.name, "\($0.hosts)", vulnerabilities[$0.name]?.summary ?? ""]
            }
        )
        text += trouble(summary)
        return text + hosts
    }

    /// `5 of 7 hosts reported`.
    func reportedWords(_ summary: FleetSummary) -> String {
        summary.reported == summary.all
            ? "\(Words.count(summary.all, "host")) reported"
            : "\(Words.grouped(summary.reported)) of \(Words.count(summary.all, "host")) reported"
    }

    /// The headline's lines, for text and Markdown.
    func headline(_ summary: FleetSummary) -> [[String]] {
        let all = summary.all
        func line(_ name: String, _ count: Int) -> [String] {
            [name, Words.grouped(count), Words.share(count, of: all)]
        }
        var lines = summary.states.map { line($0.name, $0.hosts) }
        lines += [
            line("drifted from the manifest", summary.drifted),
            line("past end of life", summary.eol),
            line("support unknown", summary.supportUnknown),
            line("vulnerable", summary.vulnerable),
            line("vulnerability unknown", summary.vulnerabilitiesUnknown),
            line("cannot debug", summary.blocked),
        ]
        if summary.failedUnknown > 0 {
            lines.append(line("last run unknown", summary.failedUnknown))
        }
        if summary.ahead > 0 { lines.append(line("clock wrong", summary.ahead)) }
        if invalidCount > 0 {
            lines.append(["unreadable reports", Words.grouped(invalidCount), ""])
        }
        return lines
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

    private func trouble(_ summary: FleetSummary) -> String {
        let lists = [
            ("Did not report", absences(summary)),
            ("Several reports, the newest counts", superseded.sorted()),
            ("Several machines with one identity", tampering.clashes),
            ("Unreadable", invalid.map { "\($0.name): \($0.reason)" }),
            ("Identifiers of several hosts", tampering.duplicateIdentifiers),
        ]
        return lists.filter { !$1.isEmpty }.map { title, names in
            let shown = names.prefix(50).map { "- \($0.inMarkdown)\n" }.joined()
            let more = names.count > 50 ? "- and \(names.count - 50) more\n" : ""
            return "\n## \(title)\n\n\(shown)\(more)"
        }.joined()
    }

    private var hosts: String {
        let bad = rows.lazy.filter { !findings(of: $0).isEmpty }
        var text = ""
        for row in bad.prefix(Self.shownHosts) {
            text += "\n### \(row.name.inMarkdown) (\(state(of: row).rawValue))\n\n"
            for finding in findings(of: row) {
                let fix = finding.fix.map { " → \($0.inMarkdown)" } ?? ""
                let subject = finding.subject.isEmpty ? "" : " \(finding.subject.inMarkdown)"
                text += "- **\(finding.kind.rawValue)**\(subject): "
                text += "\(finding.detail.inMarkdown)\(fix)\n"
            }
        }
        guard !text.isEmpty else { return "" }
        let count = rows.count { !findings(of: $0).isEmpty }
        let more = count > Self.shownHosts ? "\nand \(count - Self.shownHosts) more hosts\n" : ""
        return "\n## Hosts with findings\n\(text)\(more)"
    }
}
