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
    public func markdown(_ summary: FleetSummary, title: String = "Go fleet") -> String {
        var text = "# \(title.inMarkdown)\n\n"
        text += "\(Words.grouped(summary.reported)) hosts reported by \(generatedAt)"
        if !supportedLines.isEmpty {
            text += "; supported: Go \(supportedLines.map(\.inMarkdown).joined(separator: " and "))"
        }
        text += snapshot.map { "; vulnerability data of \($0).\n" } ?? "; no vulnerability data.\n"
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

    /// The headline's lines, for text and Markdown.
    func headline(_ summary: FleetSummary) -> [[String]] {
        let all = summary.reported
        func line(_ name: String, _ count: Int) -> [String] {
            [name, Words.grouped(count), Words.share(count, of: all)]
        }
        var lines = summary.states.map { line($0.name, $0.hosts) }
        lines += [
            line("drifted from the manifest", summary.drifted),
            line("past end of life", summary.eol),
            line("vulnerable", summary.vulnerable),
            line("vulnerability unknown", summary.vulnerabilitiesUnknown),
            line("cannot debug", summary.blocked),
        ]
        if let names = summary.unreachable {
            lines.append(["did not report", Words.grouped(names.count), ""])
        }
        if summary.ahead > 0 { lines.append(line("clock ahead", summary.ahead)) }
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
            ("Unreadable", invalid.map { "\($0.name): \($0.reason)" }),
            ("Identifiers of several hosts", tampering.duplicateIdentifiers),
            ("Audit log became shorter", tampering.auditRollback),
            ("Audit log is another", tampering.auditFork),
            ("Audit log is gone", tampering.auditGone),
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

extension FleetAggregate {
    /// The numbers for a terminal.
    public func text(_ summary: FleetSummary) -> String {
        var rows: [(String, String)] = [
            ("hosts", "\(Words.grouped(summary.reported)) reported by \(generatedAt)")
        ]
        rows += headline(summary).map { ($0[0], [$0[1], $0[2]].joined(separator: "  ")) }
        for version in summary.versions.prefix(40) {
            var words = ["\(Words.grouped(version.hosts)) hosts"]
            if version.version.tool == "go" { words.append(Words.support(version.support.state)) }
            if let lag = version.support.patchLag, lag > 0 { words.append("\(lag) behind") }
            if let count = version.vulnerabilityCount {
                words.append("\(count) vulnerabilities")
            }
            rows.append((version.version.description, words.joined(separator: "  ")))
        }
        for (title, names) in [
            ("did not report", absences(summary)),
            ("unreadable", invalid.map { "\($0.name): \($0.reason)" }),
            ("same identifier", tampering.duplicateIdentifiers),
            ("shorter audit log", tampering.auditRollback),
            ("other audit log", tampering.auditFork), ("audit log gone", tampering.auditGone),
        ] {
            rows += names.prefix(20).map { (title, $0) }
            if names.count > 20 { rows.append((title, "and \(names.count - 20) more")) }
        }
        rows.append(
            ("vulnerability data", snapshot.map { "of \($0)" } ?? "none: nothing is known")
        )
        return rows.aligned
    }
}
