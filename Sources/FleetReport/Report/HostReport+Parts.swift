package import ToolchainCore

extension HostReport {
    /// The directory that contains all toolchains.
    package struct Store: Hashable, Sendable {
        package var root: String
        /// The type of the file system.
        package var fileSystem: String?
        /// The free space available to this user, in bytes.
        package var freeBytes: Int?
        /// The total size of the installations, in bytes.
        package var usedBytes: Int?
        package var freeInodes: Int?

        /// Creates a store from its parts.
        package init(
            root: String,
            fileSystem: String? = nil,
            freeBytes: Int? = nil,
            usedBytes: Int? = nil,
            freeInodes: Int? = nil
        ) {
            self.root = root
            self.fileSystem = fileSystem
            self.freeBytes = freeBytes
            self.usedBytes = usedBytes
            self.freeInodes = freeInodes
        }
    }

    /// A Go toolchain or tool on a host.
    package struct Toolchain: Hashable, Sendable {
        /// Who installed a toolchain or tool.
        package enum Origin: String, JSONWord, CaseIterable {
            /// Installed or adopted by gotoolprov.
            case mirror
            /// Installed by anything else.
            case foreign
            case unknown
            package static var unrecognized: Origin { .unknown }
        }

        /// The name of the tool: `go`, `dlv`, `gopls`.
        package var tool: String
        /// The version without a leading `go` or `v`.
        ///
        /// For a Go that is not a release: the content of its VERSION file, or `unknown`.
        package var version: String
        /// Whether it is first on PATH or selected by `gotoolprov use`.
        package var isActive: Bool
        /// Who installed it.
        package var origin: Origin
        /// The installer if it is foreign: `apt`, `snap`.
        package var manager: String?
        /// The command that removes it, or `nil` if the installer is unknown.
        package var removal: String?
        /// Whether the manifest requires it, or `nil` without a manifest.
        package var isWanted: Bool?
        /// The owner of the home directory that contains it, if not the user of the report.
        ///
        /// The manifest does not cover it.
        package var user: String?
        package var path: String
        /// GOARCH.
        package var architecture: String?
        /// When it was installed.
        package var installedAt: UTCTime?
        /// The SHA-256 digest of the archive that it was installed from.
        package var archiveSHA256: String?
        /// The number of installed files.
        package var fileCount: Int?
        /// The size of the installed files, in bytes.
        package var byteCount: Int?
        /// Whether the files are unchanged since the installation.
        package var integrity: Integrity
        /// Whether a Go is the published one, or `nil` for tools and in reports of older versions.
        package var published: PublishedState?
        /// The support state of the version.
        package var support: Support
        /// The known vulnerabilities, or `nil` if unknown.
        package var vulnerabilities: Vulnerabilities?
        /// Whether the tool is compatible with the Go in use.
        package var compatibility: Compatibility?

        /// Creates a toolchain or tool from its parts.
        package init(
            tool: String,
            version: String,
            isActive: Bool = false,
            origin: Origin,
            manager: String? = nil,
            removal: String? = nil,
            isWanted: Bool? = nil,
            user: String? = nil,
            path: String,
            architecture: String? = nil,
            installedAt: UTCTime? = nil,
            archiveSHA256: String? = nil,
            fileCount: Int? = nil,
            byteCount: Int? = nil,
            integrity: Integrity = Integrity(),
            published: PublishedState? = nil,
            support: Support = Support(.unknown),
            vulnerabilities: Vulnerabilities? = nil,
            compatibility: Compatibility? = nil
        ) {
            self.tool = tool
            self.version = version
            self.isActive = isActive
            self.origin = origin
            self.manager = manager
            self.removal = removal
            self.isWanted = isWanted
            self.user = user
            self.path = path
            self.architecture = architecture
            self.installedAt = installedAt
            self.archiveSHA256 = archiveSHA256
            self.fileCount = fileCount
            self.byteCount = byteCount
            self.integrity = integrity
            self.published = published
            self.support = support
            self.vulnerabilities = vulnerabilities
            self.compatibility = compatibility
        }
    }

    /// The result of verifying an installation.
    package struct Integrity: Hashable, Sendable {
        /// Whether an installation is unchanged.
        package enum State: String, JSONWord, CaseIterable {
            case ok, modified, incomplete, unverified
            package static var unrecognized: State { .unverified }
        }

        /// How thoroughly files are compared.
        package enum Mode: String, JSONWord, CaseIterable {
            /// Contents of all files.
            case full
            /// Names, sizes and modes.
            case quick
            case none
            package static var unrecognized: Mode { .none }
        }

        package var state: State
        package var mode: Mode
        /// The time of the verification.
        package var checkedAt: UTCTime?
        /// The number of modified files.
        package var badFiles: Int?
        /// The number of missing files.
        package var missingFiles: Int?
        /// The number of files that the installation did not contain.
        package var extraFiles: Int?
        /// The reason for the state, if it is known without comparing files.
        package var reason: String?

        /// Creates a result from its parts.
        package init(
            state: State = .unverified,
            mode: Mode = .none,
            checkedAt: UTCTime? = nil,
            badFiles: Int? = nil,
            missingFiles: Int? = nil,
            extraFiles: Int? = nil,
            reason: String? = nil
        ) {
            self.state = state
            self.mode = mode
            self.checkedAt = checkedAt
            self.badFiles = badFiles
            self.missingFiles = missingFiles
            self.extraFiles = extraFiles
            self.reason = reason
        }
    }

    /// The known vulnerabilities of a version.
    package struct Vulnerabilities: Hashable, Sendable {
        /// The date of the data, without which the count is meaningless.
        package var snapshot: CalendarDay
        /// Identifiers of vulnerabilities in the standard library.
        package var stdlib: [String]
        /// Identifiers of vulnerabilities in the go command and other programs of the distribution.
        package var toolchain: [String]

        /// Creates a value from its parts.
        package init(snapshot: CalendarDay, stdlib: [String], toolchain: [String]) {
            self.snapshot = snapshot
            self.stdlib = stdlib
            self.toolchain = toolchain
        }

        /// The number of distinct identifiers.
        package var count: Int { Set(stdlib).union(toolchain).count }
    }

    /// Whether a tool is compatible with the Go in use.
    package struct Compatibility: Hashable, Sendable {
        /// Whether the tool is compatible, or `nil` if unknown.
        package var isCompatible: Bool?
        /// Why it is incompatible, or why that is unknown.
        package var reason: String?

        /// Creates a value from its parts.
        package init(isCompatible: Bool? = nil, reason: String? = nil) {
            self.isCompatible = isCompatible
            self.reason = reason
        }
    }

    /// The programs that PATH resolves to.
    package struct Effective: Hashable, Sendable {
        /// A program on PATH.
        package struct Program: Hashable, Sendable {
            /// The path with links resolved.
            package var path: String
            package var version: String?

            /// Creates a program from its parts.
            package init(path: String, version: String? = nil) {
                self.path = path
                self.version = version
            }
        }

        /// The `go` executable.
        package var go: Program?
        /// The `dlv` executable.
        package var dlv: Program?
        /// The effective value of GOTOOLCHAIN.
        package var gotoolchain: String?
        /// Paths of programs that precede gotoolprov's launchers on PATH.
        package var shadowedBy: [String]

        /// Creates a value from its parts.
        package init(
            go: Program? = nil,
            dlv: Program? = nil,
            gotoolchain: String? = nil,
            shadowedBy: [String] = []
        ) {
            self.go = go
            self.dlv = dlv
            self.gotoolchain = gotoolchain
            self.shadowedBy = shadowedBy
        }
    }

    /// The last run that changed something or attempted to.
    package struct LastRun: Hashable, Sendable {
        /// The result of a run.
        package enum Result: String, JSONWord, CaseIterable {
            case ok, changed, failed, partial, unknown
            package static var unrecognized: Result { .unknown }
        }

        /// The name of the command: `ensure`, `verify`, `heal`.
        package var operation: String
        package var result: Result
        /// The start time, or `nil` if unknown.
        package var startedAt: UTCTime?
        /// The duration, in milliseconds.
        package var milliseconds: Int?
        /// The error of the run, or why its result is unknown.
        package var error: String?

        /// Creates a run from its parts.
        package init(
            operation: String,
            result: Result,
            startedAt: UTCTime? = nil,
            milliseconds: Int? = nil,
            error: String? = nil
        ) {
            self.operation = operation
            self.result = result
            self.startedAt = startedAt
            self.milliseconds = milliseconds
            self.error = error
        }

        /// Whether the run did not complete its task.
        package var hasFailed: Bool { result == .failed || result == .partial }
    }

    /// Damaged installations that `gotoolprov-heal` repaired.
    package struct Repairs: Hashable, Sendable {
        /// The total number of repairs on this host.
        package var total: Int
        /// The time of the last repair.
        package var lastAt: UTCTime?
        /// The installations that the last run repaired: `go1.21.13`.
        package var lastRun: [String]

        /// Creates a value from its parts.
        package init(total: Int, lastAt: UTCTime? = nil, lastRun: [String] = []) {
            self.total = total
            self.lastAt = lastAt
            self.lastRun = lastRun
        }
    }
}
