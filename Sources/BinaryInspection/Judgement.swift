internal import ToolchainCore
internal import ToolchainHost

/// The verdict on what was found, with its reasons.
struct Judgement {
    let verdict: BinaryReport.Verdict
    let reasons: [String]

    init(_ found: Examination, host: GoArchitecture?) {
        (verdict, reasons) = Self.judged(found, host: host)
    }

    private typealias Outcome = (BinaryReport.Verdict, [String])

    private static func judged(_ found: Examination, host: GoArchitecture?) -> Outcome {
        let elf = found.elf
        if let error = found.file.readError {
            return (.unknown, ["it cannot be read: \(error.errno)"])
        }
        guard found.evidenceOfGo != nil else {
            if !elf.damage.isEmpty { return (.unknown, elf.damage) }
            if let trouble = found.unitsTrouble {
                return (.unknown, ["its debug information cannot be read: \(trouble)"])
            }
            switch elf.kind {
            case .core: return (.notGo, ["it is a core dump"])
            case .relocatable: return (.notGo, ["it is an object file that is not linked yet"])
            case .executable, .shared, .other:
                guard elf.hasSectionHeaders else {
                    let because =
                        found.isPackedByUPX
                        ? "it seems to be packed by UPX: unpack it with upx -d"
                        : "what made it cannot be told"
                    return (.unknown, ["it has no section headers, and no trace of Go", because])
                }
                return (.notGo, ["it has neither Go's build information nor Go's sections"])
            }
        }
        guard elf.damage.isEmpty else { return (.unknown, elf.damage) }
        if !found.isForLinux, let system = found.operatingSystem {
            let machine = elf.architecture.map { "/\($0.rawValue)" } ?? ""
            let here = GoPlatform.operatingSystem + (host.map { "/\($0.rawValue)" } ?? "")
            return (
                .wrongArchitecture,
                ["it is for \(system.withVisibleControls)\(machine), this host is \(here)"]
            )
        }
        if let host, elf.architecture != host {
            let machine = elf.architecture?.rawValue ?? "a machine that Go has no port for"
            return (.wrongArchitecture, ["it is for \(machine), this host is \(host.rawValue)"])
        }
        if elf.sections.contains(where: { $0.name == ".text" && !$0.isInFile }) {
            return (.none, ["it holds debug information alone, and no program"])
        }
        if let trouble = found.unitsTrouble {
            return (.unknown, ["its debug information cannot be read: \(trouble)"])
        }
        let outcome =
            if let units = found.units, !units.goUnits.isEmpty {
                judged(units, found)
            } else {
                judgedWithoutUnits(found)
            }
        guard elf.isLibrary, outcome.0 != .unknown else { return outcome }
        return (.none, ["it is a library: debug the program that loads it"] + outcome.1)
    }

    private static func judged(_ units: DebugInformation, _ found: Examination) -> Outcome {
        guard let main = units.main else {
            // That of a plugin goes by its path.
            if found.elf.isLibrary { return (.none, []) }
            return (.unknown, ["no unit of its debug information is the package main"])
        }
        guard let optimisation = main.optimisation else {
            return (.unknown, ["the package main was compiled by something unknown"])
        }
        if found.splitFile == nil, DebugInformation.section("line", in: found.elf) == nil {
            return (.unknown, ["its debug information lacks the line table"])
        }
        let others = found.moduleUnits
        let optimised = others.count { $0.optimisation?.isFullyDebuggable != true }
        var verdict = BinaryReport.Verdict.full
        var reasons: [String] = []
        switch (optimisation.isOptimised, optimisation.isInlined) {
        case (false, false):
            reasons.append("the package main was compiled with -N -l")
            if optimised > 0 {
                verdict = .optimised
                let whose =
                    found.buildInfo?.module == nil ? "outside of Go's library" : "of the module"
                reasons.append(
                    "\(optimised) of \(others.count) other packages \(whose) were not"
                )
            }
        case (true, true):
            verdict = .optimised
            reasons.append("the package main was compiled without -N -l")
        case (true, false):
            verdict = .optimised
            reasons.append("the package main was compiled with -l but without -N")
        case (false, true):
            verdict = .optimised
            reasons.append("the package main was compiled with -N but without -l")
        }
        if let splitFile = found.splitFile {
            verdict = .split
            reasons.insert("its debug information is in \(splitFile)", at: 0)
        }
        if found.isTrimmed == .yes {
            reasons.append("the paths of its sources were rewritten by -trimpath")
        }
        if let version = units.version, version >= 5 {
            reasons.append("DWARF \(version): Delve has to be built with Go 1.25 or later")
        }
        return (verdict, reasons)
    }

    private static func judgedWithoutUnits(_ found: Examination) -> Outcome {
        let elf = found.elf
        guard elf.hasSectionHeaders else {
            return (.none, ["it has no section headers, without which Delve finds nothing"])
        }
        let leftovers = elf.sections.filter {
            ($0.name.hasPrefix(".debug_") || $0.name.hasPrefix(".zdebug_")) && $0.isInFile
                && $0.name != ".debug_gdb_scripts"
        }
        if found.units == nil, let leftover = leftovers.first {
            return (.unknown, ["it has \(leftover.name) but no .debug_info"])
        }
        var reasons = ["it has no debug information of Go"]
        switch found.splitDebug?.finding {
        case .mismatched(let path): reasons.append("\(path) is of another build")
        case .missing:
            let name = found.splitDebug?.linkName ?? "a file"
            reasons.append("it points to \(name), which was not found")
        case .unsearched(let path):
            reasons.append(
                "Delve looks into \(path) only if its config.yml has debug-info-directories: "
                    + "[\"/usr/lib/debug\"]"
            )
        case .found(let path): reasons.append("\(path) has none either")
        case nil: break
        }
        if elf.section(".symtab") == nil { reasons.append("its symbol table is gone as well") }
        switch found.lineTable {
        case .malformed: return (.unknown, ["its .gopclntab does not begin as it should"])
        // Delve finds functions through the address of .rodata, where a C linker puts other things
        // first: docs/INSPECT.md.
        case .present where found.isLinkedByC:
            return (
                .none, reasons + ["a C linker made it: Delve does not find its functions then"]
            )
        case .present: return (.lineOnly, reasons + ["Go's line table is there"])
        case .absent: return (.none, reasons + ["it has no .gopclntab either"])
        }
    }
}
