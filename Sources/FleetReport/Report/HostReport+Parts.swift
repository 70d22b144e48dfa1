extension HostReport {
    /// The folder that SDKs are kept in.
    public struct Store: Hashable, Sendable {
        /// The folder.
        public var root: String
        /// The file system's name.
        public var fileSystem: String?
        /// Free for this user.
        public var freeBytes: Int?
        /// Taken by what gotoolprov installed.
        public var usedBytes: Int?
        /// Free inodes.
        public var freeInodes: Int?

        /// A store from what is known about it.
        public init(
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
    public struct Toolchain: Hashable, Sendable {
        /// Whose it is.
        public enum Origin: String, ReportWord, CaseIterable {
            /// gotoolprov installed it, or took it over.
            case mirror
            /// Somebody else's.
            case foreign
            case unknown
            static var unheardOf: Origin { .unknown }
        }

        /// `go`, `dlv`, `gopls`.
        public var tool: String
        /// The version, without `go` or `v` before it; of a Go that has none, what its VERSION file
        /// says, or `unknown`.
        public var version: String
        /// Whether it is what `PATH`, or `use`, gives.
        public var isActive: Bool
        /// Whose it is.
        public var origin: Origin
        /// Who brought it, where it is foreign: `apt`, `snap`.
        public var manager: String?
        /// The command that removes it; nil where nothing tells who installed it.
        public var removal: String?
        /// Whether the manifest asks for it; nil without a manifest.
        public var isWanted: Bool?
        /// Whose home it is in, if that is not the user of the report: the manifest says nothing of it.
        public var user: String?
        /// Where it is.
        public var path: String
        /// GOARCH.
        public var architecture: String?
        /// When it was installed.
        public var installedAt: UTCTime?
        /// The digest of the archive that it came in.
        public var archiveSHA256: String?
        /// How many files it has.
        public var fileCount: Int?
        /// How many bytes it takes.
        public var byteCount: Int?
        /// Whether it is still as it was installed.
        public var integrity: Integrity
        /// Whether its Go line is supported.
        public var support: Support
        /// What is known to be wrong with it; nil where nothing is known either way.
        public var vulnerabilities: Vulnerabilities?
        /// Whether it fits the Go that it is for.
        public var compatibility: Compatibility?

        /// A Go or a tool from what is known about it.
        public init(
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
    public struct Integrity: Hashable, Sendable {
        /// What was found.
        public enum State: String, ReportWord, CaseIterable {
            case ok, modified, incomplete, unverified
            static var unheardOf: State { .unverified }
        }

        /// How closely it was looked.
        public enum Mode: String, ReportWord, CaseIterable {
            /// Every byte.
            case full
            /// Names, sizes and modes.
            case quick
            case none
            static var unheardOf: Mode { .none }
        }

        /// What was found.
        public var state: State
        /// How closely it was looked.
        public var mode: Mode
        /// When.
        public var checkedAt: UTCTime?
        /// How many files are not as they were.
        public var badFiles: Int?
        /// How many are missing.
        public var missingFiles: Int?
        /// How many are there that should not be.
        public var extraFiles: Int?
        /// Why it is so, where that is known without comparing files.
        public var reason: String?

        /// What is known about a tree's integrity; nothing, if nothing is said.
        public init(
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
    public struct Vulnerabilities: Hashable, Sendable {
        /// The day of the data: without it a count says nothing.
        public var snapshot: CalendarDay
        /// The identifiers in the standard library.
        public var stdlib: [String]
        /// The identifiers in the go command and its programs.
        public var toolchain: [String]

        /// The identifiers as of a day.
        public init(snapshot: CalendarDay, stdlib: [String], toolchain: [String]) {
            self.snapshot = snapshot
            self.stdlib = stdlib
            self.toolchain = toolchain
        }

        /// How many different ones there are.
        public var count: Int { Set(stdlib).union(toolchain).count }
    }

    /// Whether a tool is for the Go in use.
    public struct Compatibility: Hashable, Sendable {
        /// Whether it is; nil where that is not known.
        public var fits: Bool?
        /// Why not, or why that is not known.
        public var reason: String?

        /// Whether a tool fits, and why not.
        public init(fits: Bool? = nil, reason: String? = nil) {
            self.fits = fits
            self.reason = reason
        }
    }

    /// What PATH leads to.
    public struct Effective: Hashable, Sendable {
        /// A program that PATH leads to.
        public struct Program: Hashable, Sendable {
            /// Where it is, links followed.
            public var path: String
            /// Its version.
            public var version: String?

            /// A program that PATH leads to.
            public init(path: String, version: String? = nil) {
                self.path = path
                self.version = version
            }
        }

        /// `go`.
        public var go: Program?
        /// `dlv`.
        public var dlv: Program?
        /// The GOTOOLCHAIN that applies.
        public var gotoolchain: String?
        /// Programs that hide those of gotoolprov.
        public var shadowedBy: [String]

        /// What PATH leads to.
        public init(
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
    public struct LastRun: Hashable, Sendable {
        /// How it ended.
        public enum Result: String, ReportWord, CaseIterable {
            case ok, changed, failed, partial, unknown
            static var unheardOf: Result { .unknown }
        }

        /// The command: `ensure`, `verify`.
        public var operation: String
        /// How it ended.
        public var result: Result
        /// When it started; nil where nothing says it.
        public var startedAt: UTCTime?
        /// How long it took, in milliseconds.
        public var milliseconds: Int?
        /// What it said, or why the result is unknown.
        public var error: String?

        /// A run from what is known about it.
        public init(
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
        public var hasFailed: Bool { result == .failed || result == .partial }
    }

    /// Trees that `gotoolprov-heal` found damaged and put right.
    public struct Repairs: Hashable, Sendable {
        /// How many there ever were on this host.
        public var total: Int
        /// When it was last.
        public var lastAt: UTCTime?
        /// Which ones the last run put right: `go1.21.13`.
        public var lastRun: [String]

        /// Repairs from what is known about them.
        public init(total: Int, lastAt: UTCTime? = nil, lastRun: [String] = []) {
            self.total = total
            self.lastAt = lastAt
            self.lastRun = lastRun
        }
    }
}
