package import ToolchainCore

/// A report on whether a program can be debugged with Delve (docs/facts/debugging.md#executables).
///
/// `.go.buildinfo` records the requested build settings; the verdict is based on the contents of the file.
package struct BinaryReport: Hashable, Sendable {
    /// How well a program can be debugged.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// There is debug information, and no package of the main module was optimized.
        case full
        /// There is debug information, but variables may be missing.
        case optimized
        /// There is debug information in a separate file, which was found.
        case split
        /// There is no debug information, but Go's line table, from which Delve gets lines and functions.
        case lineOnly = "line-only"
        /// Delve does not find functions, or does not open the file.
        case none
        /// The program is for another architecture or operating system.
        case wrongArchitecture = "wrong-architecture"
        /// The file is an ELF file but not a Go program.
        case notGo = "not-go"
        /// A part of the file that determines the verdict cannot be read.
        case unknown
    }

    /// A summary of the debug information.
    package struct Debugging: Hashable, Sendable {
        /// The path of the separate file; nil if the debug information is in the program.
        package let splitFile: String?
        /// The DWARF version; nil if there are no Go units.
        package let version: Int?
        package let isCompressed: Bool
        /// The number of units in any language.
        package let unitCount: Int
        /// The number of units in languages other than Go.
        package let foreignUnitCount: Int
        /// How package main was compiled; nil if unknown.
        package let main: Optimization?
        /// The number of other packages of the main module.
        package let moduleUnitCount: Int
        /// The number of these packages that are optimized or inlined.
        package let optimizedModuleUnitCount: Int
    }

    /// Yes, no or unknown.
    package enum Truth: String, Hashable, Sendable {
        case yes
        case no
        case unknown
    }

    /// The path of the file, as given.
    package let path: String
    package let verdict: Verdict
    /// The reasons for the verdict as clauses, the most important first.
    package let reasons: [String]
    package let elf: ELFFile
    package let buildInfo: GoBuildInfo?
    /// The debug information that was found and read.
    package let debugging: Debugging?
    /// The separate file for debug information that the program refers to.
    package let splitDebug: SplitDebug?
    /// Whether it has a symbol table, which strip(1) and `-s` remove.
    package let hasSymbolTable: Bool
    /// Whether it has a section with Go's table of lines and functions.
    package let hasLineTable: Bool
    /// Whether it contains or requires C code, which CGO_ENABLED does not determine.
    package let usesCgo: Truth
    /// The evidence for ``usesCgo``, as a clause.
    package let cgoEvidence: String
    /// Whether it was built with the race detector.
    package let isRaceEnabled: Truth
    /// Whether its source paths were rewritten, as by `-trimpath`.
    package let isTrimmed: Truth
    /// The recorded directory of the main package's sources.
    package let sourceDirectory: String?
    /// The files of the main package without a directory, as recorded with `-trimpath` if files were given to
    /// `go build`.
    let bareSources: [String]
    /// The directory of another package of the module, if the first directory is relative.
    let otherSource: PackageDirectory?
    /// Why Delve cannot debug it regardless of its debug information.
    let obstacle: Obstacle?
    /// Whether it was built by `go test`.
    package let isTest: Bool
    /// The GOOS that it is for; nil if unknown.
    package let operatingSystem: String?
    /// The architecture of the host that it was compared with.
    package let hostArchitecture: GoArchitecture?

    /// Whether it is for Linux, which is assumed if its operating system is unknown.
    package let isForLinux: Bool
    /// The Go release that built it.
    package var goVersion: GoVersion? { buildInfo?.goVersion ?? debugging?.main?.goVersion }
}

extension BinaryReport {
    /// Inspects a program.
    ///
    /// - Parameters:
    ///   - file: The program.
    ///   - path: The path for messages.
    ///   - directory: The absolute path of its directory, for finding separate debug information; nil for
    ///     the directory of `path`.
    ///   - host: The architecture of the host; nil to accept any.
    ///   - root: The prefix of /usr/lib/debug, for tests.
    /// - Throws: ``ELFFile/Rejection`` if it is not an ELF file.
    package init(
        _ file: BinaryFile,
        path: String? = nil,
        directory: String? = nil,
        host: GoArchitecture? = nil,
        root: String = ""
    ) throws(ELFFile.Rejection) {
        let elf = try ELFFile(file)
        let path = path ?? file.path
        let parts = path.split(byte: "/", omittingEmpty: false).dropLast()
        let examination = Examination(
            file,
            elf,
            directory: directory ?? (parts.isEmpty ? "." : parts.joined(separator: "/")),
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
        sourceDirectory = examination.units?.sources.directory
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
