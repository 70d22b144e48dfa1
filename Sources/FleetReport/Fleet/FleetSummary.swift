internal import ToolchainCore

/// The numbers of a fleet: every format shows these and counts nothing itself.
package struct FleetSummary: Hashable, Sendable {
    /// A version and who has it.
    package struct Version: Hashable, Sendable {
        /// Which version.
        package let version: ReportedVersion
        /// How many hosts have it.
        package internal(set) var hosts: Int
        /// How many hosts use it.
        package internal(set) var activeHosts: Int
        /// Whether it is supported.
        package let support: Support
        /// The number of known vulnerabilities; nil if unknown.
        package let vulnerabilityCount: Int?
    }

    /// A Go line and who has it.
    package struct Line: Hashable, Sendable {
        /// `1.21`.
        package internal(set) var name: String
        /// Whether it is supported.
        package internal(set) var state: Support.State
        /// Since when it is not.
        package internal(set) var eolSince: String?
        /// How many hosts have a version of it.
        package internal(set) var hosts: Int
    }

    /// Something with a name and how many hosts have it.
    package struct Count: Hashable, Sendable {
        /// What.
        package let name: String
        /// How many hosts.
        package let hosts: Int
    }

    /// How many fixes are listed.
    static let mostFixes = 50

    /// How many hosts have reported.
    package var reported = 0
    /// Expected hosts that did not report; nil without a list of expected hosts.
    package var unreachable: [String]?
    /// All hosts: those that reported, and those that should have.
    package var all = 0
    /// Hosts by their state, all states in their order; the counts add up to ``all``.
    package var states: [Count] = []
    /// Hosts whose report is too old, in their order.
    package var stale: [String] = []
    /// Hosts whose report is of a time that cannot be right.
    package var ahead = 0
    /// Hosts for which a value that a gate checks is unknown.
    package var unknown = 0
    /// Hosts that differ from their manifest.
    package var drifted = 0
    /// Hosts for which drift is unknown.
    package var driftUnknown = 0
    /// Documents that could not be read.
    package var invalidCount = 0
    /// Hosts that have a Go past its end of life.
    package var eol = 0
    /// Hosts for which it is unknown whether any Go is past its end of life.
    package var supportUnknown = 0
    /// Hosts that have a Go with known vulnerabilities.
    package var vulnerable = 0
    /// Hosts for which it is unknown whether any Go has known vulnerabilities.
    package var vulnerabilitiesUnknown = 0
    /// Hosts on which nothing can be debugged.
    package var blocked = 0
    /// Hosts whose last run failed.
    package var failed = 0
    /// Hosts for which it is unknown whether the last run failed.
    package var failedUnknown = 0
    /// Hosts by kind of finding, all kinds in their order.
    package var findings: [Count] = []
    /// Fixes with their number of hosts, most hosts first, at most a useful number.
    package var fixes: [Count] = []
    /// Hosts by how far debugging goes, all in their order.
    package var debug: [Count] = []
    /// Hosts by their trees' integrity, all in their order.
    package var integrity: [Count] = []
    /// Hosts by GOARCH, most first.
    package var architectures: [Count] = []
    /// Hosts by C library, most first.
    package var libraries: [Count] = []
    /// Hosts by operating system, most first.
    package var systems: [Count] = []
    /// Hosts by what they run on, all in their order.
    package var virtualizations: [Count] = []
    /// Hosts by manifest, most first.
    package var manifests: [Count] = []
    /// Hosts by ring, most first; those without one are not in it.
    package var rings: [Count] = []
    /// Hosts by their gotoolprov, most first.
    package var agents: [Count] = []
    /// The versions, Go first and newest first.
    package var versions: [Version] = []
    /// The Go lines, newest first.
    package var lines: [Line] = []
    /// Hosts by vulnerability, most first.
    package var vulnerabilities: [Count] = []
    /// Bytes taken by what gotoolprov installed.
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
        case (.unknown, true?): unknown += 1
        default: break
        }
    }
}

extension Fleet {
    /// Counts the numbers in one pass over the hosts.
    func counted() -> FleetSummary {
        var summary = FleetSummary()
        var tally = Tally()
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
        summary.fixes = Array(tally.mostFirst(.fix).prefix(FleetSummary.mostFixes))
        summary.debug = tally.inOrder(
            .debug,
            HostReport.DebugReadiness.Ability.allCases.map(\.rawValue)
        )
        summary.integrity = tally.inOrder(
            .integrity,
            HostReport.Integrity.State.allCases.map(\.rawValue)
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

    /// Hosts with the same versions are counted together: there are few such sets.
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

/// Hosts counted by what they have.
private struct Tally {
    enum Group {
        case state, finding, debug, integrity, architecture, library, system, virtualization
        case manifest, ring, agent, fix
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
