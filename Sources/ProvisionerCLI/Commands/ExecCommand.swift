internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Runs a command with a Go version.
struct Exec: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command with an installed Go, or the matching Delve.",
        usage: "gotoolprov exec [<options>] [<spec>] -- <command> ...",
        discussion: """
            Example: gotoolprov exec go1.21.13 -- go build ./...

            With `dlv`, runs the newest installed Delve that is compatible: for `dlv exec`, `attach` \
            and `core`, with the program; for `dlv debug`, `test` and `dap`, with the `go` on PATH. \
            Example: gotoolprov exec dlv -- exec ./app
            """,
        aliases: []
    )

    @Argument(help: SelectedInstallation.help, completion: .installed)
    var spec: String?

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command and its arguments, after `--`.", valueName: "command")
    )
    var command: [String] = []

    @OptionGroup var switching: ToolchainOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        if let spec, ToolRequest.isForTool(spec) {
            return try runTool(spec, in: context)
        }
        guard let name = command.first else {
            throw Failure(
                .usage,
                "no command to run",
                hint: "for example, `gotoolprov exec go1.21.13 -- go version`"
            )
        }
        let entry = try SelectedInstallation(spec: spec).entry(in: context)
        if switching.toolchain == nil { context.noteSwitching(from: entry) }
        let bin = "\(entry.goRoot)/bin"
        let directories = [bin] + context.searchPath
        let path =
            name.contains(byte: "/")
            ? name : directories.map { "\($0)/\(name)" }.first(where: FileSystem.isExecutable)
        guard let path else {
            throw Failure(
                .unavailable,
                "cannot find the command `\(name)`",
                facts: [.init("searched", "\(bin) and PATH")]
            )
        }
        let searchPath = [bin] + (context.environment["PATH"].map { [$0] } ?? [])
        let error = ProcessReplacement.execute(
            path,
            arguments: command,
            variables: ["GOROOT": entry.goRoot, "PATH": searchPath.joined(separator: ":")]
                .merging(switching.variables) { $1 }
        )
        throw Failure(
            .unavailable,
            "cannot run `\(name)`",
            facts: [.init("program", path), .init("because", error.errno)]
        )
    }

    /// Runs the compatible tool.
    ///
    /// If PATH has no `go`, the tool uses the selected one.
    private func runTool(_ spec: String, in context: Context) throws(Failure) -> Int32 {
        let session = try context.session(try context.settings())
        let store = Store(session)
        let finder = Finder(store, Supply(session))
        try store.directories.refuseUnusableRoot()
        let program: String
        if ToolBuild(name: spec) == nil, try context.host.toolRequest(spec).tool == .delve {
            let target = finder.target(ofDelve: command)
            let tool = try finder.installed(
                try context.host.toolRequest(spec),
                for: target?.goVersion ?? store.installations.defaultVersion,
                dwarfVersion: target?.dwarfVersion
            )
            program = tool.program
        } else {
            program = try SelectedInstallation(spec: spec).tool(in: context)?.program ?? spec
        }
        if program.hasPrefix("/") { try store.directories.refuseProgramOfOthers(program) }
        var variables = switching.variables
        // `dlv debug` and gopls run the `go` on PATH.
        if finder.goOnPath == nil, let version = store.installations.defaultVersion {
            let bin = "\(store.installations.goRoot(of: version))/bin"
            let path = [bin] + (context.environment["PATH"].map { [$0] } ?? [])
            variables["PATH"] = path.joined(separator: ":")
        }
        let name = program.split(byte: "/").last ?? program
        let error = ProcessReplacement.execute(
            program,
            arguments: [name] + command,
            variables: variables
        )
        throw Failure(
            .unavailable,
            "cannot run `\(name)`",
            facts: [.init("program", program), .init("because", error.errno)]
        )
    }
}
