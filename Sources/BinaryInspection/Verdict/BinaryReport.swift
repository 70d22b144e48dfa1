package import ToolchainCore

/// Whether a program can be debugged with Delve, what that rests on, and how to build it so that it
/// can: docs/facts/debugging.md#executables.
///
/// What `.go.buildinfo` says is what was asked for; the verdict is what the file holds.
package struct BinaryReport: Hashable, Sendable {
    /// What a debugger can do with the program.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
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
        /// It is an ELF file but not a Go program.
        case notGo = "not-go"
        /// Something that the verdict would rest on cannot be read.
        case unknown
    }

    /// Where the debug information is.
    package struct Debugging: Hashable, Sendable {
        /// The file of its own, or nil where it is in the program.
        package let splitFile: String?
        /// DWARF's version, as far as there are units of Go.
        package let version: Int?
        /// Whether it is compressed.
        package let isCompressed: Bool
        /// How many units there are, of any language.
        package let unitCount: Int
        /// How many are not of Go.
        package let foreignUnitCount: Int
        /// What the compiler did with the package `main`.
        package let main: Optimization?
        /// How many other packages of the main module there are.
        package let moduleUnitCount: Int
        /// How many of those are optimized or inlined.
        package let optimizedModuleUnitCount: Int
    }

    /// Yes, no or unknown.
    package enum Truth: String, Hashable, Sendable {
        case yes
        case no
        case unknown
    }

    /// The file's path as it was given.
    package let path: String
    /// Whether a debugger can use it.
    package let verdict: Verdict
    /// Why, as clauses, most important first.
    package let reasons: [String]
    /// The headers.
    package let elf: ELFFile
    /// What it says about its build.
    package let buildInfo: GoBuildInfo?
    /// The debug information that was found and read.
    package let debugging: Debugging?
    /// The file that its debug information was moved to, where it points to one.
    package let splitDebug: SplitDebug?
    /// Whether it has a symbol table (strip(1) and `-s` remove it).
    package let hasSymbolTable: Bool
    /// Whether it has Go's table of lines and functions in a section of its own.
    package let hasLineTable: Bool
    /// Whether C code is in it or asked for: CGO_ENABLED does not say that.
    package let usesCgo: Truth
    /// From what that was concluded.
    package let cgoEvidence: String
    /// Whether it was built with the race detector.
    package let isRaceEnabled: Truth
    /// Whether the paths of its sources are not those of the machine that built it (`-trimpath`).
    package let isTrimmed: Truth
    /// The directory of the main package's sources, as the program has it.
    package let sourceDirectory: String?
    /// The files of the main package that have no directory: with `-trimpath` those that were named to
    /// `go build`.
    let bareSources: [String]
    /// The directory of another package of the module, where the first is relative.
    let otherSource: PackageDirectory?
    /// What keeps Delve from it whatever its debug information says.
    let obstacle: Obstacle?
    /// Whether `go test` made it.
    package let isTest: Bool
    /// GOOS that it is for; nil where nothing tells.
    package let operatingSystem: String?
    /// The host's architecture that it was compared with.
    package let hostArchitecture: GoArchitecture?

    /// Whether nothing indicates another operating system.
    package let isForLinux: Bool
    /// The Go release that built it.
    package var goVersion: GoVersion? { buildInfo?.goVersion ?? debugging?.main?.goVersion }
}

extension BinaryReport {
    /// Inspects a program.
    ///
    /// - Parameters:
    ///   - file: The program.
    ///   - path: What to call it.
    ///   - directory: The absolute path of its directory, from which a split debug file is looked for; or
    ///     nil for that of `path`.
    ///   - host: The architecture to compare with, or nil to compare with none.
    ///   - root: What stands for `/` when /usr/lib/debug is looked into.
    /// - Throws: ``ELFFile/Rejection`` where it is not an ELF file.
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
