/// Phrases that several output formats share.
extension FleetSummary {
    /// The number of hosts that reported: `5 of 7 hosts reported`.
    var reportedWords: String {
        reported == all
            ? "\(Words.count(all, "host")) reported"
            : "\(Words.grouped(reported)) of \(Words.count(all, "host")) reported"
    }

    /// A row of the headline.
    struct HeadlineRow {
        let name: String
        let hosts: String
        let share: String
        let concern: TextRow.Concern

        /// The row in a table.
        var cells: [String] { [name, hosts, share] }
    }

    /// The rows of the headline in text and Markdown output.
    var headline: [HeadlineRow] {
        func line(
            _ name: String,
            _ count: Int,
            _ concern: TextRow.Concern = .warning
        ) -> HeadlineRow {
            HeadlineRow(
                name: name,
                hosts: Words.grouped(count),
                share: Words.share(count, of: all),
                concern: count == 0 ? .none : concern
            )
        }
        var lines = states.map { count in
            line(count.name, count.hosts, Self.concern(ofState: count.name))
        }
        lines += [
            line("drifted from the manifest", drifted),
            line("past end of life", eol, .bad),
            line("support unknown", supportUnknown),
            line("vulnerable", vulnerable, .bad),
            line("vulnerabilities unknown", vulnerabilitiesUnknown),
            line("cannot debug", blocked, .bad),
        ]
        if unpublished > 0 { lines.append(line("not as published", unpublished, .bad)) }
        if failedUnknown > 0 {
            lines.append(line("last run unknown", failedUnknown))
        }
        if ahead > 0 { lines.append(line("wrong clock", ahead)) }
        if invalidCount > 0 {
            lines.append(
                HeadlineRow(
                    name: "unreadable reports",
                    hosts: Words.grouped(invalidCount),
                    share: "",
                    concern: .warning
                )
            )
        }
        return lines
    }

    private static func concern(ofState name: String) -> TextRow.Concern {
        switch HostRow.State(rawValue: name) {
        case .ok: .good
        case .failed, .flawed: .bad
        case .drifted, .stale, .missing, .unknown, nil: .warning
        }
    }
}

extension Fleet {
    /// The hosts that did not report, each with the reason if it is known.
    var absences: [String] { absent.map { inputs.missing[$0]?.description ?? $0 } }
}
