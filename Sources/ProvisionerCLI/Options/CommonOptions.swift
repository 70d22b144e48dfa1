internal import ArgumentParser

/// The output format of a result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text
    case json
}

/// The format of progress on stderr.
enum ProgressFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto
    case bar
    case lines
    case json
    case none
}

/// The options of all commands.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Print the result in this format.", valueName: "format"))
    var format: OutputFormat = .text

    @Option(
        help: ArgumentHelp(
            "Use only this manifest.",
            discussion:
                "By default, gotoolprov.json is read from the working directory or its nearest parent"
                + " that has one, then from ~/.config/gotoolprov, then from /etc/gotoolprov. Versions"
                + " and tools come from the first manifest found; any other key comes from the first"
                + " manifest that has it. Mirrors and catalogs are combined.",
            valueName: "file"
        ),
        completion: .file()
    )
    var manifest: String?

    @Option(
        help: ArgumentHelp(
            "How to report progress on stderr.",
            valueName: "how"
        )
    )
    var progress: ProgressFormat = .auto

    @Option(help: ColorChoice.help)
    var color: ColorChoice = .auto

    @Flag(name: .shortAndLong, help: "Print only results and errors.")
    var quiet = false
}

extension CommonOptions {
    /// Returns common options for a command that has its own output formats.
    static func shared(
        format: OutputFormat,
        quiet: Bool,
        manifest: String? = nil,
        progress: ProgressFormat = .auto,
        color: ColorChoice = .auto
    ) -> CommonOptions {
        var options = CommonOptions()
        options.format = format
        options.manifest = manifest
        options.progress = progress
        options.color = color
        options.quiet = quiet
        return options
    }
}
