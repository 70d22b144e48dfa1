/// One host's state at one time: what `gotoolprov report` writes.
///
/// The document's form is docs/schemas/report.schema.json. Everything that was not looked at is nil
/// or `unknown`, never "fine".
public struct HostReport: Hashable, Sendable {
    /// When it was made.
    public var generatedAt: UTCTime
    /// The gotoolprov that made it.
    public var agentVersion: String
    /// The host.
    public var host: Host
    /// Whose trees it is about; nil where an older gotoolprov did not say.
    public var scope: Scope?
    /// What versions were judged by; nil where an older gotoolprov did not say.
    public var knowledge: Knowledge?
    /// Whether Delve can debug there.
    public var debug: DebugReadiness
    /// What the host should have, and who says so.
    public var manifest: ManifestState
    /// Where SDKs are kept.
    public var store: Store?
    /// Every Go and every tool that was found.
    public var toolchains: [Toolchain]
    /// What PATH really leads to.
    public var effective: Effective
    /// Where the host differs from the manifest.
    public var drift: Drift
    /// The last run that changed something or wanted to.
    public var lastRun: LastRun?
    /// What was put right by itself; nil where nothing looks after the host.
    public var repairs: Repairs?

    /// A report from its parts.
    public init(
        generatedAt: UTCTime,
        agentVersion: String,
        host: Host,
        scope: Scope? = nil,
        knowledge: Knowledge? = nil,
        debug: DebugReadiness = DebugReadiness(),
        manifest: ManifestState = ManifestState(.none),
        store: Store? = nil,
        toolchains: [Toolchain] = [],
        effective: Effective = Effective(),
        drift: Drift = Drift(),
        lastRun: LastRun? = nil,
        repairs: Repairs? = nil
    ) {
        self.generatedAt = generatedAt
        self.agentVersion = agentVersion
        self.host = host
        self.scope = scope
        self.knowledge = knowledge
        self.debug = debug
        self.manifest = manifest
        self.store = store
        self.toolchains = toolchains
        self.effective = effective
        self.drift = drift
        self.lastRun = lastRun
        self.repairs = repairs
    }
}

extension HostReport {
    /// What a host is.
    public struct Host: Hashable, Sendable {
        /// Which one it is.
        public var id: HostIdentifier
        /// Its name, for people.
        public var name: String
        /// What it is for, as the configuration says: `dev`, `prod`.
        public var environment: String?
        /// In which batch of a rollout it is: `canary`.
        public var ring: String?
        /// `ID` of os-release.
        public var osID: String
        /// `VERSION_ID` of os-release.
        public var osVersion: String?
        /// `PRETTY_NAME` of os-release.
        public var osName: String?
        /// The kernel's release.
        public var kernel: String
        /// GOARCH.
        public var architecture: String
        /// `glibc`, `musl`, `none` or `unknown`.
        public var libcKind: LibcKind
        /// The C library's version.
        public var libcVersion: String?
        /// Bare or virtual.
        public var virtualization: Virtualization
        /// The distribution's name in WSL.
        public var wslDistribution: String?
        /// Whether Windows programs can be run from WSL.
        public var wslInterop: Bool?

        /// A host from what is known about it.
        public init(
            id: HostIdentifier,
            name: String,
            environment: String? = nil,
            ring: String? = nil,
            osID: String,
            osVersion: String? = nil,
            osName: String? = nil,
            kernel: String,
            architecture: String,
            libcKind: LibcKind = .unknown,
            libcVersion: String? = nil,
            virtualization: Virtualization = .unknown,
            wslDistribution: String? = nil,
            wslInterop: Bool? = nil
        ) {
            self.id = id
            self.name = name
            self.environment = environment
            self.ring = ring
            self.osID = osID
            self.osVersion = osVersion
            self.osName = osName
            self.kernel = kernel
            self.architecture = architecture
            self.libcKind = libcKind
            self.libcVersion = libcVersion
            self.virtualization = virtualization
            self.wslDistribution = wslDistribution
            self.wslInterop = wslInterop
        }

        /// `glibc 2.36`.
        public var libc: String { Self.joined(libcKind.rawValue, libcVersion) }
        /// `debian 12`.
        public var os: String { Self.joined(osID, osVersion) }

        private static func joined(_ name: String, _ version: String?) -> String {
            version.map { "\(name) \($0)" } ?? name
        }
    }

    /// The C library of a host's own programs.
    public enum LibcKind: String, ReportWord, CaseIterable {
        case glibc, musl, none, unknown
        static var unheardOf: LibcKind { .unknown }
    }

    /// What a host runs on.
    public enum Virtualization: String, ReportWord, CaseIterable {
        case none, wsl1, wsl2, container, vm, unknown
        static var unheardOf: Virtualization { .unknown }
    }

    /// Whether Delve can debug on a host.
    public struct DebugReadiness: Hashable, Sendable {
        /// How far it goes.
        public enum Ability: String, ReportWord, CaseIterable {
            /// It can start programs and attach to running ones.
            case yes
            /// Only root can.
            case rootOnly = "root-only"
            /// It can start programs, but not attach to running ones.
            case childOnly = "child-only"
            /// It cannot.
            case no
            case unknown
            static var unheardOf: Ability { .unknown }
        }

        /// How far it goes.
        public var ability: Ability
        /// Whether it was tried, rather than read from /proc.
        public var isProbed: Bool
        /// Yama's setting.
        public var ptraceScope: Int?
        /// Whether this user may trace anything.
        public var hasTraceCapability: Bool?
        /// What was found in the way, each with what to do.
        public var findings: [Finding]

        /// What is known about debugging; nothing, if nothing is said.
        public init(
            ability: Ability = .unknown,
            isProbed: Bool = false,
            ptraceScope: Int? = nil,
            hasTraceCapability: Bool? = nil,
            findings: [Finding] = []
        ) {
            self.ability = ability
            self.isProbed = isProbed
            self.ptraceScope = ptraceScope
            self.hasTraceCapability = hasTraceCapability
            self.findings = findings
        }

        /// One thing in the way of debugging.
        public struct Finding: Hashable, Sendable {
            /// The check's name: `yama`, `seccomp`, `dlv-fit`.
            public var check: String
            /// What was seen.
            public var detail: String
            /// What to do.
            public var fix: String?

            /// A finding from its parts.
            public init(check: String, detail: String, fix: String? = nil) {
                self.check = check
                self.detail = detail
                self.fix = fix
            }
        }
    }

    /// What a host should have, and who says so.
    public struct ManifestState: Hashable, Sendable {
        /// How it stands with the manifest.
        public enum State: String, ReportWord, CaseIterable {
            /// There is one.
            case present
            /// There is none.
            case none
            /// There is one that cannot be used.
            case invalid
            static var unheardOf: State { .invalid }
        }

        /// How it stands with the manifest.
        public var state: State
        /// The file.
        public var path: String?
        /// The file's digest.
        public var sha256: String?
        /// Why it cannot be used, where it is ``State/invalid``.
        public var reason: String?

        /// A manifest's state.
        public init(
            _ state: State,
            path: String? = nil,
            sha256: String? = nil,
            reason: String? = nil
        ) {
            self.state = state
            self.path = path
            self.sha256 = sha256
            self.reason = reason
        }

        /// The beginning of the digest, or the state.
        public var name: String {
            guard state != .none, state != .invalid else { return state.rawValue }
            return sha256.map { String($0.prefix(12)) } ?? state.rawValue
        }
    }
}
