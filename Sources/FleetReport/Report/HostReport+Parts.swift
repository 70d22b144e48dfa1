package import ToolchainCore

extension HostReport {
    /// The SDK directory.
    package struct Store: Hashable, Sendable {
        /// Its path.
        package var root: String
        /// The file system's name.
        package var fileSystem: String?
        /// Free for this user.
        package var freeBytes: Int?
        /// Taken by what gotoolprov installed.
        package var usedBytes: Int?
        package var freeInodes: Int?

        /// A store from what is known about it.
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

    /// One Go or one tool on a host.
    package struct Toolchain: Hashable, Sendable {
        /// Whose it is.
        package enum Origin: String, JSONWord, CaseIterable {
            /// gotoolprov installed it, or took it over.
            case mirror
            /// Somebody else's.
            case foreign
            case unknown
            package static var unheardOf: Origin { .unknown }
        }

        /// `go`, `dlv`, `gopls`.
        package var tool: String
        /// The version, without `go` or `v` before it; of a Go that has none, what its VERSION file
        /// says, or `unknown`.
        package var version: String
        /// Whether it is what `PATH`, or `use`, gives.
        package var isActive: Bool
        /// Whose it is.
        package var origin: Origin
        /// Who brought it, where it is foreign: `apt`, `snap`.
        package var manager: String?
        /// The command that removes it; nil if the installer is unknown.
        package var removal: String?
        /// Whether the manifest requires it; nil without a manifest.
        package var isWanted: Bool?
        /// Whose home it is in, if that is not the user of the report: the manifest says nothing of it.
        package var user: String?
        /// Where it is.
        package var path: String
        /// GOARCH.
        package var architecture: String?
        /// When it was installed.
        package var installedAt: UTCTime?
        /// The digest of the archive that it came in.
        package var archiveSHA256: String?
        /// How many files it has.
        package var fileCount: Int?
        /// How many bytes it takes.
        package var byteCount: Int?
        /// Whether it is still as it was installed.
        package var integrity: Integrity
        /// Whether its Go line is supported.
        package var support: Support
        /// What is known to be wrong with it; nil where nothing is known either way.
        package var vulnerabilities: Vulnerabilities?
        /// Whether it isCompatible the Go that it is for.
        package var compatibility: Compatibility?

        /// A Go or a tool from what is known about it.
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
            self.support = support
            self.vulnerabilities = vulnerabilities
            self.compatibility = compatibility
        }
    }

    /// Whether a tree is as it was installed.
    package struct Integrity: Hashable, Sendable {
        /// What was found.
        package enum State: String, JSONWord, CaseIterable {
            case ok, modified, incomplete, unverified
            package static var unheardOf: State { .unverified }
        }

        /// How closely it was looked.
        package enum Mode: String, JSONWord, CaseIterable {
            /// Every byte.
            case full
            /// Names, sizes and modes.
            case quick
            case none
            package static var unheardOf: Mode { .none }
        }

        /// What was found.
        package var state: State
        /// How closely it was looked.
        package var mode: Mode
        /// When.
        package var checkedAt: UTCTime?
        /// How many files are not as they were.
        package var badFiles: Int?
        /// How many are missing.
        package var missingFiles: Int?
        /// How many are there that should not be.
        package var extraFiles: Int?
        /// Why it is so, where that is known without comparing files.
        package var reason: String?

        /// What is known about a tree's integrity; nothing, if nothing is said.
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

    /// What is known to be wrong with a version.
    package struct Vulnerabilities: Hashable, Sendable {
        /// The day of the data: without it a count says nothing.
        package var snapshot: CalendarDay
        /// The identifiers in the standard library.
        package var stdlib: [String]
        /// The identifiers in the go command and its programs.
        package var toolchain: [String]

        /// The identifiers as of a day.
        package init(snapshot: CalendarDay, stdlib: [String], toolchain: [String]) {
            self.snapshot = snapshot
            self.stdlib = stdlib
            self.toolchain = toolchain
        }

        /// How many different ones there are.
        package var count: Int { Set(stdlib).union(toolchain).count }
    }

    /// Whether a tool is for the Go in use.
    package struct Compatibility: Hashable, Sendable {
        /// Whether it is; nil where that is not known.
        package var isCompatible: Bool?
        /// Why not, or why that is not known.
        package var reason: String?

        /// Whether a tool isCompatible, and why not.
        package init(isCompatible: Bool? = nil, reason: String? = nil) {
            self.isCompatible = isCompatible
            self.reason = reason
        }
    }

    /// What PATH leads to.
    package struct Effective: Hashable, Sendable {
        /// A program that PATH leads to.
        package struct Program: Hashable, Sendable {
            /// Where it is, links followed.
            package var path: String
            package var version: String?

            /// A program that PATH leads to.
            package init(path: String, version: String? = nil) {
                self.path = path
                self.version = version
            }
        }

        /// `go`.
        package var go: Program?
        /// `dlv`.
        package var dlv: Program?
        /// The GOTOOLCHAIN that applies.
        package var gotoolchain: String?
        /// Programs that hide those of gotoolprov.
        package var shadowedBy: [String]

        /// What PATH leads to.
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

    /// The last run that changed something, or wanted to.
    package struct LastRun: Hashable, Sendable {
        /// How it ended.
        package enum Result: String, JSONWord, CaseIterable {
            case ok, changed, failed, partial, unknown
            package static var unheardOf: Result { .unknown }
        }

        /// The command: `ensure`, `verify`.
        package var operation: String
        /// How it ended.
        package var result: Result
        /// When it started; nil if unknown.
        package var startedAt: UTCTime?
        /// How long it took, in milliseconds.
        package var milliseconds: Int?
        /// What it said, or why the result is unknown.
        package var error: String?

        /// A run from what is known about it.
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

        /// Whether it did not do what it was to do.
        package var hasFailed: Bool { result == .failed || result == .partial }
    }

    /// Damaged installations that `gotoolprov-heal` repaired.
    package struct Repairs: Hashable, Sendable {
        /// How many there ever were on this host.
        package var total: Int
        /// When it was last.
        package var lastAt: UTCTime?
        /// Those that the last run repaired: `go1.21.13`.
        package var lastRun: [String]

        /// Repairs from what is known about them.
        package init(total: Int, lastAt: UTCTime? = nil, lastRun: [String] = []) {
            self.total = total
            self.lastAt = lastAt
            self.lastRun = lastRun
        }
    }
}
