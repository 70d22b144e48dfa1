internal import ToolchainCore

extension BinaryReport {
    /// A rule for a debugger that finds sources elsewhere than the program says.
    public struct Substitution: Hashable, Sendable {
        /// Where the sources are, on the side of the editor.
        public let from: String
        /// Where the program says that they are.
        public let to: String
    }

    /// What Delve does with the program, in a sentence: facts/debugging.md §4.4.
    public var delveBehaviour: String {
        switch verdict {
        case .full: "Delve debugs it fully."
        case .optimised:
            "Delve debugs it, warns of optimized functions, and may not show their variables."
        case .split:
            "Delve debugs it as long as the file of debug information stays where it was found."
        case .lineOnly:
            "Delve 1.21.0 and later break by line and function and show no variables; older ones "
                + "refuse it."
        case .none:
            "Delve finds no function in it to break at; older ones refuse it."
        case .wrongArchitecture:
            elf.architecture == .i386 && hostArchitecture == .amd64
                ? "Delve for amd64 starts it, makes it crash and hangs."
                : "Delve cannot start it here: exec format error."
        case .notGo: "Delve is for Go programs."
        case .unknown: "What Delve does with it cannot be told."
        }
    }

    /// The rules that a debugger needs to find the sources; none where they are where the program
    /// says.
    ///
    /// - Parameter folderExists: Whether there is a folder with this path on the host.
    /// - Returns: The rules, for `substitutePath` in launch.json.
    public func substitutions(folderExists: (String) -> Bool) -> [Substitution] {
        guard verdict != .notGo, verdict != .none else { return [] }
        let workspace = "${workspaceFolder}"
        guard isTrimmed != .yes else {
            // Of programs built without modules it is not known what the paths begin with.
            let target = buildInfo?.module?.path
            return target.map { [Substitution(from: workspace, to: $0)] } ?? []
        }
        guard let folder = moduleFolder, !folderExists(folder) else { return [] }
        return [Substitution(from: workspace, to: folder)]
    }

    /// The folder of the main module's sources, as the program has it: that of the main package
    /// without the part of its path that is below the module.
    var moduleFolder: String? {
        guard let folder = sourceFolder, folder.hasPrefix("/") else { return nil }
        let below = buildInfo?.pathBelowModule ?? ""
        return folder.hasSuffix(below) ? String(folder.dropLast(below.count)) : folder
    }

    /// The command that builds the program so that it can be debugged fully; nil where it tells too
    /// little about its build.
    ///
    /// What was recorded and does not hinder is kept: platform, tags, race detector, cgo and the
    /// `-X` of the linker's flags. With `-trimpath` Go does not record the linker's flags at all.
    public var buildCommand: String? {
        guard let info = buildInfo, let package = info.packagePath, verdict != .full,
            verdict != .notGo
        else { return nil }
        var words: [String] = []
        if let system = info.setting("GOOS"), system != GoPlatform.operatingSystem {
            words.append("GOOS=\(system)")
        }
        for name in Self.platformVariables {
            guard let value = info.setting(name), !Self.defaults.contains("\(name)=\(value)") else {
                continue
            }
            words.append("\(name)=\(Self.quoted(value))")
        }
        let isTest = package.hasSuffix(".test")
        // From a module cache there is no folder to build in.
        let version = info.module.flatMap { $0.sum == nil || isTest ? nil : $0.version }
        words += ["go", isTest ? "test" : version == nil ? "build" : "install"]
        if isTest { words.append("-c") }
        words.append("-gcflags='all=-N -l'")
        for setting in info.settings where Self.keptFlags.contains(setting.key) {
            guard "\(setting.key)=\(setting.value)" != "-buildmode=exe" else { continue }
            let isSwitch = setting.value == "true"
            words.append(
                isSwitch ? setting.key : "\(setting.key)=\(Self.quoted(setting.value))"
            )
        }
        if let flags = info.setting("-ldflags").map(Self.withoutStripping), !flags.isEmpty {
            words.append("-ldflags=\(Self.quoted(flags))")
        }
        let target = isTest ? String(package.dropLast(5)) : package
        if target != "command-line-arguments" {
            words.append(Self.quoted(version.map { "\(target)@\($0)" } ?? target))
        }
        return words.joined(separator: " ")
    }

    private static let platformVariables = [
        "GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64",
        "GORISCV64", "GOEXPERIMENT", "CGO_ENABLED",
    ]
    private static let defaults = [
        "GO386=sse2", "GOAMD64=v1", "GOARM64=v8.0", "GOMIPS=hardfloat", "GOMIPS64=hardfloat",
        "GOPPC64=power8", "GORISCV64=rva20u64",
    ]
    private static let keptFlags: Set = [
        "-asan", "-buildmode", "-cover", "-msan", "-race", "-tags",
    ]

    /// The linker's flags without `-s` and `-w`.
    static func withoutStripping(_ flags: String) -> String {
        var kept: [Substring] = []
        for word in flags.split(separator: " ") {
            let name = word.drop { $0 == "-" }
            let isFlag = word.hasPrefix("-")
            guard !isFlag || !["s", "w"].contains(name.prefix { $0 != "=" }) else { continue }
            kept.append(word)
        }
        return kept.joined(separator: " ")
    }

    /// The text as one word of a shell.
    static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./,:@+=".utf8.contains(byte)
            }
        }
        guard !isPlain || text.isEmpty else { return text }
        return "'" + text.split(byte: "'", omittingEmpty: false).joined(separator: "'\\''") + "'"
    }
}

extension GoBuildInfo {
    /// The part of the package's path that is below the module's: `/cmd/dlv`; of a test the package
    /// that it tests.
    var pathBelowModule: String? {
        guard let module = module?.path, let path = packagePath else { return nil }
        let package = path.hasSuffix(".test") ? String(path.dropLast(".test".count)) : path
        guard package.isInside(module) else { return nil }
        return String(decoding: package.utf8.dropFirst(module.utf8.count), as: UTF8.self)
    }
}
