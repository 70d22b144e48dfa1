internal import ToolchainCore

extension FleetPage {
    // MARK: What to do

    /// The table of fixes.
    ///
    /// Each row links to the hosts that need the fix.
    var work: String {
        guard !summary.fixes.isEmpty else { return "" }
        let rows = summary.fixes.map { fix in
            """
            <tr><th scope="row"><a href="#hosts" data-filter="fix=\(fix.name.inHTML)"><code>\(fix.name.inHTML)</code></a></th>\
            <td class="bar" data-label="Hosts">\(bar(fix.hosts, tone: "plain"))</td></tr>
            """
        }
        let columns = ["Fix", "Hosts"]
        let tables = tables("Most needed fixes", "More fixes", columns, rows)
        return "<section><h2>What to do</h2>\n\(tables)</section>\n"
    }

    /// Returns a table of the first eight rows, and a collapsed one with the others.
    private func tables(
        _ caption: String,
        _ moreCaption: String,
        _ columns: [String],
        _ rows: [String],
        isWide: Bool = false
    ) -> String {
        let first = table(caption, columns, Array(rows.prefix(8)), isWide: isWide)
        let others = Array(rows.dropFirst(8))
        guard !others.isEmpty else { return first }
        return first + "<details><summary>\(others.count) more</summary>"
            + table(moreCaption, columns, others, isWide: isWide) + "</details>"
    }

    // MARK: Versions and end of life

    var versions: String {
        let tools = summary.versions.filter { !$0.version.isGo }.map { version in
            """
            <tr><th scope="row">\(version.version.description.inHTML)</th>\
            <td class="bar" data-label="Hosts">\(bar(version.hosts, tone: "plain"))</td>\
            <td class="number" data-label="In use on">\(Words.grouped(version.activeHosts))</td></tr>
            """
        }
        let rows = summary.versions.filter { $0.version.isGo }.map { version in
            let support = version.support
            let active = version.activeHosts == 0 ? "–" : Words.grouped(version.activeHosts)
            let lag =
                support.patchLag.map { $0 == 0 ? "newest" : "\($0) behind" } ?? "–"
            return """
                <tr><th scope="row">\(version.version.description.inHTML)</th>\
                <td class="bar" data-label="Hosts">\(bar(version.hosts, tone: Self.tone(of: support.state)))</td>\
                <td class="number" data-label="In use on">\(active)</td>\
                <td data-label="Support">\(chip(Words.support(support.state), Self.tone(of: support.state)))</td>\
                <td data-label="Patches">\(lag)</td>\
                <td class="number" data-label="Vulnerabilities">\(known(version))</td></tr>
                """
        }
        let lines = summary.lines.map { line in
            let since = line.eolSince.map { "since \($0.inHTML)" } ?? ""
            return """
                <tr><th scope="row">Go \(line.name.inHTML)</th>\
                <td class="bar" data-label="Hosts">\(bar(line.hosts, tone: Self.tone(of: line.state)))</td>\
                <td data-label="Support">\(chip(Words.support(line.state), Self.tone(of: line.state)))</td>\
                <td data-label="Since">\(since)</td></tr>
                """
        }
        return """
            <section><h2>Versions</h2>
            \(table("Installed Go versions",
                ["Version", "Hosts", "#In use on", "Support", "Patches", "#Vulnerabilities"], rows))
            </section>
            <section><h2>End of life</h2>
            <p class="note">Go supports a line until there are two newer ones.</p>
            \(table("Support of Go lines", ["Line", "Hosts", "Support", "Since"], lines))
            </section>
            <section><h2>Tools</h2>
            \(table("Installed tools", ["Tool", "Hosts", "#In use on"], tools))
            </section>

            """
    }

    private func known(_ version: FleetSummary.Version) -> String {
        (version.vulnerabilityCount.map { Words.grouped($0) } ?? "unknown") + fleet.staleMark
    }

    // MARK: Drift and debugging

    var state: String {
        let kinds = zip(HostRow.Finding.Kind.allCases, summary.findings).filter { $1.hosts > 0 }
            .map { kind, count in
                (Words.finding(kind), count.hosts, Self.tone(of: kind))
            }
        let abilities = zip(HostReport.DebugReadiness.Ability.allCases, summary.debug)
            .map { ability, count in
                (Words.ability(ability), count.hosts, Self.tone(of: ability))
            }
        let integrity = zip(HostReport.Integrity.State.allCases, summary.integrity)
            .map { state, count in
                (
                    state.rawValue, count.hosts,
                    state == .ok ? "good" : state == .unverified ? "none" : "bad"
                )
            }
        let published = zip(PublishedState.State.severity, summary.published)
            .map { state, count in (state.words, count.hosts, Self.tone(of: state)) }
        return """
            <div class="columns">
            <section><h2>Drift and findings</h2>\(bars(kinds, empty: "No findings."))</section>
            <section><h2>Debugging</h2>\(bars(abilities))</section>
            <section><h2>Integrity</h2>\(bars(integrity))</section>
            <section><h2>Published by the Go project</h2>\(bars(published))</section>
            </div>

            """
    }

    // MARK: Platforms

    var platforms: String {
        let virtualizations = zip(HostReport.Virtualization.allCases, summary.virtualizations)
            .filter { $1.hosts > 0 }
            .map { FleetSummary.Count(name: Words.virtualization($0), hosts: $1.hosts) }
        let groups = [
            ("Architecture", summary.architectures), ("C library", summary.libraries),
            ("WSL and virtualization", virtualizations), ("System", summary.systems),
            ("Manifest", summary.manifests), ("Ring", summary.rings),
        ].filter { !$1.isEmpty }
        let sections = groups.map { name, counts in
            var shown = counts.prefix(8).map { ($0.name, $0.hosts, "plain") }
            if counts.count > 8 {
                let rest = counts.dropFirst(8).reduce(0) { $0 + $1.hosts }
                shown.append(("\(counts.count - 8) others", rest, "plain"))
            }
            return "<section><h2>\(name)</h2>\(bars(shown))</section>"
        }
        return "<div class=\"columns\">\n\(sections.joined(separator: "\n"))\n</div>\n"
    }

    // MARK: Vulnerabilities

    var vulnerabilities: String {
        guard let snapshot = fleet.judgement.snapshot else {
            return """
                <section><h2>Vulnerabilities</h2>
                <p class="note">There was no data to judge by: nothing is known, which is not “none”.</p>
                </section>

                """
        }
        let rows = summary.vulnerabilities.map { count in
            let known = fleet.judgement.vulnerabilities[count.name]
            let aliases = known?.aliases.first.map { " <span class=\"sub\">\($0.inHTML)</span>" }
            return """
                <tr><th scope="row">\(Self.link(toVulnerability: count.name))\(aliases ?? "")</th>\
                <td class="bar" data-label="Hosts">\(bar(count.hosts, tone: "bad"))</td>\
                <td data-label="Summary">\((known?.summary ?? "").inHTML)</td>\
                <td data-label="Fixed in">\((known?.fixedIn ?? []).joined(separator: ", ").inHTML)</td></tr>
                """
        }
        let columns = ["Vulnerability", "Hosts", "Summary", "Fixed in"]
        let tables = tables(
            "Most widespread vulnerabilities",
            "More vulnerabilities",
            columns,
            rows,
            isWide: true
        )
        let none =
            fleet.hasStaleKnowledge
            ? "The data is stale: it does not show that the installed versions have no vulnerabilities."
            : "No known vulnerabilities in the installed versions."
        return """
            <section><h2>Vulnerabilities</h2>
            <p class="note">As of \(snapshot)\(fleet.staleMark). Newer ones are not in it.</p>
            \(rows.isEmpty ? "<p>\(none)</p>" : tables)
            </section>

            """
    }

    /// Links to the Go vulnerability database if the identifier is one of its own.
    private static func link(toVulnerability id: String) -> String {
        let digits = Set("0123456789-")
        guard id.hasPrefix("GO-"), id.dropFirst(3).allSatisfy(digits.contains) else {
            return id.inHTML
        }
        return "<a href=\"https://pkg.go.dev/vuln/\(id)\" rel=\"noreferrer\">\(id)</a>"
    }

    // MARK: Pieces

    /// Returns a table.
    ///
    /// A column whose name begins with `#` contains numbers.
    private func table(
        _ caption: String,
        _ columns: [String],
        _ rows: [String],
        isWide: Bool = false
    ) -> String {
        guard !rows.isEmpty else { return "<p>None.</p>" }
        let head = columns.map { name in
            name.hasPrefix("#")
                ? "<th scope=\"col\" class=\"number\">\(name.dropFirst())</th>"
                : "<th scope=\"col\">\(name)</th>"
        }
        return """
            <table\(isWide ? " class=\"wide\"" : "")><caption>\(caption)</caption><thead><tr>\(head.joined())</tr></thead><tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table>
            """
    }

    private func bars(_ items: [(String, Int, String)], empty: String = "None.") -> String {
        guard !items.isEmpty else { return "<p>\(empty)</p>" }
        let rows = items.map { name, count, tone in
            "<div><dt>\(name.inHTML)</dt><dd>\(bar(count, tone: tone))</dd></div>"
        }
        return "<dl class=\"bars\">\(rows.joined(separator: "\n"))</dl>"
    }

    private func bar(_ count: Int, tone: String) -> String {
        // The width is in tenths of a percent. Any count above 0 stays visible.
        let width =
            summary.all == 0 || count == 0
            ? 0 : max(8, Int(Double(count) / Double(summary.all) * 1000))
        return """
            <svg class="bar \(tone)" viewBox="0 0 1000 10" preserveAspectRatio="none" \
            aria-hidden="true" focusable="false"><rect class="track" width="1000" height="10"/>\
            <rect class="fill" width="\(width)" height="10"/></svg>\
            <span class="count">\(Words.grouped(count))</span>
            """
    }

    func chip(_ text: String, _ tone: String) -> String {
        "<span class=\"chip \(tone)\">\(text.inHTML)</span>"
    }
}
