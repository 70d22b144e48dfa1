internal import ToolchainCore
internal import ToolchainHost

/// The verdict on a program, with its reasons.
struct Judgement {
    let verdict: BinaryReport.Verdict
    let reasons: [String]
    let obstacle: Obstacle?

    init(_ found: Examination, path: String, host: GoArchitecture?) {
        let outcome = Self.judged(found, host: host)
        verdict = outcome.verdict
        obstacle = outcome.obstacle
        let isStripped = verdict == .lineOnly || verdict == .none && outcome.obstacle == nil
        reasons =
            outcome.reasons + (outcome.verdict == .notGo ? [] : found.omissions)
            + (isStripped && found.units == nil && BinaryFile.isBuiltByGoRun(path)
                ? ["`go run` always builds without debug information: use `go build`"] : [])
    }

    private struct Outcome {
        var verdict: BinaryReport.Verdict
        var reasons: [String]
        var obstacle: Obstacle?

        init(
            _ verdict: BinaryReport.Verdict,
            _ reasons: [String],
            _ obstacle: Obstacle? = nil
        ) {
            self.verdict = verdict
            self.reasons = reasons
            self.obstacle = obstacle
        }
    }

    private static func judged(_ found: Examination, host: GoArchitecture?) -> Outcome {
        let elf = found.elf
        if let error = found.file.readError {
            return Outcome(.unknown, ["it cannot be read: \(error.errno)"])
        }
        // A core dump does not contain all of the program, so missing parts mean nothing.
        if elf.kind == .core {
            let verdict = found.evidenceOfGo == nil ? BinaryReport.Verdict.unknown : .none
            return Outcome(
                verdict,
                ["it is a core dump: Delve opens it together with the executable that dumped it"],
                .core
            )
        }
        guard found.evidenceOfGo != nil else {
            if !elf.damage.isEmpty { return Outcome(.unknown, elf.damage) }
            if let problem = found.unitsProblem {
                return Outcome(.unknown, ["its debug information cannot be read: \(problem)"])
            }
            if elf.kind == .relocatable {
                return Outcome(.notGo, ["it is an unlinked object file"])
            }
            guard elf.hasSectionHeaders else {
                return Outcome(
                    .unknown,
                    ["it has no section headers and no trace of Go", whyNoHeaders(found)]
                )
            }
            return Outcome(.notGo, ["it has neither Go's build information nor Go's sections"])
        }
        guard elf.damage.isEmpty else { return Outcome(.unknown, elf.damage) }
        if !found.isForLinux, let system = found.operatingSystem {
            let machine = elf.architecture.map { "/\($0.rawValue)" } ?? ""
            let here = GoPlatform.operatingSystem + (host.map { "/\($0.rawValue)" } ?? "")
            return Outcome(
                .wrongArchitecture,
                ["it is for \(system.withVisibleControls)\(machine), this host is \(here)"]
            )
        }
        if let host, elf.architecture != host {
            let machine = elf.architecture?.rawValue ?? "an architecture that Go does not support"
            return Outcome(
                .wrongArchitecture,
                ["it is for \(machine), this host is \(host.rawValue)"]
            )
        }
        if elf.kind == .relocatable {
            return Outcome(.none, ["it is an unlinked object file"], .relocatable)
        }
        if elf.sections.contains(where: { $0.name == ".text" && !$0.isInFile }) {
            return Outcome(.none, ["it contains only debug information, no program"])
        }
        if let problem = found.unitsProblem {
            return Outcome(.unknown, ["its debug information cannot be read: \(problem)"])
        }
        var outcome =
            if let units = found.units, !units.goUnits.isEmpty {
                judged(units, found)
            } else {
                judgedWithoutUnits(found)
            }
        guard elf.isLibrary, outcome.verdict != .unknown else { return outcome }
        outcome.reasons.insert("it is a library: debug the program that loads it", at: 0)
        return Outcome(.none, outcome.reasons, .library)
    }

    private static func whyNoHeaders(_ found: Examination) -> String {
        found.isPackedByUPX
            ? "UPX packed it: unpack it with upx -d" : "the tool that made it is unknown"
    }

    private static func judged(_ units: DebugInformation, _ found: Examination) -> Outcome {
        let refusals = found.refusals
        guard let main = units.main, let optimization = main.optimization else {
            // The main package of a plugin is named by its path.
            if found.elf.isLibrary { return Outcome(.none, []) }
            guard refusals.isEmpty else { return Outcome(.none, refusals, .refused) }
            return Outcome(
                .unknown,
                [
                    units.main == nil
                        ? "its debug information has no unit for package main"
                        : "an unknown compiler compiled package main"
                ]
            )
        }
        let others = found.moduleUnits
        let optimized = others.count { $0.optimization?.isUnoptimized != true }
        var verdict = BinaryReport.Verdict.full
        var reasons: [String] = []
        switch (optimization.isOptimized, optimization.isInlined) {
        case (false, false):
            reasons.append("package main was compiled with -N -l")
            if optimized > 0 {
                verdict = .optimized
                let whose =
                    found.buildInfo?.module == nil
                    ? "outside of Go's standard library" : "of the module"
                reasons.append(
                    "\(optimized) of \(others.count) other packages \(whose) were not"
                )
            }
        case (true, true):
            verdict = .optimized
            reasons.append("package main was compiled without -N -l")
        case (true, false):
            verdict = .optimized
            reasons.append("package main was compiled with -l but without -N")
        case (false, true):
            verdict = .optimized
            reasons.append("package main was compiled with -N but without -l")
        }
        let withoutVariables = others.count { $0.optimization?.lacksVariables == true }
        if optimization.lacksVariables {
            verdict = .lineOnly
            reasons.insert(
                "package main was compiled with -dwarf=false: it has no variables",
                at: 0
            )
        } else if withoutVariables > 0 {
            verdict = .optimized
            reasons.append(
                "\(withoutVariables) of \(others.count) other packages were compiled with"
                    + " -dwarf=false"
            )
        }
        if let splitFile = found.splitFile {
            if verdict != .lineOnly { verdict = .split }
            reasons.insert("its debug information is in \(splitFile)", at: 0)
        }
        if found.isTrimmed == .yes {
            reasons.append("-trimpath rewrote its source paths")
        }
        if let version = units.version, version >= 5 {
            reasons.append(
                "DWARF \(version): Delve must be built with Go \(ReleaseLine.dwarf5) or later"
            )
        }
        guard refusals.isEmpty else { return Outcome(.none, refusals + reasons, .refused) }
        return Outcome(verdict, reasons)
    }

    private static func judgedWithoutUnits(_ found: Examination) -> Outcome {
        let elf = found.elf
        guard elf.hasSectionHeaders else {
            return Outcome(
                .none,
                ["it has no section headers, which Delve requires"]
                    + (found.isPackedByUPX ? [whyNoHeaders(found)] : [])
            )
        }
        let leftovers = elf.sections.filter {
            ($0.name.hasPrefix(".debug_") || $0.name.hasPrefix(".zdebug_")) && $0.isInFile
                && $0.name != ".debug_gdb_scripts"
        }
        if found.units == nil, let leftover = leftovers.first {
            return Outcome(.unknown, ["it has \(leftover.name) but no .debug_info"])
        }
        var reasons = ["it has no Go debug information"]
        switch found.splitDebug?.finding {
        case .mismatched(let path): reasons.append("\(path) belongs to another build")
        case .missing:
            let name = found.splitDebug?.linkName ?? "a file"
            reasons.append("it refers to \(name), which was not found")
        case .unsearched(let path):
            reasons.append(
                "Delve reads \(path) only if its config.yml has debug-info-directories: "
                    + "[\"/usr/lib/debug\"]"
            )
        case .found(let path): reasons.append("\(path) has none either")
        case nil: break
        }
        if !elf.hasSymbols { reasons.append("it has no symbol table either") }
        switch found.lineTable {
        case .malformed: return Outcome(.unknown, ["its .gopclntab has an invalid header"])
        // Delve assumes that Go's data is at the start of .rodata, but a C linker places other data there
        // (docs/reference/inspect.md).
        case .present where found.isLinkedByC:
            return Outcome(
                .none,
                reasons + ["a C linker linked it, so Delve does not find its functions"]
            )
        case .present: return Outcome(.lineOnly, reasons + ["it has Go's line table"])
        case .absent: return Outcome(.none, reasons + ["it has no .gopclntab either"])
        }
    }
}
