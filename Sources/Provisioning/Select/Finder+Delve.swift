internal import BinaryInspection
internal import HostInspection
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Finder {
    /// Determines what Delve would debug with these arguments.
    ///
    /// - Parameter arguments: The arguments of Delve.
    /// - Returns: The program that `exec`, `attach`, `core` or `trace` names; for `debug`, `test`,
    ///   `trace` and `dap`, which build one, the Go that builds it; `nil` if neither is known.
    package func target(ofDelve arguments: [String]) -> DelveTarget? {
        let subcommands = ["attach", "core", "dap", "debug", "exec", "test", "trace"]
        guard let index = arguments.firstIndex(where: subcommands.contains) else { return nil }
        let operands = Array(arguments[(index + 1)...].prefix { $0 != "--" })
        switch arguments[index] {
        case "exec", "core":
            return operands.lazy.compactMap { target(at: $0) }.first
        case "attach":
            return operands.lazy.compactMap { target(ofProcess: $0) ?? target(at: $0) }.first
        case "trace":
            if let program = Self.value(of: ["--exec", "-e"], in: operands) {
                return target(at: program)
            }
            if let process = Self.value(of: ["--pid", "-p"], in: operands) {
                return target(ofProcess: process)
            }
            return projectGo.map { DelveTarget(builtBy: $0) }
        default: return projectGo.map { DelveTarget(builtBy: $0) }
        }
    }

    /// Returns the value of an option that is given as `--exec=FILE`, `--exec FILE` or `-e FILE`.
    private static func value(of names: [String], in arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated() {
            for name in names {
                if argument.hasPrefix("\(name)=") {
                    return String(argument.dropFirst(name.count + 1))
                }
                if argument.hasSameBytes(as: name) { return arguments.dropFirst(index + 1).first }
            }
        }
        return nil
    }

    private func target(ofProcess text: String) -> DelveTarget? {
        guard let process = Int(text), process > 0 else { return nil }
        let link = "/proc/\(process)/exe"
        return target(of: link, name: FileSystem.linkTarget(of: link))
    }

    private func target(at path: String) -> DelveTarget? {
        session.environment.absolutePath(path).flatMap { target(of: $0, name: $0) }
    }

    /// Reads the program at a path; its debug information may be in a separate file next to `name`.
    private func target(of path: String, name: String?) -> DelveTarget? {
        guard let file = try? BinaryFile.opening(path),
            let report = try? BinaryReport(file, path: name)
        else { return nil }
        return DelveTarget(report)
    }

    // MARK: The Go that Delve runs

    /// The path of the first `go` on PATH, or `nil`.
    package var goOnPath: String? {
        (session.environment["PATH"] ?? "").split(byte: ":").lazy
            .compactMap { session.environment.absolutePath("\($0)/go") }
            .first(where: FileSystem.isExecutable)
    }

    /// Determines the tree and version of a `go` without running it, from its VERSION file or because
    /// it is the default launcher; `nil` for anything else.
    package func goTree(of path: String) -> (root: String, version: GoVersion?)? {
        if let real = FileSystem.withoutLinks(path), real.hasSuffix("/bin/go") {
            let root = String(real.dropLast("/bin/go".count))
            if let bytes = try? FileSystem.contents(of: "\(root)/VERSION", limit: 4096),
                let line = String(decoding: bytes, as: UTF8.self).split(byte: "\n").first
            {
                return (root, GoVersion(reported: line))
            }
        }
        guard path.hasSameBytes(as: "\(store.launchers.path)/go"),
            let version = store.installations.defaultVersion
        else {
            return nil
        }
        return (store.installations.goRoot(of: version), version)
    }

    /// The Go that compiles the module in the working directory: the `go` on PATH, or the one that it
    /// switches to for go.mod or go.work, or `nil` if unknown.
    ///
    /// Without a `go` on PATH, this is the default Go.
    private var projectGo: GoVersion? {
        guard let path = goOnPath else { return store.installations.defaultVersion }
        guard let tree = goTree(of: path), let current = tree.version else { return nil }
        // Older versions do not support GOTOOLCHAIN.
        guard current.line >= .toolchainSwitching else { return current }
        let files = RootedFiles()
        let settings = GoSettings.gathered(
            environment: session.environment,
            goRoot: tree.root,
            in: files
        )
        let required = GoModuleFile.nearest(
            to: session.environment.currentDirectory,
            workspace: settings["GOWORK"]?.value,
            in: files
        )?.version
        let setting = settings["GOTOOLCHAIN"]?.value ?? "auto"
        let named = GoVersion(setting.prefix { $0 != "+" })
        let maySwitch = named == nil ? setting != "local" : setting.contains(byte: "+")
        let base = named ?? current
        guard maySwitch, let required else { return base }
        return max(base, required)
    }
}
