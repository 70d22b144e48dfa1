internal import ToolchainCore

extension BinaryReport {
    /// A path mapping for a debugger, for sources that are not at the recorded path.
    package struct Substitution: Hashable, Sendable {
        /// The path of the sources in the editor.
        package let from: String
        /// The path that the program records.
        package let to: String
    }

    /// Which Delve is compatible with the Go that built the program.
    package enum CompatibleDelve: Hashable, Sendable {
        case version(String)
        /// No known version is compatible.
        case none(because: String)
        /// It is unknown whether a version is compatible.
        case unknown(because: String? = nil)
    }

    /// Describes how Delve handles the program.
    ///
    /// - Parameters:
    ///   - delve: The Delve that is compatible with it.
    ///   - isExecutable: Whether the file can be executed.
    /// - Returns: One or two sentences.
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
        case (.wrongArchitecture, _): return behaviorOnOtherHost
        case (.notGo, _): return "Delve debugs only Go programs."
        case (.unknown, _): return "Cannot determine whether Delve can debug it."
        }
    }

    private var shownPath: String { ShellQuoting.word(path) }

    private var behaviorOnOtherHost: String {
        guard isForLinux else {
            return "Delve cannot debug it here: it is for another operating system."
        }
        return elf.architecture == .i386 && hostArchitecture == .amd64
            ? "Delve for amd64 starts it, crashes it and hangs."
            : "Delve cannot start it here: exec format error."
    }

    /// Returns the path mappings that a debugger requires to find the sources.
    ///
    /// - Parameter realDirectory: Resolves the symbolic links of a directory's path; returns nil if the
    ///   directory does not exist on this host. Sources reached through a link require a mapping too.
    /// - Returns: The mappings for `substitutePath` in launch.json, of which the first match is used; none if
    ///   the sources are at the recorded path.
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
        // A mapping may be for a file. Delve treats `./main.go` as `main.go`.
        let files = bareSources.map { Substitution(from: "\(workspace)/\($0)", to: $0) }
        return files + dependencyMappings
            + (trimmedModule.map { [Substitution(from: workspace, to: $0)] } ?? [])
    }

    private static let workspace = "${workspaceFolder}"

    /// The directory of the module, relative to the working directory of the compiler; empty if both are the
    /// same.
    ///
    /// `-gcflags=-trimpath=$PWD`, Bazel and Buck record relative paths. Nil if paths begin with the module's
    /// name, as with `go build -trimpath`.
    private var buildDirectory: String? {
        guard let directory = sourceDirectory, !directory.hasPrefix("/") else { return nil }
        let package = buildInfo?.packagePath
        let isBuiltFromFiles = package == GoBuildInfo.commandLinePackage
        let source: PackageDirectory
        if let otherSource {
            source = otherSource
        } else if isBuiltFromFiles {
            return nil
        } else {
            source = PackageDirectory(path: directory, ending: buildInfo?.pathBelowModule ?? "")
        }
        let path = Self.withoutDot(source.path)
        let names = (buildInfo?.localModules ?? []) + [package].compactMap { $0 }
        let isNamed = names.contains { name in
            path.isInside(name) || path.hasPrefix("\(name)@")
        }
        guard !isNamed else { return nil }
        // Without a module, assume that the compiler ran in the workspace.
        guard buildInfo?.module != nil || isBuiltFromFiles else { return "" }
        let rooted = "/\(path)"
        let root =
            rooted.hasSuffix(source.ending) ? rooted.dropLast(source.ending.count) : rooted[...]
        return String(root.drop { $0 == "/" })
    }

    /// Returns `sub` for `./sub`, and an empty string for `.`.
    private static func withoutDot(_ path: String) -> String {
        if path == "." { return "" }
        return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    }

    /// The mappings for modules that `-trimpath` records by name and version although their sources are in
    /// the workspace: vendored ones, and those replaced by a directory.
    private var dependencyMappings: [Substitution] {
        guard let info = buildInfo else { return [] }
        let dependencies = info.dependencies.filter {
            !$0.version.isEmpty && $0.version != "(devel)"
        }
        let plain = dependencies.filter { !$0.isReplaced }
        // Modules from the module cache have a checksum.
        let isVendored = plain.isEmpty || plain.contains { !$0.hasSum }
        return dependencies.flatMap { dependency in
            let recorded = "\(dependency.path)@\(dependency.version)"
            var directories: [String] = []
            if let directory = dependency.replacement {
                if directory.hasPrefix("/") { directories.append(directory) }
                // VS Code does not resolve `..`, so a directory outside of the workspace has no mapping.
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

    /// The prefix of the paths of the main module's sources with `-trimpath`; nil if it is unknown, as in
    /// programs built without modules.
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
        // The paths of a module from the module cache include the version.
        return module.sum == nil ? module.path : "\(module.path)@\(module.version)"
    }

    /// The recorded directory of the main module's sources: that of the main package without the part of its
    /// path that is below the module.
    var moduleDirectory: String? {
        guard let directory = sourceDirectory, directory.hasPrefix("/") else { return nil }
        let below = buildInfo?.pathBelowModule ?? ""
        return directory.hasSuffix(below) ? String(directory.dropLast(below.count)) : directory
    }
}

extension GoBuildInfo {
    /// The part of the package's path that is below the module's, such as `/cmd/dlv`; for a test, that of
    /// the tested package.
    var pathBelowModule: String? {
        guard let module = module?.path, let package = testedPackage, package.isInside(module)
        else { return nil }
        return String(decoding: package.utf8.dropFirst(module.utf8.count), as: UTF8.self)
    }
}
