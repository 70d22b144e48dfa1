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
    @Option(help: ArgumentHelp("Write the result as text or as JSON.", valueName: "format"))
    var format: OutputFormat = .text

    @Option(
        help: ArgumentHelp(
            "Use this manifest, and no other.",
            discussion: "Otherwise gotoolprov.json is looked for upward from the working folder,"
                + " then in ~/.config/gotoolprov, then in /etc/gotoolprov.",
            valueName: "file"
        ),
        completion: .file()
    )
    var manifest: String?

    @Option(
        help: ArgumentHelp(
            "Tell of progress on stderr as a bar, a line a phase, or a line of JSON whenever there is news;"
                + " a bar on a terminal, else lines.",
            valueName: "how"
        )
    )
    var progress: ProgressFormat = .auto

    @Flag(name: .shortAndLong, help: "Say nothing but results and errors.")
    var quiet = false
}

extension CommonOptions {
    /// The options of a command whose own formats are others: as far as they are the same.
    static func standing(
        format: OutputFormat,
        quiet: Bool,
        manifest: String? = nil,
        progress: ProgressFormat = .auto
    ) -> CommonOptions {
        var options = CommonOptions()
        options.format = format
        options.manifest = manifest
        options.progress = progress
        options.quiet = quiet
        return options
    }
}
