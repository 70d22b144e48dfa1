/// Phrases that several output formats share.
extension FleetSummary {
    /// The number of hosts that reported: `5 of 7 hosts reported`.
    var reportedWords: String {
        reported == all
            ? "\(Words.count(all, "host")) reported"
            : "\(Words.grouped(reported)) of \(Words.count(all, "host")) reported"
    }

    /// The rows of the headline in text and Markdown output.
    var headline: [[String]] {
        func line(_ name: String, _ count: Int) -> [String] {
            [name, Words.grouped(count), Words.share(count, of: all)]
        }
        var lines = states.map { line($0.name, $0.hosts) }
        lines += [
            line("drifted from the manifest", drifted),
            line("past end of life", eol),
            line("support unknown", supportUnknown),
            line("vulnerable", vulnerable),
            line("vulnerabilities unknown", vulnerabilitiesUnknown),
            line("cannot debug", blocked),
        ]
        if failedUnknown > 0 {
            lines.append(line("last run unknown", failedUnknown))
        }
        if ahead > 0 { lines.append(line("wrong clock", ahead)) }
        if invalidCount > 0 {
            lines.append(["unreadable reports", Words.grouped(invalidCount), ""])
        }
        return lines
    }
}

extension Fleet {
    /// The hosts that did not report, each with the reason if it is known.
    var absences: [String] { absent.map { inputs.missing[$0]?.description ?? $0 } }
}
