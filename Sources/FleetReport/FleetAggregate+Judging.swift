extension FleetAggregate {
    /// How a host is, in one word.
    public func state(of row: HostRow) -> HostRow.State {
        if isStale(row) { return .stale }
        if row.hasFailed { return .failed }
        switch row.driftState {
        case .drifted: return .drifted
        case .unknown: return .unknown
        case .inSync: return isAhead(row) ? .unknown : isFlawed(row) ? .flawed : .ok
        }
    }

    /// Whether there is something bad about it, whatever its manifest says.
    private func isFlawed(_ row: HostRow) -> Bool {
        row.ability == .no || row.integrity == .modified || row.integrity == .incomplete
            || hasEOL(row) || isVulnerable(row) || row.findings.contains(where: \.kind.isBad)
    }

    /// Whether its report is of a time that has not come, by more than clocks may differ.
    func isAhead(_ row: HostRow) -> Bool { Self.isAhead(row.generatedAt, of: generatedAt) }

    static func isAhead(_ time: UTCTime, of now: UTCTime) -> Bool {
        time.seconds - now.seconds > clockTolerance
    }

    func age(of row: HostRow) -> Int { max(0, generatedAt.seconds - row.generatedAt.seconds) }

    func isStale(_ row: HostRow) -> Bool { age(of: row) > staleAfter }

    /// Whether one of its Go versions is past its end of life.
    func hasEOL(_ row: HostRow) -> Bool {
        row.uses.contains { facts[$0.version]?.support.state == .eol }
    }

    /// Whether it has a Go of which it is not known whether it is supported.
    func hasUnknownSupport(_ row: HostRow) -> Bool {
        row.uses.contains {
            $0.version.tool == "go" && facts[$0.version]?.support.state ?? .unknown == .unknown
        }
    }

    /// Whether something is known to be wrong with one of its Go versions.
    func isVulnerable(_ row: HostRow) -> Bool {
        row.uses.contains { facts[$0.version]?.vulnerabilities?.isEmpty == false }
    }

    /// Whether it has a Go that nothing is known about, either way.
    func hasUnknownVulnerabilities(_ row: HostRow) -> Bool {
        row.uses.contains { $0.version.tool == "go" && facts[$0.version]?.vulnerabilities == nil }
    }

    /// The Go that a host uses; where it uses none, all that it has.
    private func goesInUse(_ row: HostRow) -> [HostRow.Use] {
        let goes = row.uses.filter { $0.version.tool == "go" }
        let active = goes.filter(\.isActive)
        return active.isEmpty ? goes : active
    }

    /// The support of the Go that a host uses; of its worst one where it uses none.
    func support(of row: HostRow) -> Support.State {
        let states = goesInUse(row).map { facts[$0.version]?.support.state ?? .unknown }
        for state in [Support.State.eol, .unknown, .prerelease] where states.contains(state) {
            return state
        }
        return states.isEmpty ? .unknown : .supported
    }

    /// How many different things are known to be wrong with the Go that a host uses.
    ///
    /// Of the worst one where it uses none; nil where nothing is known.
    func vulnerabilityCount(of row: HostRow) -> Int? {
        goesInUse(row).compactMap { facts[$0.version]?.vulnerabilities?.count }.max()
    }

    /// Everything about a host that somebody should know, with what to do.
    public func findings(of row: HostRow) -> [HostRow.Finding] {
        var findings = row.findings
        if isAhead(row) {
            let ahead = row.generatedAt.seconds - generatedAt.seconds
            findings.append(
                HostRow.Finding(
                    kind: .clock,
                    subject: "clock",
                    detail: "the report is \(ahead) s ahead of this aggregate",
                    fix: "set the host's clock"
                )
            )
        }
        for use in row.uses {
            guard let known = facts[use.version] else { continue }
            findings += derived(use.version, known)
        }
        return findings
    }

    private func derived(_ version: ToolVersion, _ known: VersionFacts) -> [HostRow.Finding] {
        var findings: [HostRow.Finding] = []
        if known.support.state == .eol {
            findings.append(
                HostRow.Finding(
                    kind: .eol,
                    subject: version.description,
                    detail: known.support.eolSince.map { "past its end of life since \($0)" }
                        ?? "past its end of life",
                    fix: supportedLines.first.map { "gotoolprov ensure go@\($0)" }
                )
            )
        }
        if let ids = known.vulnerabilities, !ids.isEmpty {
            let count = ids.count == 1 ? "1 vulnerability" : "\(ids.count) vulnerabilities"
            let newest = known.support.newestPatch
            // A newer patch of a line without support would not be enough.
            let fix =
                known.support.state == .supported && known.support.patchLag ?? 0 > 0
                ? newest.map { "gotoolprov ensure go\($0)" }
                : supportedLines.first.map { "gotoolprov ensure go@\($0)" }
            findings.append(
                HostRow.Finding(
                    kind: .vulnerable,
                    subject: version.description,
                    detail: "\(count) known\(snapshot.map { " as of \($0)" } ?? "")",
                    fix: fix
                )
            )
        }
        return findings
    }
}
