internal import ToolchainCore

extension BinaryReport {
    /// The command that rebuilds the program for full debugging.
    ///
    /// It is nil if the program is already fully debuggable, and if it does not record enough of its build.
    /// Recorded settings are kept: the platform, tags, the race detector, cgo and its flags, and the flags of
    /// the compiler and the linker other than `-N`, `-l`, `-dwarf`, `-s` and `-w`. With `-trimpath`, Go
    /// does not record linker flags.
    ///
    /// The program may be hostile, and users copy the command to a shell. Every recorded value is therefore
    /// a single quoted word, and there is no command for a package that `go` would parse as a flag.
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
        // A module from the module cache has no directory to build in.
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

    /// Whether neither the main package nor another package of the module was optimized.
    ///
    /// The main package of a plugin is named by its path and is one of the others.
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
    /// The compiler flags that affect debugging.
    private static let debuggingFlags: Set = ["N", "l", "dwarf", "dwarflocationlists"]
    /// Returns the values of `-gcflags` that disable optimization and keep the other recorded flags.
    ///
    /// Go uses the last value whose pattern matches a package.
    private static func compilerFlags(_ recorded: String?) -> [String] {
        let everything = "all=-N -l"
        let flags = FlagWords(recorded ?? "")
        let rest = flags.without(debuggingFlags)
        guard !rest.isEmpty else { return [everything] }
        if flags.pattern == "all" { return ["\(everything) \(rest)"] }
        let pattern = flags.pattern.map { "\($0)=" } ?? ""
        return [everything, "\(pattern)-N -l \(rest)"]
    }

    /// Returns the linker flags without `-s` and `-w`.
    static func withoutStripping(_ recorded: String) -> String {
        let flags = FlagWords(recorded)
        let rest = flags.without(["s", "w"], valuesFollow: FlagWords.linkerValues)
        guard let pattern = flags.pattern, !rest.isEmpty else { return rest }
        return "\(pattern)=\(rest)"
    }
}
