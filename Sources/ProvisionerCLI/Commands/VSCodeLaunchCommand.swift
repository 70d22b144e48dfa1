internal import ArgumentParser
internal import Editors
internal import Provisioning
internal import ToolchainCore

/// Prints a launch.json for this host.
struct VSCodeLaunch: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract: "Print a launch.json for this host, with what to run for attaching over ssh.",
        discussion: """
            Nothing in it listens on the network: whoever reaches a Delve runs programs as its user, \
            without a password.
            """
    )

    @Option(
        help: ArgumentHelp("The Delve on this host; GOBIN's if left out.", valueName: "file"),
        completion: .file()
    )
    var dlv: String?

    @Option(help: ArgumentHelp("Its version, if its file does not tell.", valueName: "version"))
    var dlvVersion: String?

    @Option(
        help: ArgumentHelp("A program on this host to debug.", valueName: "file"),
        completion: .file()
    )
    var program: String?

    @Option(help: ArgumentHelp("The port on 127.0.0.1, here and there.", valueName: "port"))
    var port: UInt16 = 2345

    @Option(help: ArgumentHelp("How ssh calls this host.", valueName: "name"))
    var host = "HOST"

    @Option(
        help: ArgumentHelp(
            "Where the editor has the sources; ${workspaceFolder} if only --to is given.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var from: String?

    @Option(
        help: ArgumentHelp(
            "Where the program was built, or with --trimpath its module; as it says if left out.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var to: String?

    @Flag(help: "The program was built with -trimpath.")
    var trimpath = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if port == 0 { throw ValidationError("`--port 0` cannot be told to the other side") }
        if from != nil, to == nil { throw ValidationError("`--from` goes with `--to`") }
        if let dlvVersion, ReleaseNumber(dlvVersion) == nil {
            throw ValidationError("`\(dlvVersion)` is no version of Delve, such as 1.26.3")
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
                editorFolder: from,
                buildFolder: to,
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
