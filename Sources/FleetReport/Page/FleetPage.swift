internal import ToolchainCore

/// The sections of the HTML page.
struct FleetPage {
    let fleet: Fleet

    var summary: FleetSummary { fleet.summary }

    /// The list items that describe the page.
    var facts: String {
        var facts = [
            summary.reportedWords,
            "<time datetime=\"\(fleet.generatedAt)\">\(readable(fleet.generatedAt))</time>",
        ]
        if !fleet.judgement.supportedLines.isEmpty {
            let lines = fleet.judgement.supportedLines.map(\.inHTML).joined(separator: " and ")
            facts.append("supported: Go \(lines)")
        }
        facts.append(fleet.snapshotWords)
        return facts.map { "<li>\($0)</li>" }.joined()
    }

    private func readable(_ time: UTCTime) -> String {
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    // MARK: Headline

    var headline: String {
        let all = summary.all
        func count(_ state: HostRow.State) -> Int {
            summary.states.first { $0.name == state.rawValue }?.hosts ?? 0
        }
        let tiles = [
            tile(count(.ok), of: all, "ok", "good", filter: "state=ok"),
            tile(count(.unknown), of: all, "unknown", "warn", filter: "state=unknown"),
            tile(
                count(.stale) + count(.missing),
                of: all,
                "no current report",
                "warn",
                filter: "state=stale,missing"
            ),
            tile(summary.failed, of: all, "failed", "bad", filter: "finding=failed"),
            tile(summary.drifted, of: all, "drifted", "warn", filter: "drift=drifted"),
            tile(summary.eol, of: all, "past end of life", "bad", filter: "finding=eol"),
            tile(
                summary.vulnerable,
                of: all,
                "vulnerable\(fleet.staleMark)",
                "bad",
                filter: "finding=vulnerable"
            ),
            tile(summary.blocked, of: all, "cannot debug", "bad", filter: "debug=no"),
        ]
        return tiles.joined(separator: "\n")
    }

    private func tile(
        _ count: Int,
        of all: Int,
        _ label: String,
        _ tone: String,
        filter: String
    ) -> String {
        let tone = count == 0 ? "none" : tone
        return """
            <a class="tile \(tone)" href="#hosts" data-filter="\(filter)">\
            <span class="number">\(Words.grouped(count))</span>\
            <span class="label">\(label)</span>\
            <span class="share">\(Words.share(count, of: all))</span></a>
            """
    }

    // MARK: Notices

    var notices: String {
        var notices: [String] = []
        if let names = summary.unreachable, !names.isEmpty {
            notices.append(
                list(
                    names.count == 1
                        ? "1 expected host did not report"
                        : "\(Words.grouped(names.count)) expected hosts did not report",
                    fleet.absences
                )
            )
        }
        if fleet.inputs.invalidCount > 0 {
            let shown = fleet.inputs.invalid.map { "\($0.name): \($0.reason)" }
            notices.append(
                list(
                    Words.count(fleet.inputs.invalidCount, "unreadable document"),
                    shown
                )
            )
        }
        let tampering = fleet.tampering
        for (words, names) in [
            ("Hosts whose identity several machines claim", tampering.clashes),
            ("Hosts with several reports (the newest counts)", fleet.superseded.sorted()),
            ("Host identifiers used by several hosts", tampering.duplicateIdentifiers),
        ] where !names.isEmpty {
            notices.append(list("\(words): \(Words.grouped(names.count))", names))
        }
        if fleet.hasStaleKnowledge {
            let age =
                fleet.snapshotAge.map { "is \(Words.count($0, "day")) old\(fleet.staleMark)" }
                ?? "is missing"
            notices.append(
                "<p>The vulnerability data \(age): versions without known vulnerabilities "
                    + "count as unknown.</p>"
            )
        }
        if let newer = fleet.judgement.newerSnapshot {
            notices.append(
                "<p>Some hosts have newer vulnerability data, dated \(newer).</p>"
            )
        }
        if summary.vulnerabilitiesUnknown > 0 {
            let count = Words.count(summary.vulnerabilitiesUnknown, "host")
            notices.append("<p>Vulnerabilities unknown on \(count).</p>")
        }
        if summary.failedUnknown > 0 {
            let count = Words.count(summary.failedUnknown, "host")
            notices.append("<p>Last run unknown on \(count).</p>")
        }
        guard !notices.isEmpty else { return "" }
        return """
            <section class="notices" aria-label="Notices">
            \(notices.joined(separator: "\n"))
            </section>

            """
    }

    private func list(_ title: String, _ names: [String]) -> String {
        let shown = names.prefix(500).map { "<li>\($0.inHTML)</li>" }.joined()
        let more = names.count > 500 ? "<li>and \(Words.grouped(names.count - 500)) more</li>" : ""
        return "<details><summary>\(title)</summary><ul>\(shown)\(more)</ul></details>"
    }

    /// The list items that name the data sources.
    var sources: String {
        let source = fleet.judgement.source.map { "<li>Vulnerabilities: \($0.inHTML)</li>" }
        return """
            <li>\(fleet.generator.inHTML)</li>\(source ?? "")\
            <li>Digest of all reports: <code>\(fleet.evidence.reportsRoot)</code></li>
            """
    }
}
