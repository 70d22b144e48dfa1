internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Which installed Go a command is about.
struct SelectionOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "An installed version, or its prefix; the manifest's default if left out. For `which` and"
                + " `exec` also a tool.",
            valueName: "spec"
        ),
        completion: .installed
    )
    var spec: String?

    /// The tool that is meant; nil where it is a Go.
    func tool(in context: Context) throws(Failure) -> SDKStore.InstalledTool? {
        guard let spec, ToolRequest.isForTool(spec) else { return nil }
        let provisioner = try context.provisioner(try context.settings())
        if let build = ToolBuild(name: spec) {
            let all = try provisioner.store.usableTools(on: try context.platform().platform)
            if let tool = all.first(where: { $0.build == build }) { return tool }
            throw Failure(.unavailable, "`\(spec)` is not installed")
        }
        let request = try context.toolRequest(spec)
        let target = request.version == nil ? provisioner.store.defaultVersion : nil
        return try provisioner.installed(request, for: target)
    }

    func entry(in context: Context) throws(Failure) -> SDKStore.SDK {
        let settings = try context.settings()
        // Its default is what was meant, and cannot be known.
        if spec == nil, let failure = settings.manifestFailure { throw failure }
        let provisioner = try context.provisioner(settings)
        try provisioner.refuseUnusableRoot()
        let found = try provisioner.installed(
            try spec.map { text throws(Failure) in
                try context.wish(text)
            }
        )
        try provisioner.refuseProgramOfOthers(found.goRoot)
        return found
    }
}

/// Which Go the chosen one may become.
struct ToolchainOptions: ParsableArguments {
    @Option(
        name: .customLong("gotoolchain"),
        help: ArgumentHelp(
            "Set GOTOOLCHAIN to this, for instance local, which keeps the chosen version.",
            discussion: "Otherwise GOTOOLCHAIN of the environment or of `go env -w` counts, and a"
                + " go.mod that asks for a newer Go.",
            valueName: "value"
        )
    )
    var toolchain: String?

    /// What is set in the environment for it.
    var variables: [String: String] { toolchain.map { ["GOTOOLCHAIN": $0] } ?? [:] }
}

extension Context {
    /// Says so where GOTOOLCHAIN makes another version of the chosen one.
    fileprivate func noteSwitching(from entry: SDKStore.SDK) {
        let settings = GoSettings.gathered(
            environment: environment,
            goRoot: entry.goRoot,
            in: files
        )
        guard let other = settings.toolchain(replacing: entry.version),
            let setting = settings["GOTOOLCHAIN"]
        else { return }
        let name = entry.version.toolchainName
        note(
            "`go` of \(name) switches to \(other.toolchainName): GOTOOLCHAIN is \(setting.value)"
                + " (\(setting.source)); GOTOOLCHAIN=local keeps \(name)"
        )
    }
}

/// Prints where a Go is.
struct Which: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "which",
        abstract: "Print the path of an installed Go's `go`, or of an installed tool."
    )

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        if let tool = try selection.tool(in: context) {
            switch common.format {
            case .text: context.output.write("\(tool.program)\n")
            case .json:
                let document: JSONValue = [
                    "schema": .string(DocumentKind.which.schema),
                    "tool": .string(tool.build.tool.name),
                    "version": .string(tool.build.version.description),
                    "builtWith": .string(tool.build.builder.description),
                    "program": .string(tool.program),
                ]
                context.output.write(document.rendered)
            }
            return 0
        }
        let entry = try selection.entry(in: context)
        context.noteSwitching(from: entry)
        switch common.format {
        case .text: context.output.write("\(entry.goRoot)/bin/go\n")
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.which.schema),
                "version": .string(entry.version.description),
                "goroot": .string(entry.goRoot), "go": .string("\(entry.goRoot)/bin/go"),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}

/// How a shell wants its lines.
enum ShellSyntax: String, ExpressibleByArgument, CaseIterable, Sendable {
    case sh, bash, zsh, fish

    /// The lines that set variables and put a directory first on PATH.
    func lines(_ variables: [(key: String, value: String)], bin: String) -> String {
        let start = self == .fish ? "set -gx " : "export "
        let sign = self == .fish ? " " : "="
        let path =
            switch self {
            case .sh, .bash, .zsh: "\(quoted(bin))\"${PATH:+:$PATH}\""
            case .fish: "\(quoted(bin)) $PATH"
            }
        return (variables.map { ($0.key, quoted($0.value)) } + [("PATH", path)])
            .map { "\(start)\($0.0)\(sign)\($0.1)\n" }.joined()
    }

    /// The text as one word of this shell.
    func quoted(_ text: String) -> String {
        guard self == .fish, text.utf8.contains(where: { [0x27, 0x5C].contains($0) }) else {
            return ShellQuoting.quoted(text)
        }
        // Between apostrophes, fish knows a backslash before an apostrophe and before itself.
        let escaped = text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        return "'\(escaped)'"
    }
}

/// Prints what a shell needs to use a Go.
struct Env: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print shell lines that make an installed Go the one in use.",
        discussion: """
            sh, bash, zsh: eval "$(gotoolprov env go1.21.13)"
            fish: gotoolprov env go1.21.13 --shell fish | source
            """
    )

    @OptionGroup var selection: SelectionOptions

    @Option(
        help: ArgumentHelp(
            "The shell that reads the lines: sh, bash, zsh or fish (default: sh).",
            valueName: "shell"
        )
    )
    var shell: ShellSyntax?

    @OptionGroup var switching: ToolchainOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let entry = try selection.entry(in: context)
        if switching.toolchain == nil { context.noteSwitching(from: entry) }
        let bin = "\(entry.goRoot)/bin"
        let variables = ["GOROOT": entry.goRoot].merging(switching.variables) { $1 }
            .sorted { $0.key < $1.key }
        switch common.format {
        case .text:
            let shell = shell ?? .sh
            context.output.write(shell.lines(variables, bin: bin))
            // The shell that was logged into may not be the one that asks, so it does not decide.
            if self.shell == nil, context.environment["SHELL"]?.hasSuffix("/fish") == true {
                context.note("these lines are for sh, bash and zsh; for fish add `--shell fish`")
            }
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.env.schema),
                "version": .string(entry.version.description),
                "variables": .object(variables.map { .init($0.key, .string($0.value)) }),
                "pathPrepend": [.string(bin)],
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}

/// Runs a program with a Go.
struct Exec: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a program with an installed Go first on PATH, or the tool that fits.",
        discussion: """
            For instance: gotoolprov exec go1.21.13 -- go build ./...

            With `dlv`, what follows `--` are its arguments. The newest installed Delve is run that \
            debugs the program which `exec`, `attach` or `core` names, or that `debug`, `test` or `dap` \
            will have built by the `go` on PATH: gotoolprov exec dlv -- exec ./app
            """,
        aliases: []
    )

    @OptionGroup var selection: SelectionOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program and its arguments, after `--`.", valueName: "command")
    )
    var command: [String] = []

    @OptionGroup var switching: ToolchainOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        if let spec = selection.spec, ToolRequest.isForTool(spec) {
            return try runTool(spec, in: context)
        }
        guard let name = command.first else {
            throw Failure(
                .usage,
                "there is no command to run",
                hint: "for instance `gotoolprov exec go1.21.13 -- go version`"
            )
        }
        let entry = try selection.entry(in: context)
        if switching.toolchain == nil { context.noteSwitching(from: entry) }
        let bin = "\(entry.goRoot)/bin"
        let folders = [bin] + context.searchPath
        let path =
            name.contains(byte: "/")
            ? name : folders.map { "\($0)/\(name)" }.first(where: FileSystem.isExecutable)
        guard let path else {
            throw Failure(
                .unavailable,
                "there is no program `\(name)`",
                facts: [.init("looked in", "\(bin) and PATH")]
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

    /// Runs the tool that fits; where PATH has no `go`, with the one that `use` chose.
    private func runTool(_ spec: String, in context: Context) throws(Failure) -> Int32 {
        let provisioner = try context.provisioner(try context.settings())
        try provisioner.refuseUnusableRoot()
        let program: String
        if ToolBuild(name: spec) == nil, try context.toolRequest(spec).tool == .delve {
            let target = provisioner.target(ofDelve: command)
            let tool = try provisioner.installed(
                try context.toolRequest(spec),
                for: target?.goVersion ?? provisioner.store.defaultVersion,
                dwarfVersion: target?.dwarfVersion
            )
            program = tool.program
        } else {
            program = try selection.tool(in: context)?.program ?? spec
        }
        if program.hasPrefix("/") { try provisioner.refuseProgramOfOthers(program) }
        var variables = switching.variables
        // `dlv debug` and gopls run `go`: the one on PATH, as everything else does.
        if provisioner.goOnPath == nil, let version = provisioner.store.defaultVersion {
            let bin = "\(provisioner.store.goRoot(of: version))/bin"
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
