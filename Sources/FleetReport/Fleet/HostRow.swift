internal import ToolchainCore

/// The part of a host's report that a fleet keeps.
package struct HostRow: Hashable, Sendable {
    /// A Go toolchain or tool on a host.
    package struct Use: Hashable, Sendable {
        package var version: ReportedVersion
        /// Whether it is first on PATH or selected by `gotoolprov use`.
        package var isActive: Bool
        /// Who installed it.
        package var origin: HostReport.Toolchain.Origin
        /// Whether the host's manifest requires it.
        var isWanted = false
        /// The command that removes it, unless that is simply `gotoolprov remove`.
        var removal: String?
    }

    /// Something about a host that needs attention.
    package struct Finding: Hashable, Sendable {
        /// The category of a finding.
        package enum Kind: String, JSONWord, CaseIterable {
            case failed, modified, missing, older, foreign, extra
            case debugBlocked = "debug-blocked"
            case eol, vulnerable, unpublished, unknown, debug, repaired, clock, manifest,
                unreported, other
            package static var unrecognized: Kind { .other }

            /// Whether a host with such a finding has a serious problem, regardless of its
            /// manifest.
            var isBad: Bool {
                switch self {
                case .failed, .modified, .debugBlocked, .eol, .vulnerable, .manifest, .unreported:
                    true
                default: false
                }
            }
        }

        package var kind: Kind
        /// The affected installation, such as `go1.21.0`, or an empty string.
        package var subject: String
        /// What was observed.
        package var detail: String
        /// The command or action that resolves it.
        package var fix: String?
    }

    /// The state of a host: the first one that applies, from ``missing`` to ``ok``.
    ///
    /// A report with an impossible time does not describe the present, so its host is ``unknown``
    /// before anything else.
    package enum State: String, JSONWord, CaseIterable {
        /// The host was expected to report and did not.
        case missing
        /// The report is too old.
        case stale
        /// The last run failed.
        case failed
        case drifted
        /// The host has a serious finding: end of life, known vulnerabilities, damage, or blocked
        /// debugging.
        case flawed
        /// A value is unknown: drift, support, vulnerabilities, the ability to debug, the last run,
        /// or the time.
        case unknown
        /// None of the other states applies.
        case ok
        package static var unrecognized: State { .unknown }
    }

    package var id: HostIdentifier
    /// The inventory name if a collector stored the report under one, and otherwise the host's own
    /// name.
    package var name: String
    /// The host's own name, if it differs from ``name``.
    var hostname: String?
    /// The user who created the report, or `nil` in reports of older versions.
    var user: String?
    /// Whether the home directories of other users were searched.
    var otherHomes: HostReport.Scope.OtherHomes
    /// The name of the report's file, if it differs from the host's name.
    var fileName: String?
    /// The name of the WSL distribution.
    ///
    /// Several distributions on one computer may be equal in everything else.
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
    /// Whether its Go versions are the published ones: the worst state among them, and `unknown` in
    /// reports of older versions.
    var published = PublishedState.State.unknown
    /// Whether the last run failed, or `nil` if its record does not contain the result.
    var hasFailed: Bool?
    /// The number of automatic repairs, or `nil` if the host has no healing timer.
    var repairs: Int?
    var usedBytes: Int?
    var freeBytes: Int?
    /// All Go toolchains and tools on the host.
    package var uses: [Use]
    /// The findings of the report.
    ///
    /// The fleet derives findings about support and vulnerabilities.
    var findings: [Finding]
    var digest: SHA256Digest?
    /// The impossible time of another report of this host.
    var impossibleTime: UTCTime?

    /// The name that the report was stored under, or `nil` if that is the host's own name or if
    /// there was no file.
    var collectedName: String? { hostname == nil ? fileName : name }

    /// The host's own name, which is not verified.
    var ownName: String { hostname ?? name }

    /// All Go versions on the host, whether in use or not, because each of them can be run.
    var goVersions: [ReportedVersion] { uses.map(\.version).filter(\.isGo) }

    /// Returns the version in use, or `nil` if there is none.
    func active(_ tool: String) -> String? {
        uses.first { $0.isActive && $0.version.tool == tool }?.version.version
    }
}

extension HostRow {
    /// Creates the row of a report that was found at `origin`.
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
        published = Self.worstPublished(report.toolchains)
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

    /// A host without a recorded run has not failed.
    private static func failure(of report: HostReport) -> Bool? {
        guard let run = report.lastRun else { return false }
        if run.hasFailed { return true }
        return run.doubt(at: report.generatedAt) == nil ? false : nil
    }

    /// If an older version did not report the command, it follows from the installer.
    private static func removal(
        of toolchain: HostReport.Toolchain,
        on system: String
    ) -> String? {
        let plain = ReportedVersion(tool: toolchain.tool, version: toolchain.version).removalCommand
        let command = toolchain.removal ?? toolchain.removalCommand(on: system)
        return command == plain ? nil : command
    }

    private static func worstPublished(_ toolchains: [HostReport.Toolchain]) -> PublishedState.State
    {
        let states = toolchains.filter { $0.tool == "go" }.map { $0.published?.state ?? .unknown }
        return PublishedState.State.severity.first(where: states.contains) ?? .unknown
    }

    /// The worst state of the trees that gotoolprov installed for this user.
    ///
    /// A tree that was never verified does not count as intact.
    private static func worst(_ toolchains: [HostReport.Toolchain]) -> HostReport.Integrity.State {
        let own = toolchains.filter { $0.origin != .foreign && $0.user == nil }
        let states = Set(own.map(\.integrity.state))
        for state in [HostReport.Integrity.State.modified, .incomplete, .unverified]
        where states.contains(state) { return state }
        return states.isEmpty ? .unverified : .ok
    }
}
