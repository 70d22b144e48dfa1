package import ToolchainCore

/// One host's state at one time: what `gotoolprov report` writes.
///
/// The document's form is docs/schemas/report.schema.json. Everything that was not looked at is nil
/// or `unknown`, never "fine".
package struct HostReport: Hashable, Sendable {
    /// When it was made.
    package var generatedAt: UTCTime
    /// The gotoolprov that made it.
    package var agentVersion: String
    package var host: Host
    /// Whose trees it is about; nil where an older gotoolprov did not say.
    package var scope: Scope?
    /// What versions were judged by; nil where an older gotoolprov did not say.
    package var knowledge: Knowledge?
    /// Whether Delve can debug there.
    package var debug: DebugReadiness
    /// What the host should have, and who says so.
    package var manifest: ManifestState
    /// Where SDKs are kept.
    package var store: Store?
    /// Every Go and every tool that was found.
    package var toolchains: [Toolchain]
    /// What PATH really leads to.
    package var effective: Effective
    /// Where the host differs from the manifest.
    package var drift: Drift
    /// The last run that changed something or wanted to.
    package var lastRun: LastRun?
    /// Automatic repairs; nil if the host has no healing timer.
    package var repairs: Repairs?

    /// A report from its parts.
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
    /// What a host is.
    package struct Host: Hashable, Sendable {
        /// Which one it is.
        package var id: HostIdentifier
        /// Its name, for people.
        package var name: String
        /// What it is for, as the configuration says: `dev`, `prod`.
        package var environment: String?
        /// In which batch of a rollout it is: `canary`.
        package var ring: String?
        /// `ID` of os-release.
        package var osID: String
        /// `VERSION_ID` of os-release.
        package var osVersion: String?
        /// `PRETTY_NAME` of os-release.
        package var osName: String?
        /// The kernel's release.
        package var kernel: String
        /// GOARCH.
        package var architecture: String
        /// `glibc`, `musl`, `none` or `unknown`.
        package var libcKind: LibcKind
        /// The C library's version.
        package var libcVersion: String?
        /// Bare or virtual.
        package var virtualization: Virtualization
        /// The distribution's name in WSL.
        package var wslDistribution: String?
        /// Whether Windows programs can be run from WSL.
        package var wslInterop: Bool?

        /// A host from what is known about it.
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

        /// `glibc 2.36`.
        package var libc: String { Self.joined(libcKind.rawValue, libcVersion) }
        /// `debian 12`.
        package var os: String { Self.joined(osID, osVersion) }

        private static func joined(_ name: String, _ version: String?) -> String {
            version.map { "\(name) \($0)" } ?? name
        }
    }

    /// The C library of a host's own programs.
    package enum LibcKind: String, JSONWord, CaseIterable {
        case glibc, musl, none, unknown
        package static var unheardOf: LibcKind { .unknown }
    }

    /// What a host runs on.
    package enum Virtualization: String, JSONWord, CaseIterable {
        case none, wsl1, wsl2, container, vm, unknown
        package static var unheardOf: Virtualization { .unknown }
    }

    /// Whether Delve can debug on a host.
    package struct DebugReadiness: Hashable, Sendable {
        /// How far it goes.
        package enum Ability: String, JSONWord, CaseIterable {
            /// It can start programs and attach to running ones.
            case yes
            /// Only root can.
            case rootOnly = "root-only"
            /// It can start programs, but not attach to running ones.
            case childOnly = "child-only"
            /// It cannot.
            case no
            case unknown
            package static var unheardOf: Ability { .unknown }
        }

        /// How far it goes.
        package var ability: Ability
        /// Whether it was tried, rather than read from /proc.
        package var isProbed: Bool
        /// Yama's setting.
        package var ptraceScope: Int?
        /// Whether this user may trace anything.
        package var hasTraceCapability: Bool?
        /// What was found in the way, each with what to do.
        package var findings: [Finding]

        /// What is known about debugging; nothing, if nothing is said.
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

        /// One thing in the way of debugging.
        package struct Finding: Hashable, Sendable {
            /// The check's name: `yama`, `seccomp`, `dlv-fit`.
            package var check: String
            /// What was seen.
            package var detail: String
            /// What to do.
            package var fix: String?

            /// A finding from its parts.
            package init(check: String, detail: String, fix: String? = nil) {
                self.check = check
                self.detail = detail
                self.fix = fix
            }
        }
    }

    /// What a host should have, and who says so.
    package struct ManifestState: Hashable, Sendable {
        /// How it stands with the manifest.
        package enum State: String, JSONWord, CaseIterable {
            /// There is one.
            case present
            /// There is none.
            case none
            /// The manifest is unusable.
            case invalid
            package static var unheardOf: State { .invalid }
        }

        /// How it stands with the manifest.
        package var state: State
        /// The file.
        package var path: String?
        /// The file's digest.
        package var sha256: String?
        /// Why it is unusable, if it is ``State/invalid``.
        package var reason: String?

        /// A manifest's state.
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

        /// The beginning of the digest, or the state.
        package var name: String {
            guard state != .none, state != .invalid else { return state.rawValue }
            return sha256.map { String($0.prefix(12)) } ?? state.rawValue
        }
    }
}
