internal import ToolchainCore

extension Fleet {
    /// Returns what is known about a version, or `nil` if it was never assessed.
    ///
    /// Data that has become stale since the assessment no longer shows that there are no vulnerabilities.
    func facts(of version: ReportedVersion) -> FleetJudgement.VersionFacts? {
        guard var facts = judgement.versions[version] else { return nil }
        if facts.vulnerabilities?.isEmpty == true, hasStaleKnowledge {
            facts.vulnerabilities = nil
            facts.doubt = facts.doubt ?? snapshotAge.map(FleetKnowledge.doubt(ofAge:))
        }
        return facts
    }

    /// Returns the first state in the order of ``HostRow/State`` that applies to a host.
    package func state(of row: HostRow) -> HostRow.State {
        if isImpossible(row) { return .unknown }
        if ages.isStale(row) { return .stale }
        if row.hasFailed == true { return .failed }
        if row.driftState == .drifted { return .drifted }
        if hasProblem(row) { return .flawed }
        return isUnknown(row) ? .unknown : .ok
    }

    /// Returns whether a host fails `gate`, or `nil` if that is unknown.
    func verdict(of row: HostRow, by gate: FleetGate) -> Bool? {
        switch gate {
        case .drift:
            // A report with an impossible time does not describe the present.
            row.driftState == .drifted
                ? true : row.driftState == .unknown || isImpossible(row) ? nil : false
        case .eol: hasEOL(row) ? true : hasUnknownSupport(row) ? nil : false
        // A known vulnerability is decisive, even if another version on the host is unknown.
        case .vulnerable: isVulnerable(row) ? true : hasUnknownVulnerabilities(row) ? nil : false
        case .blocked: row.ability == .no ? true : row.ability == .unknown ? nil : false
        case .failed: row.hasFailed
        case .unpublished: isUnpublished(row)
        case .unreported: ages.isStale(row) || isImpossible(row)
        case .unknown: isUnknown(row)
        }
    }

    /// Whether any of its Go versions is not the published one, or `nil` if that is unknown.
    private func isUnpublished(_ row: HostRow) -> Bool? {
        switch row.published {
        case .modified, .notPublished: true
        case .published: false
        case .unknown: row.goVersions.isEmpty ? false : nil
        }
    }

    /// Whether any gate but `unpublished` cannot judge the host.
    ///
    /// A Go whose files were not compared is like one that was not verified: nobody asked for it.
    func isUnknown(_ row: HostRow) -> Bool {
        isImpossible(row) || row.driftState == .unknown || row.ability == .unknown
            || row.hasFailed == nil || hasUnknownSupport(row) || hasUnknownVulnerabilities(row)
    }

    /// Whether the host has a serious problem, regardless of its manifest.
    private func hasProblem(_ row: HostRow) -> Bool {
        row.ability == .no || row.published == .modified || row.integrity == .modified
            || row.integrity == .incomplete
            || hasEOL(row) || isVulnerable(row) || row.findings.contains(where: \.kind.isBad)
    }

    func isImpossible(_ row: HostRow) -> Bool { ages.isImpossible(row) }

    /// Whether any of its Go versions is past its end of life.
    func hasEOL(_ row: HostRow) -> Bool {
        row.uses.contains { facts(of: $0.version)?.support.state == .eol }
    }

    /// Whether the support of any of its Go versions is unknown.
    func hasUnknownSupport(_ row: HostRow) -> Bool {
        row.uses.contains {
            $0.version.isGo && facts(of: $0.version)?.support.state ?? .unknown == .unknown
        }
    }

    /// Whether any of its Go versions has a known vulnerability.
    func isVulnerable(_ row: HostRow) -> Bool {
        row.uses.contains { facts(of: $0.version)?.vulnerabilities?.isEmpty == false }
    }

    /// Whether the vulnerabilities of any of its Go versions are unknown.
    func hasUnknownVulnerabilities(_ row: HostRow) -> Bool {
        row.uses.contains { $0.version.isGo && facts(of: $0.version)?.vulnerabilities == nil }
    }

    /// Returns the worst support state among all Go versions of a host.
    func support(of row: HostRow) -> Support.State {
        let states = row.goVersions.map { facts(of: $0)?.support.state ?? .unknown }
        for state in [Support.State.eol, .unknown, .prerelease] where states.contains(state) {
            return state
        }
        return states.isEmpty ? .unknown : .supported
    }

    /// Returns the number of distinct known vulnerabilities of a host's Go versions.
    ///
    /// - Returns: The count, or `nil` if none is known and at least one version was not assessed.
    func vulnerabilityCount(of row: HostRow) -> Int? {
        let known = row.goVersions.map { facts(of: $0)?.vulnerabilities }
        if let only = known.first, known.count == 1 { return only?.count }
        let count = Set(known.lazy.compactMap(\.self).joined()).count
        return count == 0 && known.contains { $0 == nil } ? nil : count
    }

    /// Returns all findings of a host, with their fixes.
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
                "\(Words.count(ids.count, "known vulnerability", "known vulnerabilities"))\(day)\(staleMark)",
                fix: fix(of: use, known)
            )
        }
        if let doubt = known.doubt { add(.unknown, doubt, fix: nil) }
        return findings
    }

    /// The commands that resolve the finding.
    ///
    /// They remove the version, because installing another one beside it does not help.
    private func fix(of use: HostRow.Use, _ known: FleetJudgement.VersionFacts) -> String? {
        let isBehind = known.support.state == .supported && known.support.patchLag ?? 0 > 0
        let newest = isBehind ? known.support.newestPatch.map { "go\($0)" } : nil
        // A newer patch release of an unsupported line would still be unsupported.
        let successor =
            newest
            ?? (known.support.state == .supported
                ? nil : judgement.supportedLines.first.map { "go@\($0)" })
        let removal =
            use.origin == .mirror ? use.removal ?? use.version.removalCommand : use.removal
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
    /// The age of the vulnerability data in days, or `nil` if there is none.
    var snapshotAge: Int? { judgement.snapshotAge(at: generatedAt) }

    /// Whether the vulnerability data is too old to conclude that a version has no vulnerabilities.
    var hasStaleKnowledge: Bool { judgement.isStale(at: generatedAt) }

    /// What follows a count of vulnerabilities: ` (stale)` if the data is stale.
    var staleMark: String { knowledgeWord == "stale" ? " (stale)" : "" }

    /// The state of the vulnerability data in one word: `current`, `stale` or `none`.
    var knowledgeWord: String {
        judgement.snapshot == nil ? "none" : hasStaleKnowledge ? "stale" : "current"
    }

    /// The date of the vulnerability data, with its age if it is stale.
    var snapshotWords: String {
        guard let snapshot = judgement.snapshot, let age = snapshotAge else {
            return "no vulnerability data"
        }
        let old = hasStaleKnowledge ? ", \(Words.count(age, "day")) old\(staleMark)" : ""
        return "vulnerability data of \(snapshot)\(old)"
    }
}
