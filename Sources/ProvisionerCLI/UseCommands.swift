internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Which installed Go a command is about.
struct SelectionOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "An installed version, or its prefix; the manifest's default if left out.",
            valueName: "spec"
        )
    )
    var spec: String?

    func entry(in context: Context) throws(Failure) -> SDKStore.Entry {
        let provisioner = try context.provisioner(try context.settings())
        return try provisioner.installed(
            try spec.map { text throws(Failure) in
                try context.wish(text)
            }
        )
    }
}

/// Prints where a Go is.
struct Which: HostCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the path of an installed Go's `go`."
    )

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let entry = try selection.entry(in: context)
        switch common.format {
        case .text: context.output.write("\(entry.goRoot)/bin/go\n")
        case .json:
            let document: JSONValue = [
                "schemaVersion": 1, "version": .string(entry.version.description),
                "goroot": .string(entry.goRoot), "go": .string("\(entry.goRoot)/bin/go"),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}

/// Prints what a shell needs to use a Go.
struct Env: HostCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print shell lines that make an installed Go the one in use.",
        discussion: "Use it as: eval \"$(gotoolprov env go1.21.13)\""
    )

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let entry = try selection.entry(in: context)
        let bin = "\(entry.goRoot)/bin"
        switch common.format {
        case .text:
            context.output.write(
                """
                export GOROOT=\(ShellQuoting.quoted(entry.goRoot))
                export PATH=\(ShellQuoting.quoted(bin))"${PATH:+:$PATH}"

                """
            )
        case .json:
            let document: JSONValue = [
                "schemaVersion": 1, "version": .string(entry.version.description),
                "variables": ["GOROOT": .string(entry.goRoot)],
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
        abstract: "Run a program with an installed Go first on PATH.",
        discussion: "For instance: gotoolprov exec go1.21.13 -- go build ./...",
        aliases: []
    )

    @OptionGroup var selection: SelectionOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program and its arguments, after `--`.", valueName: "command")
    )
    var command: [String] = []

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        guard let name = command.first else {
            throw Failure(
                .usage,
                "there is no command to run",
                hint: "for instance `gotoolprov exec go1.21.13 -- go version`"
            )
        }
        let entry = try selection.entry(in: context)
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
        )
        throw Failure(
            .unavailable,
            "cannot run `\(name)`",
            facts: [.init("program", path), .init("because", error.errno)]
        )
    }
}
