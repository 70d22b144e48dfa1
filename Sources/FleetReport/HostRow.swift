internal import ToolchainCore

/// What a fleet's aggregate keeps of one host's report.
public struct HostRow: Hashable, Sendable {
    /// A Go or a tool that a host has.
    public struct Use: Hashable, Sendable {
        /// Which one.
        public var version: ToolVersion
        /// Whether it is what PATH, or `use`, gives.
        public var isActive: Bool
        /// Whose it is.
        public var origin: HostReport.Toolchain.Origin
    }

    /// Something about a host that somebody should know.
    public struct Finding: Hashable, Sendable {
        /// What sort of thing it is.
        public enum Kind: String, ReportWord, CaseIterable {
            case failed, modified, missing, older, foreign, extra
            case debugBlocked = "debug-blocked"
            case eol, vulnerable, debug, repaired, clock, manifest, other
            static var unheardOf: Kind { .other }

            /// Whether a host with such a finding is not in order, whatever its manifest says.
            var isBad: Bool {
                switch self {
                case .failed, .modified, .debugBlocked, .eol, .vulnerable, .manifest: true
                default: false
                }
            }
        }

        /// What sort of thing it is.
        public var kind: Kind
        /// `go1.21.0`, or empty.
        public var subject: String
        /// What was seen.
        public var detail: String
        /// What to do.
        public var fix: String?
    }

    /// How a host is, in one word; of several the first that holds, from ``stale`` to ``ok``.
    public enum State: String, ReportWord, CaseIterable {
        /// Its report is too old to say.
        case stale
        /// Its last run failed.
        case failed
        case drifted
        /// It has no manifest to be compared with, or its report is of a time that has not come.
        case unknown
        /// It is as its manifest says, and has still a finding that is bad: an end of life, known
        /// vulnerabilities, damage, nothing to debug with.
        case flawed
        /// None of these.
        case ok
        static var unheardOf: State { .unknown }
    }

    /// Which host.
    public var id: HostIdentifier
    /// Its name.
    public var name: String
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
    var hasFailed: Bool
    /// How many trees were ever put right by themselves; nil where nothing looks after the host.
    var repairs: Int?
    var usedBytes: Int?
    var freeBytes: Int?
    var reclaimableBytes: Int?
    /// Every Go and every tool.
    public var uses: [Use]
    /// What the report itself tells; end of life and vulnerabilities are judged by the aggregate.
    var findings: [Finding]
    var audit: HostReport.AuditAnchor?
    var digest: SHA256Digest?

    /// The version that PATH, or `use`, gives; nil where none does.
    func active(_ tool: String) -> String? {
        uses.first { $0.isActive && $0.version.tool == tool }?.version.version
    }
}

/// A tool and its version.
public struct ToolVersion: Hashable, Sendable, CustomStringConvertible {
    /// `go`, `dlv`, `gopls`.
    public let tool: String
    /// The version, without `go` or `v` before it.
    public let version: String

    /// `go1.21.0`, `dlv@1.25.0`.
    public var description: String { Drift.name(of: tool, version) }

    /// The Go line that it is of; nil for tools and for what is no release of Go.
    var releaseLine: ReleaseLine? {
        guard tool == "go", let known = GoVersion(version), !known.isPreRelease else { return nil }
        return known.line
    }

    /// Orders by tool, Go first, then newest first, versions that are none last.
    static func isShownBefore(_ left: ToolVersion, _ right: ToolVersion) -> Bool {
        if left.tool != right.tool {
            if left.tool == "go" || right.tool == "go" { return left.tool == "go" }
            return left.tool < right.tool
        }
        switch (GoVersion(left.version), GoVersion(right.version)) {
        case (let one?, let other?): return other < one
        case (.some, nil): return true
        case (nil, .some): return false
        case (nil, nil): return left.version < right.version
        }
    }
}

extension HostRow {
    /// The row of a report.
    init(
        _ report: HostReport,
        digest: SHA256Digest?,
        interning text: inout Interner
    ) {
        let host = report.host
        id = host.id
        name = host.name
        ring = host.ring.map { text.unique($0) }
        environment = host.environment.map { text.unique($0) }
        os = text.unique(host.os)
        architecture = text.unique(host.architecture)
        libc = text.unique(host.libc)
        virtualization = host.virtualization
        agent = text.unique(report.agentVersion)
        generatedAt = report.generatedAt
        manifest = text.unique(report.manifest.name)
        driftState = report.drift.state
        ability = report.debug.ability
        integrity = Self.worst(report.toolchains)
        hasFailed = report.lastRun?.hasFailed ?? false
        repairs = report.repairs?.total
        usedBytes = report.store?.usedBytes
        freeBytes = report.store?.freeBytes
        reclaimableBytes = report.store?.reclaimableBytes
        var uses: [Use] = []
        for toolchain in report.toolchains {
            uses.append(
                Use(
                    version: ToolVersion(
                        tool: text.unique(toolchain.tool),
                        version: text.unique(toolchain.version)
                    ),
                    isActive: toolchain.isActive,
                    origin: toolchain.origin
                )
            )
        }
        self.uses = text.unique(uses)
        findings = text.unique(Self.findings(of: report))
        audit = report.audit
        self.digest = digest
    }

    /// Of the trees that gotoolprov vouches for; what nobody looked at is not fine.
    private static func worst(_ toolchains: [HostReport.Toolchain]) -> HostReport.Integrity.State {
        let states = Set(toolchains.filter { $0.origin != .foreign }.map(\.integrity.state))
        for state in [HostReport.Integrity.State.modified, .incomplete, .unverified]
        where states.contains(state) { return state }
        return states.isEmpty ? .unverified : .ok
    }

    private static func findings(of report: HostReport) -> [Finding] {
        var findings: [Finding] = []
        if let run = report.lastRun, run.hasFailed {
            findings.append(
                Finding(
                    kind: .failed,
                    subject: run.operation,
                    detail: run.error ?? run.result.rawValue,
                    fix: run.operation == "heal"
                        ? "gotoolprov-heal" : "gotoolprov \(run.operation)"
                )
            )
        }
        for name in report.repairs?.lastRun ?? [] {
            findings.append(
                Finding(
                    kind: .repaired,
                    subject: name,
                    detail: "was damaged, and has been put right",
                    fix:
                        "look for what writes into the tree; what was replaced is kept in quarantine"
                )
            )
        }
        if report.manifest.state == .invalid {
            findings.append(
                Finding(
                    kind: .manifest,
                    subject: report.manifest.path ?? "",
                    detail: report.manifest.reason ?? "cannot be used",
                    fix: "gotoolprov ensure --check"
                )
            )
        }
        for item in report.drift.items {
            findings.append(
                Finding(
                    kind: Finding.Kind(rawValue: item.kind.rawValue) ?? .other,
                    subject: item.version.map { Drift.name(of: item.tool, $0) } ?? item.tool,
                    detail: item.detail ?? item.wanted.map { "the manifest says \($0)" } ?? "",
                    fix: item.fix
                )
            )
        }
        for finding in report.debug.findings {
            findings.append(
                Finding(
                    kind: .debug,
                    subject: finding.check,
                    detail: finding.detail,
                    fix: finding.fix
                )
            )
        }
        for toolchain in report.toolchains {
            guard let damage = toolchain.damage,
                !report.drift.items.contains(where: {
                    $0.kind == .modified && $0.tool == toolchain.tool
                        && $0.version == toolchain.version
                })
            else { continue }
            // Without a manifest there is no drift that would tell.
            findings.append(
                Finding(
                    kind: .modified,
                    subject: Drift.name(of: toolchain.tool, toolchain.version),
                    detail: damage.detail,
                    fix: damage.fix
                )
            )
        }
        let misfits = report.toolchains.filter { $0.compatibility?.fits == false }
        // Another Delve beside one that fits may be there for another Go.
        let isServed = report.toolchains.contains { $0.compatibility?.fits == true }
        for toolchain in misfits where toolchain.isActive || !isServed {
            guard let range = toolchain.compatibility else { continue }
            findings.append(
                Finding(
                    kind: .debug,
                    subject: Drift.name(of: toolchain.tool, toolchain.version),
                    detail: range.reason ?? "is not for the Go in use",
                    fix: "gotoolprov ensure \(toolchain.tool)"
                )
            )
        }
        return findings
    }
}

/// Keeps one copy of what many hosts say.
struct Interner: Sendable {
    private var texts: Set<String> = []
    private var uses: Set<[HostRow.Use]> = []
    private var findings: Set<[HostRow.Finding]> = []

    mutating func unique(_ text: String) -> String {
        // Short ones need no memory of their own.
        text.utf8.count <= 15 ? text : texts.insert(text).memberAfterInsert
    }

    mutating func unique(_ list: [HostRow.Use]) -> [HostRow.Use] {
        uses.insert(list).memberAfterInsert
    }

    mutating func unique(_ list: [HostRow.Finding]) -> [HostRow.Finding] {
        findings.insert(list).memberAfterInsert
    }
}
