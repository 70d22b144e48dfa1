internal import ToolchainCore

extension BinaryReport {
    /// A rule for a debugger that finds sources elsewhere than the program says.
    package struct Substitution: Hashable, Sendable {
        /// Where the sources are, on the side of the editor.
        package let from: String
        /// Where the program says that they are.
        package let to: String
    }

    /// Which Delve is compatible with the Go that built the program.
    package enum CompatibleDelve: Hashable, Sendable {
        case version(String)
        /// No known version is, and why.
        case none(because: String)
        /// That is unknown, and why.
        case unknown(because: String? = nil)
    }

    /// What Delve does with the program, in a sentence.
    ///
    /// - Parameters:
    ///   - delve: Which Delve is compatible with it.
    ///   - isExecutable: Whether it can be started as it is.
    /// - Returns: The sentence.
    package func behavior(of delve: CompatibleDelve, isExecutable: Bool = true) -> String {
        let sentence = behavior(of: delve)
        let isUsable = [.full, .optimized, .split, .lineOnly].contains(verdict)
        return isUsable && !isExecutable ? sentence + " It must be executable first." : sentence
    }

    private func behavior(of delve: CompatibleDelve) -> String {
        switch (verdict, delve) {
        case (_, _) where obstacle == .core:
            return "Delve opens it with the executable that dumped it: dlv core EXE \(shownPath)"
        case (.full, .none):
            return "It is fully debuggable, but no known Delve is compatible with it."
        case (.optimized, .none), (.split, .none), (.lineOnly, .none):
            return "It is debuggable, but no known Delve is compatible with it."
        case (.full, _): return "Delve debugs it fully."
        case (.optimized, _):
            return
                "Delve debugs it, warns about optimized functions, and may not show their variables."
        case (.split, _):
            return
                "Delve debugs it as long as the debug information file stays where it was found."
        case (.lineOnly, _) where debugging?.main != nil:
            return "Delve sets breakpoints by line and function but shows no variables."
        case (.lineOnly, _):
            return "Delve 1.21.0 and later set breakpoints by line and function but show no"
                + " variables; older versions refuse it."
        case (.none, _):
            return switch obstacle {
            case .library: "Delve cannot start a library; it debugs the program that loads it."
            case .relocatable: "Delve cannot start it: it is not linked."
            case .refused: "Delve refuses to debug it."
            case .core, nil:
                "Delve finds no functions to set breakpoints on; older versions refuse it."
            }
        case (.wrongArchitecture, _): return behaviorElsewhere
        case (.notGo, _): return "Delve debugs only Go programs."
        case (.unknown, _): return "Cannot determine whether Delve can debug it."
        }
    }

    private var shownPath: String { ShellQuoting.word(path) }

    private var behaviorElsewhere: String {
        guard isForLinux else {
            return "Delve cannot debug it here: it is for another operating system."
        }
        return elf.architecture == .i386 && hostArchitecture == .amd64
            ? "Delve for amd64 starts it, crashes it and hangs."
            : "Delve cannot start it here: exec format error."
    }

    /// The rules that a debugger needs to find the sources; none where they are where the program
    /// says.
    ///
    /// - Parameter realDirectory: The path without symbolic links of a directory on this host; nil where there
    ///   is no such directory. An editor that has a directory open by another path needs a rule too.
    /// - Returns: The rules, for `substitutePath` in launch.json; the first that matches counts.
    package func substitutions(realDirectory: (String) -> String?) -> [Substitution] {
        guard verdict != .notGo, obstacle != .core, verdict != .none || debugging?.main != nil
        else {
            return []
        }
        let workspace = Self.workspace
        guard isTrimmed == .yes else {
            guard let directory = moduleDirectory,
                realDirectory(directory)?.hasSameBytes(as: directory) != true
            else { return [] }
            return [Substitution(from: workspace, to: directory)]
        }
        if let root = buildDirectory { return [Substitution(from: workspace, to: root)] }
        // A rule may name a file. To Delve `./main.go` is `main.go`.
        let files = bareSources.map { Substitution(from: "\(workspace)/\($0)", to: $0) }
        return files + dependencyRules
            + (trimmedModule.map { [Substitution(from: workspace, to: $0)] } ?? [])
    }

    private static let workspace = "${workspaceFolder}"

    /// The directory of the module, relative to the one in which the compiler was run; empty if both are
    /// the same.
    ///
    /// `-gcflags=-trimpath=$PWD`, Bazel and Buck record such paths. Nil where paths begin with the
    /// module's name, which is what `go build -trimpath` does.
    private var buildDirectory: String? {
        guard let directory = sourceDirectory, !directory.hasPrefix("/") else { return nil }
        let package = buildInfo?.packagePath
        let isOfFiles = package == GoBuildInfo.commandLinePackage
        let place: PackageDirectory
        if let otherSource {
            place = otherSource
        } else if isOfFiles {
            return nil
        } else {
            place = PackageDirectory(path: directory, ending: buildInfo?.pathBelowModule ?? "")
        }
        let path = Self.withoutDot(place.path)
        let names = (buildInfo?.localModules ?? []) + [package].compactMap { $0 }
        let isNamed = names.contains { name in
            path.isInside(name) || path.hasPrefix("\(name)@")
        }
        guard !isNamed else { return nil }
        // Without a module its directory is not known, but the one that the compiler was run in.
        guard buildInfo?.module != nil || isOfFiles else { return "" }
        let whole = "/\(path)"
        let root = whole.hasSuffix(place.ending) ? whole.dropLast(place.ending.count) : whole[...]
        return String(root.drop { $0 == "/" })
    }

    /// `sub` for `./sub`, and nothing for `.`.
    private static func withoutDot(_ path: String) -> String {
        if path == "." { return "" }
        return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }

    /// The rules for modules whose sources are in the workspace, though `-trimpath` records them by name and
    /// version: those in a directory `vendor`, and those that a directory replaces.
    private var dependencyRules: [Substitution] {
        guard let info = buildInfo else { return [] }
        let dependencies = info.dependencies.filter {
            !$0.version.isEmpty && $0.version != "(devel)"
        }
        let plain = dependencies.filter { !$0.isReplaced }
        // What comes from a module cache has a checksum.
        let isVendored = plain.isEmpty || plain.contains { !$0.hasSum }
        return dependencies.flatMap { dependency in
            let recorded = "\(dependency.path)@\(dependency.version)"
            var directories: [String] = []
            if let directory = dependency.replacement {
                if directory.hasPrefix("/") { directories.append(directory) }
                // VS Code does not resolve `..`, so that a directory outside of the workspace has no rule.
                if directory.hasPrefix("./"), !directory.split(byte: "/").contains("..") {
                    directories.append("\(Self.workspace)/\(directory.dropFirst(2))")
                }
            }
            if isVendored, !dependency.hasSum {
                directories.append("\(Self.workspace)/vendor/\(dependency.path)")
            }
            return directories.map { Substitution(from: $0, to: recorded) }
        }
    }

    /// What the paths of the main module's sources begin with after `-trimpath`; nil for programs
    /// that were built without modules, where it is not known.
    private var trimmedModule: String? {
        guard let info = buildInfo else { return nil }
        guard let module = info.module else {
            return info.dependencies.first { $0.isLocal && !$0.isReplaced }?.path
        }
        if let directory = sourceDirectory, let below = info.pathBelowModule,
            directory.hasSuffix(below)
        {
            return String(directory.dropLast(below.count))
        }
        // What comes from a module cache has its version in the path.
        return module.sum == nil ? module.path : "\(module.path)@\(module.version)"
    }

    /// The directory of the main module's sources, as the program has it: that of the main package
    /// without the part of its path that is below the module.
    var moduleDirectory: String? {
        guard let directory = sourceDirectory, directory.hasPrefix("/") else { return nil }
        let below = buildInfo?.pathBelowModule ?? ""
        return directory.hasSuffix(below) ? String(directory.dropLast(below.count)) : directory
    }
}

extension GoBuildInfo {
    /// The part of the package's path that is below the module's: `/cmd/dlv`; of a test the package
    /// that it tests.
    var pathBelowModule: String? {
        guard let module = module?.path, let package = testedPackage, package.isInside(module)
        else { return nil }
        return String(decoding: package.utf8.dropFirst(module.utf8.count), as: UTF8.self)
    }
}
