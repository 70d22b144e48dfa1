internal import ToolchainCore

/// The totals of a fleet, which all output formats share.
package struct FleetSummary: Hashable, Sendable {
    /// A version and the number of hosts that have it.
    package struct Version: Hashable, Sendable {
        package let version: ReportedVersion
        /// The number of hosts on which it is installed.
        package internal(set) var hosts: Int
        /// The number of hosts on which it is in use.
        package internal(set) var activeHosts: Int
        /// The support state of the version.
        package let support: Support
        /// The number of known vulnerabilities, or `nil` if unknown.
        package let vulnerabilityCount: Int?
    }

    /// A Go release line and the number of hosts that have it.
    package struct Line: Hashable, Sendable {
        /// The name of the line: `1.21`.
        package internal(set) var name: String
        /// The support state of the line.
        package internal(set) var state: Support.State
        /// The day on which its support ended: `2026-08-19`.
        package internal(set) var eolSince: String?
        /// The number of hosts with a version of the line.
        package internal(set) var hosts: Int
    }

    /// A name and the number of hosts that it applies to.
    package struct Count: Hashable, Sendable {
        package let name: String
        package let hosts: Int
    }

    /// The maximum number of listed fixes.
    static let maximumFixCount = 50

    /// The number of hosts that reported.
    package var reported = 0
    /// The names of expected hosts that did not report, or `nil` if no report was expected.
    package var unreachable: [String]?
    /// The number of hosts that reported or should have.
    package var all = 0
    /// Hosts by state, in the order of ``HostRow/State``.
    ///
    /// The counts add up to ``all``.
    package var states: [Count] = []
    /// The names of hosts whose report is stale, sorted.
    package var stale: [String] = []
    /// The number of hosts whose report has an impossible time.
    package var ahead = 0
    /// The number of hosts for which a value that a gate checks is unknown.
    package var unknown = 0
    /// The number of hosts that differ from their manifest.
    package var drifted = 0
    /// The number of hosts for which drift is unknown.
    package var driftUnknown = 0
    /// The number of documents that could not be read.
    package var invalidCount = 0
    /// The number of hosts with a Go version past its end of life.
    package var eol = 0
    /// The number of hosts for which it is unknown whether any Go version is past its end of life.
    package var supportUnknown = 0
    /// Whether there is vulnerability data, and it is stale.
    package var hasStaleKnowledge = false
    /// The number of hosts with a Go version that has known vulnerabilities.
    package var vulnerable = 0
    /// The number of hosts for which it is unknown whether any Go version has known
    /// vulnerabilities.
    package var vulnerabilitiesUnknown = 0
    /// The number of hosts on which Delve cannot debug.
    package var blocked = 0
    /// The number of hosts whose last run failed.
    package var failed = 0
    /// The number of hosts for which it is unknown whether the last run failed.
    package var failedUnknown = 0
    /// The number of hosts with a Go that is not the published one.
    package var unpublished = 0
    /// The number of hosts for which it is unknown whether every Go is the published one.
    package var unpublishedUnknown = 0
    /// Hosts by kind of finding, in the order of ``HostRow/Finding/Kind``.
    package var findings: [Count] = []
    /// Fixes and the number of hosts that need each, most hosts first; at most 50.
    package var fixes: [Count] = []
    /// Hosts by what Delve can debug on them, in the order of the enum.
    package var debug: [Count] = []
    /// Hosts by integrity of their installations, in the order of the enum.
    package var integrity: [Count] = []
    /// Hosts with a Go by whether it is the published one, worst first.
    package var published: [Count] = []
    /// Hosts by GOARCH, most hosts first.
    package var architectures: [Count] = []
    /// Hosts by C library, most hosts first.
    package var libraries: [Count] = []
    /// Hosts by operating system, most hosts first.
    package var systems: [Count] = []
    /// Hosts by virtualization, in the order of the enum.
    package var virtualizations: [Count] = []
    /// Hosts by manifest, most hosts first.
    package var manifests: [Count] = []
    /// Hosts by ring, most hosts first.
    ///
    /// Hosts without a ring are omitted.
    package var rings: [Count] = []
    /// Hosts by version of gotoolprov, most hosts first.
    package var agents: [Count] = []
    /// All versions: Go first, then newest first.
    package var versions: [Version] = []
    /// All Go release lines, newest first.
    package var lines: [Line] = []
    /// Hosts by vulnerability, most hosts first.
    package var vulnerabilities: [Count] = []
    /// The total size of the installations, in bytes.
    package var usedBytes = 0
}

extension FleetSummary {
    fileprivate mutating func count(_ verdict: Bool?, _ gate: FleetGate) {
        switch (gate, verdict) {
        case (.drift, true?): drifted += 1
        case (.drift, nil): driftUnknown += 1
        case (.eol, true?): eol += 1
        case (.eol, nil): supportUnknown += 1
        case (.vulnerable, true?): vulnerable += 1
        case (.vulnerable, nil): vulnerabilitiesUnknown += 1
        case (.blocked, true?): blocked += 1
        case (.failed, true?): failed += 1
        case (.failed, nil): failedUnknown += 1
        case (.unpublished, true?): unpublished += 1
        case (.unpublished, nil): unpublishedUnknown += 1
        case (.unknown, true?): unknown += 1
        default: break
        }
    }
}

extension Fleet {
    /// Computes all totals in one pass over the hosts.
    func counted() -> FleetSummary {
        var summary = FleetSummary()
        var tally = Tally()
        summary.hasStaleKnowledge = judgement.snapshot != nil && hasStaleKnowledge
        summary.reported = rows.count
        summary.invalidCount = inputs.invalidCount
        for row in rows {
            let state = state(of: row)
            tally.add(.state, state.rawValue)
            if state == .stale { summary.stale.append(row.name) }
            if isImpossible(row) { summary.ahead += 1 }
            for gate in FleetGate.allCases { summary.count(verdict(of: row, by: gate), gate) }
            tally.add(.debug, row.ability.rawValue)
            tally.add(.integrity, row.integrity.rawValue)
            if !row.goVersions.isEmpty { tally.add(.published, row.published.rawValue) }
            tally.add(.architecture, row.architecture)
            tally.add(.library, row.libc)
            tally.add(.system, row.os)
            tally.add(.virtualization, row.virtualization.rawValue)
            tally.add(.manifest, row.manifest)
            tally.add(.agent, row.agent)
            if let ring = row.ring { tally.add(.ring, ring) }
            let found = findings(of: row)
            for kind in Set(found.map(\.kind)) { tally.add(.finding, kind.rawValue) }
            for fix in Set(found.compactMap(\.fix)) { tally.add(.fix, fix) }
            tally.versionSets[row.uses, default: 0] += 1
            summary.usedBytes = summary.usedBytes.saturatingPlus(row.usedBytes ?? 0)
        }
        summary.unreachable = inputs.unreachable
        let silent = summary.unreachable?.count ?? 0
        summary.all = summary.reported + silent
        tally.add(.state, HostRow.State.missing.rawValue, times: silent)
        tally.add(.finding, HostRow.Finding.Kind.unreported.rawValue, times: silent)
        summary.states = tally.inOrder(.state, HostRow.State.allCases.map(\.rawValue))
        summary.findings = tally.inOrder(.finding, HostRow.Finding.Kind.allCases.map(\.rawValue))
        summary.fixes = Array(tally.mostFirst(.fix).prefix(FleetSummary.maximumFixCount))
        summary.debug = tally.inOrder(
            .debug,
            HostReport.DebugReadiness.Ability.allCases.map(\.rawValue)
        )
        summary.integrity = tally.inOrder(
            .integrity,
            HostReport.Integrity.State.allCases.map(\.rawValue)
        )
        summary.published = tally.inOrder(
            .published,
            PublishedState.State.severity.map(\.rawValue)
        )
        summary.virtualizations = tally.inOrder(
            .virtualization,
            HostReport.Virtualization.allCases.map(\.rawValue)
        )
        summary.architectures = tally.mostFirst(.architecture)
        summary.libraries = tally.mostFirst(.library)
        summary.systems = tally.mostFirst(.system)
        summary.manifests = tally.mostFirst(.manifest)
        summary.rings = tally.mostFirst(.ring)
        summary.agents = tally.mostFirst(.agent)
        count(tally.versionSets, into: &summary)
        return summary
    }

    /// Counts hosts with equal sets of versions together, because there are few distinct sets.
    private func count(_ sets: [[HostRow.Use]: Int], into summary: inout FleetSummary) {
        var versions: [ReportedVersion: FleetSummary.Version] = [:]
        var lines: [ReleaseLine: FleetSummary.Line] = [:]
        var vulnerabilities: [String: Int] = [:]
        for (uses, hosts) in sets {
            for version in Set(uses.map(\.version)) {
                let known = facts(of: version)
                let blank = FleetSummary.Version(
                    version: version,
                    hosts: 0,
                    activeHosts: 0,
                    support: known?.support ?? Support(.unknown),
                    vulnerabilityCount: known?.vulnerabilities?.count
                )
                versions[version, default: blank].hosts += hosts
                if uses.contains(where: { $0.isActive && $0.version == version }) {
                    versions[version, default: blank].activeHosts += hosts
                }
            }
            for line in Set(uses.compactMap(\.version.releaseLine)) {
                let support = uses.first { $0.version.releaseLine == line }
                    .flatMap { facts(of: $0.version)?.support }
                let blank = FleetSummary.Line(
                    name: line.description,
                    state: support?.state ?? .unknown,
                    eolSince: support?.eolSince,
                    hosts: 0
                )
                lines[line, default: blank].hosts += hosts
            }
            let ids = Set(uses.flatMap { facts(of: $0.version)?.vulnerabilities ?? [] })
            for id in ids { vulnerabilities[id, default: 0] += hosts }
        }
        summary.versions = versions.values.sorted {
            ReportedVersion.isShownBefore($0.version, $1.version)
        }
        summary.lines = lines.sorted { $1.key < $0.key }.map(\.value)
        summary.vulnerabilities = Tally.mostFirst(vulnerabilities)
    }
}

/// Hosts counted by their values in several groups.
private struct Tally {
    enum Group {
        case state, finding, debug, integrity, architecture, library, system, virtualization
        case manifest, ring, agent, fix, published
    }

    private var counts: [Group: [String: Int]] = [:]
    var versionSets: [[HostRow.Use]: Int] = [:]

    mutating func add(_ group: Group, _ name: String, times: Int = 1) {
        counts[group, default: [:]][name, default: 0] += times
    }

    func inOrder(_ group: Group, _ names: [String]) -> [FleetSummary.Count] {
        names.map { FleetSummary.Count(name: $0, hosts: counts[group]?[$0] ?? 0) }
    }

    func mostFirst(_ group: Group) -> [FleetSummary.Count] {
        Self.mostFirst(counts[group] ?? [:])
    }

    static func mostFirst(_ counts: [String: Int]) -> [FleetSummary.Count] {
        counts.map { FleetSummary.Count(name: $0, hosts: $1) }.sorted {
            $0.hosts == $1.hosts ? $0.name < $1.name : $0.hosts > $1.hosts
        }
    }
}
