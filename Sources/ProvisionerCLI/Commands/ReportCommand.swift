internal import ArgumentParser
internal import FleetReport
internal import Glibc
internal import ToolchainCore
internal import ToolchainHost

/// The output format of a host's report.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case json, text, prometheus, cyclonedx, osquery
}

/// Writes this host's report.
struct Report: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report about this host, as input for `fleet`.",
        discussion: """
            The host is identified by a hash of its machine-id. With --quick or --full, installed \
            toolchains and tools are verified. Otherwise, the report contains the latest results of \
            gotoolprov-heal, and lists everything else as `unverified`. Set GOTOOLPROV_ENVIRONMENT and \
            GOTOOLPROV_RING to group hosts.
            """
    )

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "Output format: json, text, prometheus (for the textfile collector), cyclonedx or osquery."
                + " By default, it depends on the extension of the --output file: .prom, .txt, or json"
                + " for any other.",
            valueName: "format"
        )
    )
    var chosenFormat: ReportFormat?

    @Option(
        help: ArgumentHelp("Write to this file atomically, with mode 0644.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @Flag(help: "Verify the types, modes and sizes of all installed files.")
    var quick = false

    @Flag(help: "Verify the contents of all installed files.")
    var full = false

    @Flag(help: PublishedFlag.help)
    var published = false

    @Option(
        help: ArgumentHelp(
            "Include the run that `gotoolprov-heal` recorded in this file (default:"
                + " \(ReportGathering.defaultRecordPath), if it exists).",
            valueName: "file"
        ),
        completion: .file()
    )
    var heal: String?

    @Option(
        help: ArgumentHelp("Use only this manifest.", valueName: "file"),
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

    /// The format in ``chosenFormat``, or the one that the file name implies.
    private var format: ReportFormat {
        if let chosenFormat { return chosenFormat }
        if output?.hasSuffix(".prom") == true { return .prometheus }
        return output?.hasSuffix(".txt") == true ? .text : .json
    }

    /// The options that this command shares with others.
    var common: CommonOptions {
        // Errors and notes are text for the user, whatever the format of the report.
        let isForPerson = format == .text || chosenFormat != .json && isatty(STDERR_FILENO) == 1
        return CommonOptions.shared(
            format: isForPerson ? .text : .json,
            quiet: quiet,
            manifest: manifest,
            progress: progress,
            color: color
        )
    }

    func validate() throws {
        if quick, full { throw ValidationError("`--quick` and `--full` cannot be combined") }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let (settings, manifestProblem) = try ReportGathering.settings(on: context.host)
        let report = try ReportGathering(
            on: context.host,
            settings: settings,
            session: try context.session(settings),
            manifestProblem: manifestProblem,
            mode: full ? .full : quick ? .quick : .none,
            readsPublished: published,
            healRecord: try heal.map { text throws(Failure) in
                guard let path = context.environment.absolutePath(text) else {
                    throw Failure(.configuration, "cannot resolve the path `\(text)`")
                }
                return path
            },
            time: .now
        ).report()
        let text =
            switch format {
            case .json: report.document.rendered
            case .text: report.text
            case .prometheus: report.metrics
            case .cyclonedx: report.cycloneDX.rendered
            case .osquery: report.osqueryLines
            }
        guard let output else {
            if format == .text {
                context.output.write(Table(report.textRows))
            } else {
                context.output.write(text)
            }
            return 0
        }
        try AtomicTextFile.write(to: output, in: context.environment) { $0(text) }
        return 0
    }
}
