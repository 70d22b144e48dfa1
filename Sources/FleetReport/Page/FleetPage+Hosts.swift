internal import ToolchainCore

extension FleetPage {
    /// The number of hosts in the table without JavaScript.
    private static let staticHosts = 200
    private static let columnCount = HostField.allCases.count { $0.title != nil }

    /// The header cells of the host table.
    var columns: String {
        HostField.allCases.compactMap { field in
            field.title.map { title in
                "<th scope=\"col\" data-sort=\"\(field.rawValue)\"\(numbers(field))>\(title)\(field == .vulns ? fleet.staleMark : "")</th>"
            }
        }.joined()
    }

    /// Writes the first hosts, worst state first, for browsers without JavaScript.
    ///
    /// The script replaces these rows.
    func writeHosts(to stream: inout TextStream) {
        var left = Self.staticHosts
        for state in Self.severity {
            for row in fleet.rows where left > 0 && fleet.state(of: row) == state {
                left -= 1
                stream += body(of: row, state)
            }
            for name in fleet.absent where left > 0 && state == .missing {
                left -= 1
                stream += body(ofMissing: name)
            }
        }
    }

    /// Notes about hosts that the table does not show.
    var rest: String {
        var text = ""
        if summary.all > Self.staticHosts {
            text += """
                <noscript><p class="note">The first \(Self.staticHosts) of \
                \(Words.grouped(summary.all)) hosts; all of them need scripts, or \
                <code>--format csv</code>.</p></noscript>

                """
        }
        if fleet.rows.isEmpty { text += "<p>No host reported.</p>\n" }
        return text
    }

    /// The drop-down lists that filter the host table.
    var filters: String {
        func select(_ key: String, _ label: String, _ options: [(String, String)]) -> String {
            guard options.count > 1 else { return "" }
            let choices = options.map {
                "<option value=\"\($0.0.inHTML)\">\($0.1.inHTML)</option>"
            }
            return """
                <label>\(label)<select name="\(key)"><option value="">any</option>\
                \(choices.joined())</select></label>

                """
        }
        func present(_ counts: [FleetSummary.Count]) -> [(String, String)] {
            counts.filter { $0.hosts > 0 }.map { ($0.name, $0.name) }
        }
        let kinds = zip(HostRow.Finding.Kind.allCases, summary.findings).filter { $1.hosts > 0 }
            .map { kind, _ in (kind.rawValue, Words.finding(kind)) }
        let abilities = zip(HostReport.DebugReadiness.Ability.allCases, summary.debug)
            .filter { $1.hosts > 0 }
            .map { ability, _ in (ability.rawValue, Words.ability(ability)) }
        let versions = summary.versions.prefix(300)
            .map { ($0.version.description, $0.version.description) }
        let drift = [Drift.State.drifted, .inSync, .unknown].map { ($0.rawValue, Words.drift($0)) }
        let published = zip(PublishedState.State.severity, summary.published)
            .filter { $1.hosts > 0 }
            .map { state, _ in (state.rawValue, state.words) }
        return select("state", "State", present(summary.states))
            + select("version", "Has version", versions)
            + select("finding", "Finding", kinds)
            + select("drift", "Drift", drift)
            + select("debug", "Debugging", abilities)
            + select("published", "Published", published)
            + select("ring", "Ring", present(summary.rings))
    }

    // MARK: Rows without JavaScript; the script creates the same

    private func body(ofMissing name: String) -> String {
        let state = HostRow.State.missing
        return """
            <tbody><tr><th scope="row">\(name.inHTML)</th>\
            \(cell(.state, chip(state.rawValue, Self.tone(of: state))))\
            <td colspan="\(Self.columnCount - 2)">\(fleet.inputs.absence(of: name).detail.inHTML)</td></tr></tbody>

            """
    }

    /// Returns the details that distinguish rows of the same name.
    func identity(_ row: HostRow) -> String {
        var parts = [String(row.id.description.prefix(12))]
        if let hostname = row.hostname { parts.append(hostname) }
        if let user = row.user { parts.append(user) }
        if row.otherHomes == .partlyRead { parts.append("some home directories not searched") }
        if row.otherHomes == .notRead { parts.append("own home directory only") }
        if let file = row.fileName { parts.append("file \(file).json") }
        return parts.joined(separator: " · ")
    }

    private func body(of row: HostRow, _ state: HostRow.State) -> String {
        let others = otherVersions(row)
        let also = others.isEmpty ? "" : "<span class=\"sub\">\(others.inHTML)</span>"
        let support = fleet.support(of: row)
        let go = row.active("go") ?? HostField.go.empty ?? ""
        let count =
            fleet.vulnerabilityCount(of: row).map { Words.grouped($0) }
            ?? HostField.vulns.empty ?? ""
        let findings = fleet.findings(of: row)
        return """
            <tbody><tr><th scope="row">\(row.name.inHTML)<span class="sub">\(identity(row).inHTML)</span></th>\
            \(cell(.state, chip(state.rawValue, Self.tone(of: state))))\
            \(cell(.go, go.inHTML + also))\
            \(cell(.support, chip(Words.support(support), Self.tone(of: support))))\
            \(cell(.vulns, count))\
            \(cell(.debug, chip(Words.ability(row.ability), Self.tone(of: row.ability))))\
            \(cell(.platform, platform(row).inHTML))\
            \(cell(.age, Words.duration(fleet.ages.age(of: row))))</tr>\
            \(details(findings))</tbody>

            """
    }

    private func cell(_ field: HostField, _ content: String) -> String {
        "<td data-label=\"\(field.title ?? "")\"\(numbers(field))>\(content)</td>"
    }

    private func numbers(_ field: HostField) -> String {
        field == .vulns ? " class=\"number\"" : ""
    }

    private func details(_ findings: [HostRow.Finding]) -> String {
        guard !findings.isEmpty else { return "" }
        let items = findings.map { finding in
            let fix = finding.fix.map { "<code>\($0.inHTML)</code>" } ?? ""
            return """
                <li><span class="kind \(Self.tone(of: finding.kind))">\
                \(finding.kind.rawValue)</span> <span><b>\(finding.subject.inHTML)</b> \
                \(finding.detail.inHTML)</span>\(fix)</li>
                """
        }
        let words = Words.count(findings.count, "finding")
        return """
            <tr class="more"><td colspan="\(Self.columnCount)"><details><summary>\(words)</summary>\
            <ul class="findings">\(items.joined())</ul></details></td></tr>
            """
    }

    func otherVersions(_ row: HostRow) -> String {
        var names = row.uses.filter { !($0.isActive && $0.version.isGo) }
            .map(\.version.description)
        if names.count > 4 { names = names.prefix(3) + ["\(names.count - 3) more"] }
        return names.joined(separator: ", ")
    }

    func platform(_ row: HostRow) -> String {
        var parts = [row.os, row.architecture, row.libc]
        if row.virtualization != .none { parts.append(Words.virtualization(row.virtualization)) }
        return parts.joined(separator: " · ")
    }
}
