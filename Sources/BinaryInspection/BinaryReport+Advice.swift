internal import ToolchainCore

extension BinaryReport {
    /// A rule for a debugger that finds sources elsewhere than the program says.
    public struct Substitution: Hashable, Sendable {
        /// Where the sources are, on the side of the editor.
        public let from: String
        /// Where the program says that they are.
        public let to: String
    }

    /// Which Delve is for the Go that built the program.
    public enum FittingDelve: Hashable, Sendable {
        case version(String)
        /// No known one, and why.
        case none(because: String)
        /// It cannot be told: the release of Go or the machine is not known.
        case unknown
    }

    /// What Delve does with the program, in a sentence: facts/debugging.md §4.4.
    ///
    /// - Parameter delve: Which Delve there is for it.
    /// - Returns: The sentence.
    public func behaviour(of delve: FittingDelve) -> String {
        switch (verdict, delve) {
        case (.full, .none): "It could be debugged fully, but no known Delve does."
        case (.optimised, .none), (.split, .none), (.lineOnly, .none):
            "No known Delve debugs it, though it could be debugged."
        case (.full, _): "Delve debugs it fully."
        case (.optimised, _):
            "Delve debugs it, warns of optimized functions, and may not show their variables."
        case (.split, _):
            "Delve debugs it as long as the file of debug information stays where it was found."
        case (.lineOnly, _):
            "Delve 1.21.0 and later break by line and function and show no variables; older ones "
                + "refuse it."
        case (.none, _):
            elf.isLibrary
                ? "Delve cannot start a library; it debugs the program that loads it."
                : "Delve finds no function in it to break at; older ones refuse it."
        case (.wrongArchitecture, _): behaviourElsewhere
        case (.notGo, _): "Delve is for Go programs."
        case (.unknown, _): "What Delve does with it cannot be told."
        }
    }

    private var behaviourElsewhere: String {
        guard isForLinux else {
            return "Delve cannot debug it here: it is for another operating system."
        }
        return elf.architecture == .i386 && hostArchitecture == .amd64
            ? "Delve for amd64 starts it, makes it crash and hangs."
            : "Delve cannot start it here: exec format error."
    }

    /// The rules that a debugger needs to find the sources; none where they are where the program
    /// says.
    ///
    /// - Parameter folderExists: Whether there is a folder with this path on the host.
    /// - Returns: The rules, for `substitutePath` in launch.json; the first that matches counts.
    public func substitutions(folderExists: (String) -> Bool) -> [Substitution] {
        guard verdict != .notGo, verdict != .none || debugging?.main != nil else { return [] }
        let workspace = "${workspaceFolder}"
        guard isTrimmed != .yes else {
            // A rule may name a file. To Delve `./main.go` is `main.go`.
            let files = bareSources.map { Substitution(from: "\(workspace)/\($0)", to: $0) }
            return files + (trimmedModule.map { [Substitution(from: workspace, to: $0)] } ?? [])
        }
        guard let folder = moduleFolder, !folderExists(folder) else { return [] }
        return [Substitution(from: workspace, to: folder)]
    }

    /// What the paths of the main module's sources begin with after `-trimpath`; nil for programs
    /// that were built without modules, where it is not known.
    private var trimmedModule: String? {
        guard let info = buildInfo else { return nil }
        guard let module = info.module else {
            return info.dependencies.first { $0.isLocal && !$0.isReplaced }?.path
        }
        if let folder = sourceFolder, let below = info.pathBelowModule, folder.hasSuffix(below) {
            return String(folder.dropLast(below.count))
        }
        // What comes from a module cache has its version in the path.
        return module.sum == nil ? module.path : "\(module.path)@\(module.version)"
    }

    /// The folder of the main module's sources, as the program has it: that of the main package
    /// without the part of its path that is below the module.
    var moduleFolder: String? {
        guard let folder = sourceFolder, folder.hasPrefix("/") else { return nil }
        let below = buildInfo?.pathBelowModule ?? ""
        return folder.hasSuffix(below) ? String(folder.dropLast(below.count)) : folder
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
