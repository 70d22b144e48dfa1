internal import ToolchainCore

/// What a fleet keeps of one host's report.
package struct HostRow: Hashable, Sendable {
    /// A Go or a tool that a host has.
    package struct Use: Hashable, Sendable {
        /// Which one.
        package var version: ReportedVersion
        /// Whether it is what PATH, or `use`, gives.
        package var isActive: Bool
        /// Whose it is.
        package var origin: HostReport.Toolchain.Origin
        /// Whether the host's manifest requires it.
        var isWanted = false
        /// The command that removes it, where that is not plainly `gotoolprov remove`.
        var removal: String?
    }

    /// Something about a host that needs attention.
    package struct Finding: Hashable, Sendable {
        /// What sort of thing it is.
        package enum Kind: String, JSONWord, CaseIterable {
            case failed, modified, missing, older, foreign, extra
            case debugBlocked = "debug-blocked"
            case eol, vulnerable, unknown, debug, repaired, clock, manifest, unreported, other
            package static var unheardOf: Kind { .other }

            /// Whether a host with such a finding is not in order, whatever its manifest says.
            var isBad: Bool {
                switch self {
                case .failed, .modified, .debugBlocked, .eol, .vulnerable, .manifest, .unreported:
                    true
                default: false
                }
            }
        }

        /// What sort of thing it is.
        package var kind: Kind
        /// `go1.21.0`, or empty.
        package var subject: String
        /// What was seen.
        package var detail: String
        /// What to do.
        package var fix: String?
    }

    /// How a host is, in one word; of several the first that holds, from ``missing`` to ``ok``.
    ///
    /// A report whose time cannot be right says nothing of today, so its host is ``unknown`` before
    /// anything else.
    package enum State: String, JSONWord, CaseIterable {
        /// It should have reported and did not.
        case missing
        /// Its report is too old to say.
        case stale
        /// Its last run failed.
        case failed
        case drifted
        /// It has a finding that is bad: an end of life, known vulnerabilities, damage, nothing to
        /// debug with.
        case flawed
        /// Something about it is unknown: whether it is as its manifest says, whether its Go is
        /// supported or vulnerable, whether Delve can debug there, how its last run went, what time it
        /// is.
        case unknown
        /// None of these.
        case ok
        package static var unheardOf: State { .unknown }
    }

    /// Which host.
    package var id: HostIdentifier
    /// Its name: the one in the inventory, where a collector has stored its report under that.
    package var name: String
    /// What it calls itself, where that is another name.
    var hostname: String?
    /// The user whose report it is; nil where an older gotoolprov did not say.
    var user: String?
    /// How far the homes of other users were searched.
    var otherHomes: HostReport.Scope.OtherHomes
    /// The name of the report's file, if it differs from the host's name.
    var fileName: String?
    /// The distribution's name in WSL: several on one computer may share everything else.
    var distribution: String?
    var ring: String?
    var environment: String?
    var os: String
    var architecture: String
    var libc: String
    var virtualization: HostReport.Virtualization
    var agent: String
    var generatedAt: UTCTime
    var manifest: String
    var driftState: Drift.State
    var ability: HostReport.DebugReadiness.Ability
    var integrity: HostReport.Integrity.State
    /// Whether its last run failed; nil if the record of that run does not contain the result.
    var hasFailed: Bool?
    /// Total number of automatic repairs; nil if the host has no healing timer.
    var repairs: Int?
    var usedBytes: Int?
    var freeBytes: Int?
    /// Every Go and every tool.
    package var uses: [Use]
    /// The report's own findings; the fleet judges end of life and vulnerabilities.
    var findings: [Finding]
    var digest: SHA256Digest?
    /// The time of another report of this host that cannot be right.
    var impossibleTime: UTCTime?

    /// The name that its report was stored under; nil where that is the name it calls itself, or
    /// where there was no file.
    var collectedName: String? { hostname == nil ? fileName : name }

    /// The host's own name, which is not verified.
    var ownName: String { hostname ?? name }

    /// Every Go that it has, in use or not: what is installed can be run.
    var goVersions: [ReportedVersion] { uses.map(\.version).filter(\.isGo) }

    /// The version that PATH, or `use`, gives; nil where none does.
    func active(_ tool: String) -> String? {
        uses.first { $0.isActive && $0.version.tool == tool }?.version.version
    }
}

extension HostRow {
    /// The row of a report that was found at `origin`.
    init(
        _ report: HostReport,
        from origin: ReportOrigin,
        digest: SHA256Digest?,
        interning text: inout Interner
    ) {
        let host = report.host
        id = host.id
        (name, hostname, fileName) = origin.names(of: host)
        user = report.scope?.user
        otherHomes = report.scope?.otherHomes ?? .unknown
        distribution = host.wslDistribution
        ring = host.ring
        environment = host.environment
        os = host.os
        architecture = host.architecture
        libc = host.libc
        virtualization = host.virtualization
        agent = report.agentVersion
        generatedAt = report.generatedAt
        manifest = report.manifest.name
        driftState = report.drift.state
        ability = report.debug.ability
        integrity = Self.worst(report.toolchains)
        hasFailed = Self.failure(of: report)
        repairs = report.repairs?.total
        usedBytes = report.store?.usedBytes
        freeBytes = report.store?.freeBytes
        var uses: [Use] = []
        for toolchain in report.toolchains {
            uses.append(
                Use(
                    version: ReportedVersion(
                        tool: text.unique(toolchain.tool),
                        version: text.unique(toolchain.version)
                    ),
                    isActive: toolchain.isActive,
                    origin: toolchain.origin,
                    isWanted: toolchain.isWanted ?? false,
                    removal: Self.removal(of: toolchain, on: host.osID).map { text.unique($0) }
                )
            )
        }
        self.uses = uses
        findings = Self.findings(of: report)
        self.digest = digest
        self = interned(by: &text)
    }

    /// A host on which nothing ran has not failed.
    private static func failure(of report: HostReport) -> Bool? {
        guard let run = report.lastRun else { return false }
        if run.hasFailed { return true }
        return run.doubt(at: report.generatedAt) == nil ? false : nil
    }

    /// What an older gotoolprov did not say follows from who installed it.
    private static func removal(
        of toolchain: HostReport.Toolchain,
        on system: String
    ) -> String? {
        let plain = ReportedVersion(tool: toolchain.tool, version: toolchain.version).plainRemoval
        let command = toolchain.removal ?? toolchain.removalCommand(on: system)
        return command == plain ? nil : command
    }

    /// Of the trees that this gotoolprov vouches for, not of other users'; what nobody looked at is not fine.
    private static func worst(_ toolchains: [HostReport.Toolchain]) -> HostReport.Integrity.State {
        let own = toolchains.filter { $0.origin != .foreign && $0.user == nil }
        let states = Set(own.map(\.integrity.state))
        for state in [HostReport.Integrity.State.modified, .incomplete, .unverified]
        where states.contains(state) { return state }
        return states.isEmpty ? .unverified : .ok
    }
}
