internal import ToolchainCore

extension FleetPage {
    /// How many hosts there are without scripts.
    private static let staticHosts = 200

    /// Columns of the table of hosts: what the script sorts by, and the name.
    private static let columns = [
        ("name", "Host"), ("state", "State"), ("go", "Go in use"),
        ("support", "Support of all Go"), ("vulns", "Vulnerabilities of all Go"),
        ("debug", "Debugging"), ("platform", "Platform"),
        ("age", "Report"),
    ]

    /// States, worst first.
    private static let severity: [HostRow.State] = [
        .failed, .drifted, .flawed, .missing, .stale, .unknown, .ok,
    ]

    func writeHosts(to stream: inout TextStream) {
        stream += "<section id=\"hosts\"><h2>Hosts</h2>\n"
        stream += controls
        stream += "<p class=\"note printed\"></p>\n"
        let head = Self.columns.map { key, name in
            "<th scope=\"col\" data-sort=\"\(key)\"\(key == "vulns" ? " class=\"number\"" : "")>"
                + "\(name)</th>"
        }
        stream += """
            <table class="hosts"><caption>Hosts, worst first</caption>
            <thead><tr>\(head.joined())</tr></thead>

            """
        var left = Self.staticHosts
        for state in Self.severity {
            for row in aggregate.rows where left > 0 && aggregate.state(of: row) == state {
                left -= 1
                stream += body(of: row, state)
            }
            for name in aggregate.absent where left > 0 && state == .missing {
                left -= 1
                stream += body(ofMissing: name)
            }
        }
        stream += "</table>\n"
        if summary.all > Self.staticHosts {
            stream += """
                <noscript><p class="note">The first \(Self.staticHosts) of \
                \(Words.grouped(summary.all)) hosts; all of them need scripts, or \
                <code>--format csv</code>.</p></noscript>

                """
        }
        if aggregate.rows.isEmpty { stream += "<p>No host has reported.</p>\n" }
        stream += "<nav class=\"pager\" aria-label=\"Pages of hosts\" hidden></nav>\n</section>\n"
        writeData(to: &stream)
    }

    private var controls: String {
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
            .map { ability, _ in (Self.word(ability), Words.ability(ability)) }
        let versions = summary.versions.prefix(300)
            .map { ($0.version.description, $0.version.description) }
        let drift = [
            ("drifted", "drifted"), (Drift.State.inSync.rawValue, "in sync"),
            ("unknown", "unknown"),
        ]
        return """
            <form class="controls" hidden>
            <label class="search">Search<input type="search" name="text" autocomplete="off" \
            spellcheck="false"></label>
            \(select("state", "State", present(summary.states)))\
            \(select("version", "Has version", versions))\
            \(select("finding", "Finding", kinds))\
            \(select("drift", "Drift", drift))\
            \(select("debug", "Debugging", abilities))\
            \(select("ring", "Ring", present(summary.rings)))\
            <button type="reset">Show all</button>
            <p class="found" role="status"></p>
            </form>

            """
    }

    // MARK: Without scripts; the script makes the same

    private func body(ofMissing name: String) -> String {
        """
        <tbody><tr><th scope="row">\(name.inHTML)</th>\
        <td data-label="State">\(chip("missing", Self.tone(of: HostRow.State.missing)))</td>\
        <td colspan="6">\(aggregate.absence(name).detail.inHTML)</td></tr></tbody>

        """
    }

    /// What tells rows of one name apart.
    private func identity(_ row: HostRow) -> String {
        var parts = [String(row.id.description.prefix(12))]
        if let hostname = row.hostname { parts.append(hostname) }
        if let user = row.user { parts.append(user) }
        if row.otherHomes == .partlyRead { parts.append("some homes not searched") }
        if row.otherHomes == .notRead { parts.append("own home only") }
        if let file = row.fileName { parts.append("in \(file).json") }
        return parts.joined(separator: " · ")
    }

    private func body(of row: HostRow, _ state: HostRow.State) -> String {
        let others = otherVersions(row)
        let also = others.isEmpty ? "" : "<span class=\"sub\">\(others.inHTML)</span>"
        let support = aggregate.support(of: row)
        let count = aggregate.vulnerabilityCount(of: row).map { Words.grouped($0) }
        let findings = aggregate.findings(of: row)
        return """
            <tbody><tr><th scope="row">\(row.name.inHTML)<span class="sub">\(identity(row).inHTML)</span></th>\
            <td data-label="State">\(chip(state.rawValue, Self.tone(of: state)))</td>\
            <td data-label="Go in use">\((row.active("go") ?? "none").inHTML)\(also)</td>\
            <td data-label="Support of all Go">\(chip(Words.support(support), tone(support)))</td>\
            <td data-label="Vulnerabilities of all Go" class="number">\(count ?? "unknown")</td>\
            <td data-label="Debugging">\(chip(Words.ability(row.ability), Self.tone(of: row.ability)))</td>\
            <td data-label="Platform">\(platform(row).inHTML)</td>\
            <td data-label="Report">\(Words.duration(aggregate.age(of: row)))</td></tr>\
            \(details(findings))</tbody>

            """
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
            <tr class="more"><td colspan="8"><details><summary>\(words)</summary>\
            <ul class="findings">\(items.joined())</ul></details></td></tr>
            """
    }

    static func tone(of state: HostRow.State) -> String {
        switch state {
        case .ok: "good"
        case .drifted, .stale, .missing: "warn"
        case .failed, .flawed: "bad"
        case .unknown: "none"
        }
    }

    private func otherVersions(_ row: HostRow) -> String {
        var names = row.uses.filter { !($0.isActive && $0.version.tool == "go") }
            .map(\.version.description)
        if names.count > 4 { names = names.prefix(3) + ["\(names.count - 3) more"] }
        return names.joined(separator: ", ")
    }

    private func platform(_ row: HostRow) -> String {
        var parts = [row.os, row.architecture, row.libc]
        if row.virtualization != .none { parts.append(Words.virtualization(row.virtualization)) }
        return parts.joined(separator: " · ")
    }

    // MARK: With scripts

    /// The word that the script has for how far debugging goes.
    private static func word(_ ability: HostReport.DebugReadiness.Ability) -> String {
        switch ability {
        case .rootOnly: "root_only"
        case .childOnly: "child_only"
        default: ability.rawValue
        }
    }

    private static func data(_ name: String, _ id: String, _ numbers: [Int]) -> String {
        let texts = [JSONValue.string(name.shown), .string(id)]
        let values = texts + numbers.map { JSONValue.integer($0) }
        return JSONValue.array(values).renderedOnOneLine.jsonInHTML
    }

    /// All hosts as data: lists of numbers, most of which are places in a list of texts, so that
    /// a page of a hundred thousand hosts stays small.
    private func writeData(to stream: inout TextStream) {
        var texts = Places<String>()
        var lists = Places<[HostRow.Finding]>()
        stream += "<script type=\"application/json\" id=\"data\">{\"hosts\":[\n"
        for (index, row) in aggregate.rows.enumerated() {
            let numbers = [
                texts.place(of: aggregate.state(of: row).rawValue),
                texts.place(of: row.active("go") ?? ""),
                texts.place(of: otherVersions(row)),
                texts.place(of: aggregate.support(of: row).rawValue),
                aggregate.vulnerabilityCount(of: row) ?? -1,
                texts.place(of: Self.word(row.ability)),
                texts.place(of: platform(row)),
                aggregate.age(of: row),
                texts.place(of: (row.ring ?? "").shown),
                texts.place(of: row.driftState.rawValue),
                texts.place(of: row.uses.map(\.version.description.shown).joined(separator: "\n")),
                lists.place(of: aggregate.findings(of: row)),
                texts.place(of: identity(row)),
            ]
            stream += index == 0 ? "" : ",\n"
            stream += Self.data(row.name, row.id.description, numbers)
        }
        let none = texts.place(of: "")
        let unknown = texts.place(of: "unknown")
        for (index, name) in aggregate.absent.enumerated() {
            let numbers = [
                texts.place(of: HostRow.State.missing.rawValue), none, none, unknown, -1, unknown,
                none, -1, none, unknown, none, lists.place(of: [aggregate.absence(name)]), none,
            ]
            stream += index == 0 && aggregate.rows.isEmpty ? "" : ",\n"
            stream += Self.data(name, "", numbers)
        }
        stream += "],\n\"texts\":["
        for (index, text) in texts.values.enumerated() {
            stream += index == 0 ? "" : ","
            // Versions are told apart by line feeds; each has none in it.
            let shown = text.split(byte: "\n", omittingEmpty: false).map(\.shown)
            let value = JSONValue.string(shown.joined(separator: "\n"))
            stream += value.renderedOnOneLine.jsonInHTML
        }
        stream += "],\n\"findings\":["
        for (index, list) in lists.values.enumerated() {
            stream += index == 0 ? "" : ",\n"
            let rows = list.map { finding in
                JSONValue.array([
                    .string(finding.kind.rawValue), .string(finding.subject.shown),
                    .string(finding.detail.shown), .string((finding.fix ?? "").shown),
                ])
            }
            stream += JSONValue.array(rows).renderedOnOneLine.jsonInHTML
        }
        stream += "],\n\"vulnerabilities\":["
        let known = aggregate.facts.filter { $0.value.vulnerabilities?.isEmpty == false }
            .sorted { $0.key.description < $1.key.description }
        for (index, (version, facts)) in known.enumerated() {
            let ids = facts.vulnerabilities ?? []
            let names = ids + ids.flatMap { aggregate.vulnerabilities[$0]?.aliases ?? [] }
            stream += index == 0 ? "" : ",\n"
            stream +=
                JSONValue.array([
                    .string(version.description.shown), .string(names.joined(separator: " ").shown),
                ]).renderedOnOneLine.jsonInHTML
        }
        stream += "]}</script>\n"
    }
}

/// Values in the order in which they were met, each once.
private struct Places<Value: Hashable> {
    private(set) var values: [Value] = []
    private var known: [Value: Int] = [:]

    mutating func place(of value: Value) -> Int {
        if let place = known[value] { return place }
        known[value] = values.count
        values.append(value)
        return values.count - 1
    }
}
