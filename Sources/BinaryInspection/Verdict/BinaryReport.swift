public import ToolchainCore

/// Whether a program can be debugged with Delve, what that rests on, and how to build it so that it
/// can: docs/facts/debugging.md#executables.
///
/// What `.go.buildinfo` says is what was asked for; the verdict is what the file holds.
public struct BinaryReport: Hashable, Sendable {
    /// What a debugger can do with the program.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// Debug information, and the compiler has optimized neither the main package nor another of
        /// its module.
        case full
        /// Debug information, but variables may be missing.
        case optimized
        /// Debug information in a file of its own, which was found.
        case split
        /// No debug information, but the table from which Delve knows lines and functions.
        case lineOnly = "line-only"
        /// Nothing that Delve can use: it finds no function by name or line, or does not open the file.
        case none
        /// It is for another machine or another operating system.
        case wrongArchitecture = "wrong-architecture"
        /// It is an ELF file but no Go program.
        case notGo = "not-go"
        /// Something that the verdict would rest on cannot be read.
        case unknown
    }

    /// Where the debug information is.
    public struct Debugging: Hashable, Sendable {
        /// The file of its own, or nil where it is in the program.
        public let splitFile: String?
        /// DWARF's version, as far as there are units of Go.
        public let version: Int?
        /// Whether it is compressed.
        public let isCompressed: Bool
        /// How many units there are, of any language.
        public let unitCount: Int
        /// How many are not of Go.
        public let foreignUnitCount: Int
        /// What the compiler did with the package `main`.
        public let main: Optimization?
        /// How many other packages of the main module there are.
        public let moduleUnitCount: Int
        /// How many of those are optimized or inlined.
        public let optimizedModuleUnitCount: Int
    }

    /// Something that is so, is not so, or cannot be told.
    public enum Truth: String, Hashable, Sendable {
        case yes
        case no
        case unknown
    }

    /// The file's path as it was given.
    public let path: String
    /// What it comes to.
    public let verdict: Verdict
    /// Why, as clauses, most telling first.
    public let reasons: [String]
    /// The headers.
    public let elf: ELFFile
    /// What it says about its build.
    public let buildInfo: GoBuildInfo?
    /// The debug information that was found and read.
    public let debugging: Debugging?
    /// The file that its debug information was moved to, where it points to one.
    public let splitDebug: SplitDebug?
    /// Whether it has a symbol table (strip(1) and `-s` remove it).
    public let hasSymbolTable: Bool
    /// Whether it has Go's table of lines and functions in a section of its own.
    public let hasLineTable: Bool
    /// Whether C code is in it or asked for: CGO_ENABLED does not say that.
    public let usesCgo: Truth
    /// From what that was concluded.
    public let cgoEvidence: String
    /// Whether it was built with the race detector.
    public let isRaceEnabled: Truth
    /// Whether the paths of its sources are not those of the machine that built it (`-trimpath`).
    public let isTrimmed: Truth
    /// The folder of the main package's sources, as the program has it.
    public let sourceFolder: String?
    /// The files of the main package that have no folder: with `-trimpath` those that were named to
    /// `go build`.
    let bareSources: [String]
    /// The folder of another package of the module, where the first is relative.
    let otherSource: PackageFolder?
    /// What keeps Delve from it whatever its debug information says.
    let obstacle: Obstacle?
    /// Whether `go test` made it.
    public let isTest: Bool
    /// GOOS that it is for; nil where nothing tells.
    public let operatingSystem: String?
    /// The host's architecture that it was compared with.
    public let hostArchitecture: GoArchitecture?

    /// Whether nothing tells of another operating system.
    public let isForLinux: Bool
    /// The Go release that built it.
    public var goVersion: GoVersion? { buildInfo?.goVersion ?? debugging?.main?.goVersion }
}

extension BinaryReport {
    /// Looks into a program.
    ///
    /// - Parameters:
    ///   - file: The program.
    ///   - path: What to call it.
    ///   - folder: The absolute path of its folder, from which a split debug file is looked for; or
    ///     nil for that of `path`.
    ///   - host: The architecture to compare with, or nil to compare with none.
    ///   - root: What stands for `/` when /usr/lib/debug is looked into.
    /// - Throws: ``ELFFile/Rejection`` where it is no ELF file.
    public init(
        _ file: BinaryFile,
        path: String? = nil,
        folder: String? = nil,
        host: GoArchitecture? = nil,
        root: String = ""
    ) throws(ELFFile.Rejection) {
        let elf = try ELFFile(file)
        let path = path ?? file.path
        let parts = path.split(byte: "/", omittingEmpty: false).dropLast()
        let examination = Examination(
            file,
            elf,
            folder: folder ?? (parts.isEmpty ? "." : parts.joined(separator: "/")),
            root: root == "/" ? "" : root
        )
        let outcome = Judgement(examination, path: path, host: host)
        self.path = path
        self.elf = elf
        verdict = outcome.verdict
        reasons = outcome.reasons
        buildInfo = examination.buildInfo
        debugging = examination.debugging
        splitDebug = examination.splitDebug
        hasSymbolTable = elf.hasSymbols
        hasLineTable = examination.lineTable == .present
        (usesCgo, cgoEvidence) = examination.cgoUse
        isRaceEnabled = examination.isRaceEnabled
        sourceFolder = examination.units?.sources.folder
        bareSources = examination.units?.sources.bareFiles ?? []
        otherSource = examination.units?.sources.other
        obstacle = outcome.obstacle
        isTest = examination.isTest
        isTrimmed = examination.isTrimmed
        operatingSystem = examination.operatingSystem
        isForLinux = examination.isForLinux
        hostArchitecture = host
    }
}
