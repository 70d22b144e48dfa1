internal import ArgumentParser

/// How a result is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text
    case json
}

/// How progress is told on stderr.
enum ProgressFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto
    case bar
    case lines
    case json
    case none
}

/// What every command understands.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Print the result as text or json.", valueName: "format"))
    var format: OutputFormat = .text

    @Option(
        help: ArgumentHelp(
            "Use this manifest only.",
            discussion:
                "By default, gotoolprov.json is read from the working directory or a parent, from"
                + " ~/.config/gotoolprov and from /etc/gotoolprov.",
            valueName: "file"
        ),
        completion: .file()
    )
    var manifest: String?

    @Option(
        help: ArgumentHelp(
            "How to report progress on stderr: bar, lines, json or none.",
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
    /// The options of a command whose own formats are others: as far as they are the same.
    static func standing(
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
