internal import ArgumentParser
internal import Editors
internal import Provisioning
internal import ToolchainCore

/// Prints a launch.json for this host.
struct VSCodeLaunch: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract: "Print a launch.json, with the commands to attach over ssh.",
        discussion: """
            The commands make Delve listen only on a Unix socket or on 127.0.0.1, because any process \
            that can connect to Delve can run programs as the user who started Delve, without a password.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The Delve executable on this host (default: the one in GOBIN).",
            valueName: "file"
        ),
        completion: .file()
    )
    var dlv: String?

    @Option(
        help: ArgumentHelp(
            "The version of that Delve, if it cannot be read from the executable.",
            valueName: "version"
        )
    )
    var dlvVersion: String?

    @Option(
        help: ArgumentHelp("The program on this host to debug.", valueName: "file"),
        completion: .file()
    )
    var program: String?

    @Option(help: ArgumentHelp("The port on 127.0.0.1, on both hosts.", valueName: "port"))
    var port: UInt16 = 2345

    @Option(
        help: ArgumentHelp(
            "The name of this host to pass to ssh; HOST is a placeholder.",
            valueName: "name"
        )
    )
    var host = "HOST"

    @Option(
        help: ArgumentHelp(
            "The source directory on the editor's host (default with --to: ${workspaceFolder}).",
            valueName: "directory"
        ),
        completion: .directory
    )
    var from: String?

    @Option(
        help: ArgumentHelp(
            "The directory in which the program was built or, with --trimpath, the module path of the"
                + " program (default: read from the program).",
            valueName: "directory"
        ),
        completion: .directory
    )
    var to: String?

    @Flag(help: "The program was built with -trimpath.")
    var trimpath = false

    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if port == 0 { throw ValidationError("`--port` must not be 0") }
        if from != nil, to == nil { throw ValidationError("`--from` requires `--to`") }
        if let dlvVersion, ReleaseNumber(dlvVersion) == nil {
            throw ValidationError("`\(dlvVersion)` is not a Delve version, such as 1.26.3")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let usual = "\(try context.settings().goBin)/dlv"
        let delvePath =
            try dlv.map { text throws(Failure) in try context.absolute(text, of: "--dlv") } ?? usual
        let program = try program.map { text throws(Failure) in
            try context.absolute(text, of: "--program")
        }
        let file = try context.editors.launchFile(
            LaunchRequest(
                delvePath: delvePath,
                delveVersion: dlvVersion,
                program: program,
                port: port,
                host: host,
                editorDirectory: from,
                buildDirectory: to,
                isTrimmed: trimpath
            )
        )
        switch common.format {
        case .text: context.output.write(file.text)
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.vscodeLaunch.schema),
                "launch": file.json,
                "serverCommand": JSONValue(file.serverCommand),
                "tunnelCommand": .string(file.tunnelCommand),
                "text": .string(file.text),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}
