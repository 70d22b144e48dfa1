internal import ToolchainCore

extension Fleet {
    /// What is known about a version; nil where nothing was found out.
    func facts(of version: ReportedVersion) -> FleetJudgement.VersionFacts? {
        judgement.versions[version]
    }

    /// How a host is, in one word.
    package func state(of row: HostRow) -> HostRow.State {
        if isImpossible(row) { return .unknown }
        if ages.isStale(row) { return .stale }
        if row.hasFailed == true { return .failed }
        if row.driftState == .drifted { return .drifted }
        if hasProblem(row) { return .flawed }
        return isUnknown(row) ? .unknown : .ok
    }

    /// Whether `gate` counts a host; nil if unknown.
    func verdict(of row: HostRow, by gate: FleetGate) -> Bool? {
        switch gate {
        case .drift:
            // A report with an impossible time says nothing about today.
            row.driftState == .drifted
                ? true : row.driftState == .unknown || isImpossible(row) ? nil : false
        case .eol: hasEOL(row) ? true : hasUnknownSupport(row) ? nil : false
        // One that is known to be vulnerable is so whatever else the host has.
        case .vulnerable: isVulnerable(row) ? true : hasUnknownVulnerabilities(row) ? nil : false
        case .blocked: row.ability == .no ? true : row.ability == .unknown ? nil : false
        case .failed: row.hasFailed
        case .unreported: ages.isStale(row) || isImpossible(row)
        case .unknown: isUnknown(row)
        }
    }

    /// Whether a gate cannot judge it.
    func isUnknown(_ row: HostRow) -> Bool {
        isImpossible(row) || row.driftState == .unknown || row.ability == .unknown
            || row.hasFailed == nil || hasUnknownSupport(row) || hasUnknownVulnerabilities(row)
    }

    /// Whether there is something bad about it, whatever its manifest says.
    private func hasProblem(_ row: HostRow) -> Bool {
        row.ability == .no || row.integrity == .modified || row.integrity == .incomplete
            || hasEOL(row) || isVulnerable(row) || row.findings.contains(where: \.kind.isBad)
    }

    func isImpossible(_ row: HostRow) -> Bool { ages.isImpossible(row) }

    /// Whether one of its Go versions is past its end of life.
    func hasEOL(_ row: HostRow) -> Bool {
        row.uses.contains { facts(of: $0.version)?.support.state == .eol }
    }

    /// Whether it has a Go whose support is unknown.
    func hasUnknownSupport(_ row: HostRow) -> Bool {
        row.uses.contains {
            $0.version.isGo && facts(of: $0.version)?.support.state ?? .unknown == .unknown
        }
    }

    /// Whether something is known to be wrong with one of its Go versions.
    func isVulnerable(_ row: HostRow) -> Bool {
        row.uses.contains { facts(of: $0.version)?.vulnerabilities?.isEmpty == false }
    }

    /// Whether it has a Go whose vulnerabilities are unknown.
    func hasUnknownVulnerabilities(_ row: HostRow) -> Bool {
        row.uses.contains { $0.version.isGo && facts(of: $0.version)?.vulnerabilities == nil }
    }

    /// The worst support of all Go versions of a host.
    func support(of row: HostRow) -> Support.State {
        let states = row.goVersions.map { facts(of: $0)?.support.state ?? .unknown }
        for state in [Support.State.eol, .unknown, .prerelease] where states.contains(state) {
            return state
        }
        return states.isEmpty ? .unknown : .supported
    }

    /// How many different vulnerabilities of a host's Go versions are known; nil where none is, and
    /// where of one version it is not known whether there are any.
    func vulnerabilityCount(of row: HostRow) -> Int? {
        let known = row.goVersions.map { facts(of: $0)?.vulnerabilities }
        if let only = known.first, known.count == 1 { return only?.count }
        let count = Set(known.lazy.compactMap(\.self).joined()).count
        return count == 0 && known.contains { $0 == nil } ? nil : count
    }

    /// All findings of a host, with their fixes.
    package func findings(of row: HostRow) -> [HostRow.Finding] {
        var findings = row.findings
        if isImpossible(row) {
            let ahead = row.generatedAt.seconds - generatedAt.seconds
            findings.append(
                .clock(
                    ahead > 0
                        ? "the report is dated \(ahead) s after this aggregate"
                        : "the report is dated \(row.generatedAt)"
                )
            )
        } else if let time = row.impossibleTime {
            findings.append(.clock("another report of this host is dated \(time)"))
        }
        for use in row.uses {
            guard let known = facts(of: use.version) else { continue }
            findings += derived(use, known)
        }
        return findings
    }

    private func derived(_ use: HostRow.Use, _ known: FleetJudgement.VersionFacts) -> [HostRow
        .Finding]
    {
        var findings: [HostRow.Finding] = []
        func add(_ kind: HostRow.Finding.Kind, _ detail: String, fix: String?) {
            findings.append(
                HostRow.Finding(
                    kind: kind,
                    subject: use.version.description,
                    detail: detail,
                    fix: fix
                )
            )
        }
        if known.support.state == .eol {
            let since = known.support.eolSince.map { " since \($0)" } ?? ""
            add(.eol, "end of life\(since)", fix: fix(of: use, known))
        }
        if let ids = known.vulnerabilities, !ids.isEmpty {
            let day = judgement.snapshot.map { " as of \($0)" } ?? ""
            add(
                .vulnerable,
                "\(Words.count(ids.count, "known vulnerability", "known vulnerabilities"))\(day)",
                fix: fix(of: use, known)
            )
        }
        if let doubt = known.doubt { add(.unknown, doubt, fix: nil) }
        return findings
    }

    /// What removes a Go version that is past its end of life or vulnerable: only that ends the
    /// finding, as another version beside it does not.
    private func fix(of use: HostRow.Use, _ known: FleetJudgement.VersionFacts) -> String? {
        let isBehind = known.support.state == .supported && known.support.patchLag ?? 0 > 0
        let newest = isBehind ? known.support.newestPatch.map { "go\($0)" } : nil
        // A newer patch of a line without support would not be enough.
        let successor =
            newest
            ?? (known.support.state == .supported
                ? nil : judgement.supportedLines.first.map { "go@\($0)" })
        let removal =
            use.origin == .mirror ? use.removal ?? use.version.plainRemoval : use.removal
        guard known.support.state != .supported || isBehind else {
            return "no known release fixes them: watch go.dev/doc/devel/release"
        }
        if use.isWanted {
            let other = successor.map { " with \($0)" } ?? ""
            let steps = ["gotoolprov ensure", removal].compactMap(\.self)
            return "replace it\(other) in the manifest, then \(steps.joined(separator: " && "))"
        }
        guard use.isActive, let successor else { return removal }
        let steps = "gotoolprov ensure \(successor) && gotoolprov use \(successor)"
        guard let removal else { return steps }
        return steps + (removal.hasPrefix("delete ") ? ", then " : " && ") + removal
    }
}

extension HostRow.Finding {
    fileprivate static func clock(_ detail: String) -> HostRow.Finding {
        HostRow.Finding(
            kind: .clock,
            subject: "",
            detail: detail,
            fix: "correct the host's clock"
        )
    }
}

extension Fleet {
    /// How old the vulnerability data is, in days; nil without any.
    var snapshotAge: Int? { judgement.snapshotAge(at: generatedAt) }

    /// Whether the vulnerability data is too old for "none known" to mean anything.
    var hasStaleKnowledge: Bool { judgement.isStale(at: generatedAt) }

    /// The day of the vulnerability data and its age, where that matters.
    var snapshotWords: String {
        guard let snapshot = judgement.snapshot, let age = snapshotAge else {
            return "no vulnerability data"
        }
        let old = hasStaleKnowledge ? ", \(Words.count(age, "day")) old" : ""
        return "vulnerability data of \(snapshot)\(old)"
    }
}
