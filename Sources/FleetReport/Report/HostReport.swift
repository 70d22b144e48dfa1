package import ToolchainCore

/// The state of one host at one time, as written by `gotoolprov report`.
///
/// The format is defined by docs/schemas/report.schema.json. Everything that was not checked is
/// `nil` or `unknown`, and never counts as good.
package struct HostReport: Hashable, Sendable {
    /// The time of the report.
    package var generatedAt: UTCTime
    /// The version of gotoolprov that created it.
    package var agentVersion: String
    package var host: Host
    /// The installations that the report covers, or `nil` in reports of older versions.
    package var scope: Scope?
    /// The data that versions were assessed with, or `nil` in reports of older versions.
    package var knowledge: Knowledge?
    /// Whether Delve can debug on the host.
    package var debug: DebugReadiness
    /// The state of the host's manifest.
    package var manifest: ManifestState
    /// The directory that contains all toolchains.
    package var store: Store?
    /// All Go toolchains and tools that were found.
    package var toolchains: [Toolchain]
    /// The programs that PATH resolves to.
    package var effective: Effective
    /// The differences between the host and its manifest.
    package var drift: Drift
    /// The last run that changed something or attempted to.
    package var lastRun: LastRun?
    /// Automatic repairs, or `nil` if the host has no healing timer.
    package var repairs: Repairs?

    /// Creates a report from its parts.
    package init(
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
    /// The identity and platform of a host.
    package struct Host: Hashable, Sendable {
        package var id: HostIdentifier
        /// The host name.
        package var name: String
        /// The purpose of the host, as configured: `dev`, `prod`.
        package var environment: String?
        /// The batch of a rollout that the host belongs to: `canary`.
        package var ring: String?
        /// `ID` of os-release.
        package var osID: String
        /// `VERSION_ID` of os-release.
        package var osVersion: String?
        /// `PRETTY_NAME` of os-release.
        package var osName: String?
        /// The kernel's release.
        package var kernel: String
        /// The architecture, as GOARCH.
        package var architecture: String
        /// The kind of C library.
        package var libcKind: LibcKind
        /// The C library's version.
        package var libcVersion: String?
        /// The virtualization of the host.
        package var virtualization: Virtualization
        /// The name of the WSL distribution.
        package var wslDistribution: String?
        /// Whether WSL can start Windows programs.
        package var wslInterop: Bool?

        /// Creates a host from its parts.
        package init(
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

        /// The C library and its version: `glibc 2.36`.
        package var libc: String { Self.joined(libcKind.rawValue, libcVersion) }
        /// The operating system and its version: `debian 12`.
        package var os: String { Self.joined(osID, osVersion) }

        private static func joined(_ name: String, _ version: String?) -> String {
            version.map { "\(name) \($0)" } ?? name
        }
    }

    /// The C library of the host's own programs.
    package enum LibcKind: String, JSONWord, CaseIterable {
        case glibc, musl, none, unknown
        package static var unrecognized: LibcKind { .unknown }
    }

    /// The environment that a host runs in.
    package enum Virtualization: String, JSONWord, CaseIterable {
        case none, wsl1, wsl2, container, vm, unknown
        package static var unrecognized: Virtualization { .unknown }
    }

    /// Whether Delve can debug on a host.
    package struct DebugReadiness: Hashable, Sendable {
        /// The extent to which Delve can debug.
        package enum Ability: String, JSONWord, CaseIterable {
            /// Delve can start programs and attach to running ones.
            case yes
            /// Only root can debug.
            case rootOnly = "root-only"
            /// Delve can start programs, but not attach to running ones.
            case childOnly = "child-only"
            /// Delve cannot debug.
            case no
            case unknown
            package static var unrecognized: Ability { .unknown }
        }

        package var ability: Ability
        /// Whether debugging was tested, rather than derived from /proc.
        package var isProbed: Bool
        /// The value of Yama's ptrace_scope.
        package var ptraceScope: Int?
        /// Whether this user has CAP_SYS_PTRACE.
        package var hasTraceCapability: Bool?
        /// Obstacles to debugging, each with a fix.
        package var findings: [Finding]

        /// Creates a value from its parts.
        package init(
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

        /// An obstacle to debugging.
        package struct Finding: Hashable, Sendable {
            /// The name of the doctor check: `yama`, `seccomp`, `dlv-fit`.
            package var check: String
            /// What was observed.
            package var detail: String
            /// The command or action that resolves it.
            package var fix: String?

            /// Creates a finding from its parts.
            package init(check: String, detail: String, fix: String? = nil) {
                self.check = check
                self.detail = detail
                self.fix = fix
            }
        }
    }

    /// The state of a host's manifest.
    package struct ManifestState: Hashable, Sendable {
        /// Whether a manifest exists and is usable.
        package enum State: String, JSONWord, CaseIterable {
            /// A usable manifest exists.
            case present
            /// No manifest exists.
            case none
            /// The manifest is unusable.
            case invalid
            package static var unrecognized: State { .invalid }
        }

        package var state: State
        /// The path of the manifest.
        package var path: String?
        /// The SHA-256 digest of the manifest.
        package var sha256: String?
        /// Why the manifest is unusable, if the state is ``State/invalid``.
        package var reason: String?

        /// Creates a state from its parts.
        package init(
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

        /// The beginning of the digest, or the state if there is none.
        package var name: String {
            guard state != .none, state != .invalid else { return state.rawValue }
            return sha256.map { String($0.prefix(12)) } ?? state.rawValue
        }
    }
}
