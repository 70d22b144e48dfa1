internal import ArgumentParser
internal import Editors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Configures VS Code for the Go versions and tools on this host.
struct VSCode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vscode",
        abstract: "Configure VS Code to use the Go on this host.",
        discussion: "The editor server itself is not changed.",
        subcommands: [VSCodeSettings.self, VSCodeLaunch.self, VSCodeTools.self]
    )
}

/// The editor servers that a command applies to.
struct EditorServerOptions: ParsableArguments {
    @Option(
        name: .customLong("server"),
        help: ArgumentHelp(
            "The directory of an additional editor server; repeatable.",
            discussion:
                "Required if `remote.SSH.serverInstallPath` is set to a path outside the home"
                + " directory.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var servers: [String] = []

    func found(creating: Bool = false, in context: Context) throws(Failure) -> [EditorServer] {
        let directories = try servers.map { text throws(Failure) in
            try context.absolute(text, of: "--server")
        }
        return try EditorServer.found(
            in: context.editors.home(),
            directories: directories,
            creating: creating
        )
    }
}

/// Changes the machine settings of editor servers.
struct VSCodeSettings: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Write the paths of go, dlv and gopls to machine settings.",
        discussion: """
            For each editor server in the home directory (such as ~/.vscode-server), sets \
            go.alternateTools and, in go.toolsEnvVars, GOTOOLCHAIN. With --offline or \
            GOTOOLPROV_OFFLINE=1, also stops the Go extension from installing tools.

            The rest of each file, including comments and formatting, stays exactly as it is. A file \
            that cannot be edited this way is not changed. The original is kept next to each changed \
            file until --remove, which restores the settings that gotoolprov wrote, except those that \
            were changed later.
            """
    )

    @Flag(
        help: "Print what would change, without changing it; exit with status 20 if anything would."
    )
    var check = false

    @Flag(help: "Restore each setting that still has the value gotoolprov wrote.")
    var remove = false

    @Option(
        help: ArgumentHelp("The `go` to use (default: the one in GOBIN).", valueName: "file"),
        completion: .file()
    )
    var go: String?

    @Option(
        help: ArgumentHelp("The Delve to use (default: the one in GOBIN).", valueName: "file"),
        completion: .file()
    )
    var dlv: String?

    @Option(
        help: ArgumentHelp("The gopls to use (default: the one in GOBIN).", valueName: "file"),
        completion: .file()
    )
    var gopls: String?

    @Option(
        help: ArgumentHelp(
            "Also set go.goroot; usually unnecessary, because `go` finds its own GOROOT.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var goroot: String?

    @Option(
        help: ArgumentHelp(
            "The value of GOTOOLCHAIN for the tools: local (never switch), path (switch only to versions"
                + " on PATH) or keep (do not change it).",
            valueName: "policy"
        )
    )
    var gotoolchain: ToolchainPolicy = .local

    @Flag(help: "Configure the Go extension not to install tools or prompt for them.")
    var offline = false

    @Flag(help: "Create the settings file in ~/.vscode-server even if VS Code has never connected.")
    var create = false

    @Flag(help: "Follow symbolic links to settings files outside the home directory.")
    var followLinks = false

    @OptionGroup var servers: EditorServerOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    enum ToolchainPolicy: String, ExpressibleByArgument, CaseIterable {
        case local, path, keep
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let purpose: EditorMachineSettings.Purpose =
            try remove ? .remove : .merge(wanted(in: context))
        let results = try servers.found(creating: create && !remove, in: context).map {
            server throws(Failure) in
            try EditorSettingsChange(
                of: server,
                purpose,
                isCheck: check,
                followsLinks: followLinks,
                on: context.editors
            )
        }
        show(results, in: context)
        let failures = results.compactMap(\.failure)
        if let failure = failures.last {
            if common.format == .text {
                for other in failures.dropLast() { context.output.report(other, format: .text) }
            }
            throw failure
        }
        let isChanged = results.contains { $0.outcome?.action != .unchanged }
        return check && isChanged ? 20 : 0
    }

    private func wanted(in context: Context) throws(Failure) -> GoEditorSettings {
        let settings = try context.settings()
        func path(_ given: String?, _ name: String) throws(Failure) -> String? {
            if let given { return try context.program(given, of: "--\(name)") }
            let usual = "\(settings.goBin)/\(name)"
            return FileSystem.isExecutable(usual) ? usual : nil
        }
        return GoEditorSettings(
            go: try path(go, "go"),
            delve: try path(dlv, "dlv"),
            gopls: try path(gopls, "gopls"),
            toolchainPolicy: gotoolchain == .keep ? nil : gotoolchain.rawValue,
            goRoot: try goroot.map { text throws(Failure) in
                try context.absolute(text, of: "--goroot")
            },
            isOffline: offline || settings.isOffline
        )
    }

    private func words(_ action: EditorMachineSettings.Action) -> String {
        guard check else { return action.rawValue }
        return switch action {
        case .unchanged: "unchanged"
        case .created: "would create"
        case .changed: "would change"
        case .deleted: "would delete"
        }
    }

    private func show(_ results: [EditorSettingsChange], in context: Context) {
        switch common.format {
        case .text:
            if results.isEmpty {
                context.note(
                    "no editor server in the home directory; name one elsewhere with `--server`, or prepare"
                        + " for VS Code's with `--create`"
                )
            }
            context.output.write(
                table(
                    results.map { result in
                        [
                            result.outcome.map { words($0.action) } ?? "refused",
                            result.server.kind.rawValue,
                            result.outcome?.path ?? result.server.settingsPath,
                            result.server.extensionWords,
                        ]
                    }
                )
            )
            for result in results {
                let path = result.outcome?.path ?? result.server.settingsPath
                for remark in result.remarks { context.note("\(path): \(remark)") }
            }
            for outcome in results.compactMap(\.outcome) where remove {
                if !outcome.left.isEmpty {
                    context.note(
                        "not restored, because changed since: \(outcome.left.joined(separator: ", "))"
                    )
                }
                if let path = outcome.backupPath {
                    context.note("the original file is kept at \(path)")
                }
            }
            if check {
                for line in results.compactMap(\.outcome).flatMap({
                    $0.difference.split(byte: "\n")
                }) {
                    let parts = line.split(byte: "\t", omittingEmpty: false)
                    context.output.write(
                        parts.map(\.withVisibleControls).joined(separator: "\t") + "\n"
                    )
                }
            }
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.vscodeSettings.schema),
                "check": .boolean(check),
                "servers": .array(
                    results.map { result in
                        [
                            "kind": .string(result.server.kind.rawValue),
                            "directory": .string(result.server.directory),
                            "file": .string(result.outcome?.path ?? result.server.settingsPath),
                            "action": .string(result.outcome?.action.rawValue ?? "refused"),
                            "reason": JSONValue(result.failure?.message),
                            "difference": .string(result.outcome?.difference ?? ""),
                            "left": .array(
                                result.outcome?.left.map { .string($0) } ?? []
                            ),
                            "backup": JSONValue(result.outcome?.backupPath),
                            "notes": .array(result.remarks.map { .string($0) }),
                            "goExtensions": result.server.goExtensionVersions().map {
                                .array($0.map { .string($0) })
                            } ?? .null,
                        ]
                    }
                ),
            ]
            context.output.write(document.rendered)
        }
    }
}

extension EditorServer {
    /// The installed versions of the Go extension as text.
    fileprivate var extensionWords: String {
        guard let versions = goExtensionVersions() else { return "Go extension unknown" }
        return versions.isEmpty
            ? "no Go extension" : "Go extension " + versions.joined(separator: ", ")
    }
}

extension Context {
    /// The operations for editors on this host.
    var editors: EditorHost {
        EditorHost(host) { settings throws(Failure) in try session(settings) }
    }

    /// Returns a path from the command line as an absolute one.
    func absolute(_ text: String, of option: String) throws(Failure) -> String {
        guard let path = environment.absolutePath(text) else {
            throw Failure(
                .usage,
                "cannot resolve the path of `\(option)`",
                facts: [.init("path", text)]
            )
        }
        return path
    }

    /// Returns the absolute path of a program from the command line.
    func program(_ text: String, of option: String) throws(Failure) -> String {
        let path = try absolute(text, of: option)
        guard FileSystem.isExecutable(path) else {
            throw Failure(
                .unavailable,
                "`\(option)` is not an executable file",
                facts: [.init("path", path)]
            )
        }
        return path
    }
}
