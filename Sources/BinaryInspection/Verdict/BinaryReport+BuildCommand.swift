internal import ToolchainCore

extension BinaryReport {
    /// The command that builds the program so that it can be debugged fully; nil where it can be
    /// already, and where it tells too little about its build.
    ///
    /// What was recorded and does not hinder is kept as it is: platform, tags, race detector, cgo
    /// and its flags, and the compiler's and the linker's flags but for `-N`, `-l`, `-dwarf`, `-s` and `-w`.
    /// With `-trimpath` Go does not record the linker's flags at all.
    ///
    /// The program may be hostile, and the command is there to be copied into a shell: every recorded
    /// value is one quoted word, and a package that `go` would take for a flag gets no command.
    package var buildCommand: String? {
        guard let info = buildInfo, let package = info.packagePath, verdict != .full,
            verdict != .notGo, obstacle != .core, obstacle != .relocatable,
            !(elf.isLibrary && isCompiledForDebugging)
        else { return nil }
        let target = info.testedPackage ?? package
        guard !target.hasPrefix("-") else { return nil }
        var words: [String] = []
        if let system = info.setting("GOOS"), !system.isEmpty,
            system != GoPlatform.operatingSystem
        {
            words.append("GOOS=\(ShellQuoting.word(system))")
        }
        for name in Self.variables {
            guard let value = info.setting(name), !value.isEmpty,
                !Self.defaults.contains("\(name)=\(value)")
            else { continue }
            words.append("\(name)=\(ShellQuoting.word(value))")
        }
        // From a module cache there is no directory to build in.
        let version = info.module.flatMap { $0.sum == nil || isTest ? nil : $0.version }
        words += ["go", isTest ? "test" : version == nil ? "build" : "install"]
        if isTest { words.append("-c") }
        words += Self.compilerFlags(info.setting("-gcflags")).map {
            "-gcflags=\(ShellQuoting.word($0))"
        }
        for setting in info.settings {
            let text = "\(setting.key)=\(setting.value)"
            if Self.keptSwitches.contains(text) {
                words.append(setting.key)
            } else if Self.keptFlags.contains(setting.key), text != "-buildmode=exe" {
                words.append("\(setting.key)=\(ShellQuoting.word(setting.value))")
            }
        }
        if let flags = info.setting("-ldflags").map(Self.withoutStripping), !flags.isEmpty {
            words.append("-ldflags=\(ShellQuoting.word(flags))")
        }
        if target != GoBuildInfo.commandLinePackage {
            words.append(ShellQuoting.word(version.map { "\(target)@\($0)" } ?? target))
        }
        return words.joined(separator: " ")
    }

    /// Whether the compiler optimized neither the main package nor another of the module; that of a
    /// plugin goes by its path and is one of the others.
    private var isCompiledForDebugging: Bool {
        guard let debugging, debugging.optimizedModuleUnitCount == 0 else { return false }
        return debugging.main?.isFullyDebuggable ?? (debugging.moduleUnitCount > 0)
    }

    private static let variables = [
        "GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64",
        "GORISCV64", "GOEXPERIMENT", "CGO_ENABLED", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS",
        "CGO_LDFLAGS",
    ]
    private static let defaults = [
        "GO386=sse2", "GOAMD64=v1", "GOARM64=v8.0", "GOMIPS=hardfloat", "GOMIPS64=hardfloat",
        "GOPPC64=power8", "GORISCV64=rva20u64",
    ]
    private static let keptFlags: Set = ["-asmflags", "-buildmode", "-tags"]
    private static let keptSwitches: Set = [
        "-asan=true", "-cover=true", "-msan=true", "-race=true",
    ]
    /// The compiler's flags that say how much a debugger sees.
    private static let hinderingFlags: Set = ["N", "l", "dwarf", "dwarflocationlists"]
    /// The values of `-gcflags` that turn optimization off and keep what else was asked for.
    ///
    /// The last one whose pattern matches a package counts.
    private static func compilerFlags(_ recorded: String?) -> [String] {
        let everything = "all=-N -l"
        let flags = FlagWords(recorded ?? "")
        let rest = flags.without(hinderingFlags)
        guard !rest.isEmpty else { return [everything] }
        if flags.pattern == "all" { return ["\(everything) \(rest)"] }
        let pattern = flags.pattern.map { "\($0)=" } ?? ""
        return [everything, "\(pattern)-N -l \(rest)"]
    }

    /// The linker's flags without `-s` and `-w`.
    static func withoutStripping(_ recorded: String) -> String {
        let flags = FlagWords(recorded)
        let rest = flags.without(["s", "w"], valuesFollow: FlagWords.linkerValues)
        guard let pattern = flags.pattern, !rest.isEmpty else { return rest }
        return "\(pattern)=\(rest)"
    }
}
