internal import ToolchainCore

/// The parts of a program that a verdict is based on.
struct Examination {
    /// Whether a program has a table.
    enum Presence: Hashable {
        case present
        case absent
        /// The section exists but does not start with the expected header.
        case malformed
    }

    let file: BinaryFile
    let elf: ELFFile
    let buildInfo: GoBuildInfo?
    /// The debug information in the program or in a separate file.
    let units: DebugInformation?
    /// Why the debug information cannot be read.
    let unitsProblem: String?
    let splitDebug: SplitDebug?
    /// The separate file that contains the debug information, if any.
    let splitFile: String?
    /// The headers of the file that contains the debug information.
    let unitsHolder: ELFFile
    /// Go's table of lines and functions.
    let lineTable: Presence

    init(_ file: BinaryFile, _ elf: ELFFile, directory: String, root: String) {
        self.file = file
        self.elf = elf
        let buildInfo = GoBuildInfo(in: file, elf)
        self.buildInfo = buildInfo
        lineTable = Self.lineTable(in: file, elf)
        var problem: String?
        func units(_ file: BinaryFile, _ elf: ELFFile) -> DebugInformation? {
            do throws(DebugInformation.Rejection) {
                return try DebugInformation(in: file, elf, buildInfo)
            } catch {
                switch error {
                case .malformed(let reason): problem = reason
                }
                return nil
            }
        }
        var found = units(file, elf)
        var split: SplitDebug?
        var splitFile: String?
        var holder = elf
        if found == nil, problem == nil {
            split = SplitDebug.find(for: file, elf, directory: directory, root: root)
            if case .found(let path) = split?.finding {
                if let other = try? BinaryFile.opening(path), let otherELF = try? ELFFile(other),
                    otherELF.identity == elf.identity
                {
                    found = units(other, otherELF)
                    splitFile = found == nil ? nil : path
                    if found != nil { holder = otherELF }
                } else {
                    problem = "\(path) is for another architecture or is not an ELF file"
                }
            }
        }
        self.units = found
        self.splitFile = splitFile
        unitsHolder = holder
        unitsProblem = problem
        splitDebug = split
    }

    /// Checks the first bytes of the table: a magic number that depends on Go's version, in the program's
    /// byte order, followed by two zeros (`debug/gosym`).
    private static func lineTable(in file: BinaryFile, _ elf: ELFFile) -> Presence {
        guard let section = lineTableSection(of: elf), section.size > 0 else { return .absent }
        guard let bytes = file.bytes(at: section.offset, count: min(8, section.size)) else {
            return .malformed
        }
        let fields = ByteFields(bytes: bytes, isLittleEndian: elf.identity.isLittleEndian)
        let known: [UInt64] = [0xFFFF_FFFB, 0xFFFF_FFFA, 0xFFFF_FFF0, 0xFFFF_FFF1]
        guard let magic = fields.unsigned(at: 0, byteCount: 4), known.contains(magic),
            fields.unsigned(at: 4, byteCount: 2) == 0
        else { return .malformed }
        return .present
    }

    private static func lineTableSection(of elf: ELFFile) -> ELFFile.Section? {
        elf.section(".gopclntab") ?? elf.section(".data.rel.ro.gopclntab")
    }

    /// Whether it was built by `go test`.
    ///
    /// Up to Go 1.21, the tests of a package main have the same build information as the program. The file
    /// that `go test` generates is named in the debug information or else in Go's line table.
    var isTest: Bool {
        if buildInfo?.packagePath?.hasSuffix(GoBuildInfo.testSuffix) == true { return true }
        if let units, !units.goUnits.isEmpty { return units.sources.isTest }
        guard lineTable == .present, let section = Self.lineTableSection(of: elf) else {
            return false
        }
        return file.contains(
            Array("\(LineTable.testMain)\0".utf8),
            at: section.offset,
            count: section.size
        )
    }

    /// The parts that were not read because they are too large, as clauses.
    var omissions: [String] {
        var omissions: [String] = []
        if let buildInfo, buildInfo.dependencyCount > buildInfo.dependencies.count {
            omissions.append(
                "it names \(buildInfo.dependencyCount) other modules, of which the first"
                    + " \(buildInfo.dependencies.count) were read"
            )
        }
        if units?.sources.isIncomplete == true {
            omissions.append("its source file tables are too large to read")
        }
        return omissions
    }

    /// The evidence that this is a Go program, as a clause; nil if there is none.
    var evidenceOfGo: String? {
        if buildInfo != nil { return "it has Go's build information" }
        let marks = [
            ".gopclntab", ".data.rel.ro.gopclntab", ".note.go.buildid", ".go.buildinfo",
        ]
        if let mark = marks.first(where: { name in elf.sections.contains { $0.name == name } }) {
            return "it has the section \(mark)"
        }
        return units?.goUnits.isEmpty == false ? "it has Go debug information" : nil
    }

    /// The GOOS that Go recorded, or else that of the headers; nil if unknown.
    var operatingSystem: String? { buildInfo?.setting("GOOS") ?? elf.operatingSystem }

    /// Whether it is for Linux, which is assumed if its operating system is unknown.
    var isForLinux: Bool {
        operatingSystem ?? GoPlatform.operatingSystem == GoPlatform.operatingSystem
    }

    /// The units of the user's own packages other than main: those of the main module, and of modules that
    /// are directories instead of versions.
    ///
    /// If no main module is recorded, because files were given to `go build` or because of GOPATH, these are
    /// the units that belong neither to the standard library nor to a module version.
    var moduleUnits: [DebugUnit] {
        let module = buildInfo?.module?.path
        var modules = buildInfo?.dependencies ?? []
        if let module, !module.isEmpty {
            modules.append(.init(path: module, version: "", hasSum: false, isLocal: true))
        }
        // In GOPATH, the first component of an import path need not contain a dot.
        let top = buildInfo?.packagePath?.split(byte: "/").first
        let index = ModuleIndex(modules.map(\.path))
        return units?.goUnits.filter { unit in
            guard let name = unit.name, name != "main" else { return false }
            // The path of a module may be inside that of another.
            let tested = name.hasSuffix("_test") ? String(name.dropLast("_test".count)) : nil
            let owners: [Int?] = [
                index.modules(around: name).last, tested.flatMap { index.module(at: $0) },
            ]
            let owner = owners.compactMap { $0 }.map { modules[$0] }
                .max { $0.path.utf8.count < $1.path.utf8.count }
            if let owner { return owner.isLocal }
            let parts = name.split(byte: "/")
            guard module == nil, let first = parts.first, !parts.contains("vendor") else {
                return false
            }
            return first.contains(byte: ".") || first == top
        } ?? []
    }

    /// The debug information for the report.
    var debugging: BinaryReport.Debugging? {
        units.map { units in
            BinaryReport.Debugging(
                splitFile: splitFile,
                version: units.version,
                isCompressed: units.isCompressed,
                unitCount: units.unitCount,
                foreignUnitCount: units.foreignUnitCount,
                main: units.main?.optimization,
                moduleUnitCount: moduleUnits.count,
                optimizedModuleUnitCount: moduleUnits.count {
                    $0.optimization?.isUnoptimized != true
                }
            )
        }
    }

    /// Whether an external C linker linked it, as with cgo outside of the standard library, `-race` and
    /// `-linkmode=external`.
    ///
    /// Go's own linker does not create sections for C initialization and unwinding.
    var isLinkedByC: Bool {
        let marks = [".init", ".init_array", ".eh_frame", ".fini_array"]
        return elf.sections.contains { marks.contains($0.name) }
    }

    /// Whether it contains or requires C code, and the evidence for that as a clause.
    var cgoUse: (BinaryReport.Truth, String) {
        let isLibc: (String) -> Bool = {
            $0.hasPrefix("libc.so") || $0.hasPrefix("libc.musl-") || $0.hasPrefix("ld-musl-")
        }
        // On other operating systems, Go itself calls libc.
        if isForLinux, let library = elf.neededLibraries.first(where: isLibc) {
            return (.yes, "it requires \(library)")
        }
        if let count = units?.foreignUnitCount, count > 0 {
            return (.yes, "\(count) units of its debug information are not Go")
        }
        if buildInfo?.setting("CGO_ENABLED") == "0" {
            return (.no, "it was built with CGO_ENABLED=0")
        }
        guard elf.damage.isEmpty, unitsProblem == nil else { return (.unknown, "it is damaged") }
        guard isForLinux else { return (.unknown, "it is for another operating system") }
        if units?.goUnits.isEmpty == false {
            return (.no, "all units of its debug information are Go, and it does not require libc")
        }
        guard elf.hasSectionHeaders else {
            return (.unknown, "it has no section headers and does not require libc")
        }
        if isLinkedByC {
            return (.unknown, "a C linker linked it, and it has no debug information")
        }
        if let library = elf.neededLibraries.first {
            return (.unknown, "it requires \(library.withVisibleControls) but not libc")
        }
        return (.no, "no C linker linked it, and it does not require libc")
    }

    /// Whether it was built with the race detector.
    var isRaceEnabled: BinaryReport.Truth {
        let main = units?.main?.optimization
        if buildInfo?.setting("-race") == "true" || main?.isRaceEnabled == true { return .yes }
        if main != nil || buildInfo?.settings.isEmpty == false { return .no }
        return .unknown
    }

    /// Whether source paths were rewritten.
    var isTrimmed: BinaryReport.Truth {
        if let directory = units?.sources.directory { return directory.hasPrefix("/") ? .no : .yes }
        if buildInfo?.setting("-trimpath") == "true" { return .yes }
        return buildInfo?.settings.isEmpty == false ? .no : .unknown
    }
}
