internal import ArgumentParser
internal import FleetReport
internal import Glibc
internal import ToolchainCore
internal import ToolchainHost

/// How a host's report is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case json, text, prometheus, cyclonedx, osquery
}

/// Writes this host's report.
struct Report: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write what this host is and has as one document, for `fleet` and others.",
        discussion: """
            Its identifier is a hash over the machine-id. Installed trees are compared with their \
            receipts only with --quick or --full; else they are as gotoolprov-heal found them last, \
            and what was not looked at is `unverified`. \
            GOTOOLPROV_ENVIRONMENT and GOTOOLPROV_RING say what the host is for.
            """
    )

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "json, text, prometheus (for a textfile collector), cyclonedx or osquery; if not said"
                + " json, or what the ending of --output is for: .prom, .txt.",
            valueName: "format"
        )
    )
    var chosenFormat: ReportFormat?

    @Option(
        help: ArgumentHelp("Write to this file, in one step, with mode 0644.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @Flag(help: "Compare types, modes and sizes of all installed files.")
    var quick = false

    @Flag(help: "Compare the contents of all installed files.")
    var full = false

    @Option(
        help: ArgumentHelp(
            "Tell of the run that `gotoolprov-heal` wrote down here.",
            discussion: "Without this \(ReportGathering.usualRecord), if it is there.",
            valueName: "file"
        ),
        completion: .file()
    )
    var heal: String?

    @Option(
        help: ArgumentHelp("Use this manifest, and no other.", valueName: "file"),
        completion: .file()
    )
    var manifest: String?

    @Option(help: ArgumentHelp("As for other commands.", valueName: "how"))
    var progress: ProgressFormat = .auto

    @Flag(name: .shortAndLong, help: "Say nothing but results and errors.")
    var quiet = false

    /// What ``chosenFormat`` says, or the file's name.
    private var format: ReportFormat {
        if let chosenFormat { return chosenFormat }
        if output?.hasSuffix(".prom") == true { return .prometheus }
        return output?.hasSuffix(".txt") == true ? .text : .json
    }

    /// The options of other commands, as far as they are the same here.
    var common: CommonOptions {
        // Errors and notes are read by a person on a terminal, whatever the report is written as.
        let isForPerson = format == .text || chosenFormat != .json && isatty(STDERR_FILENO) == 1
        return CommonOptions.standing(
            format: isForPerson ? .text : .json,
            quiet: quiet,
            manifest: manifest,
            progress: progress
        )
    }

    func validate() throws {
        if quick, full { throw ValidationError("`--quick` and `--full` exclude each other") }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let (settings, manifestFlaw) = try ReportGathering.settings(on: context.host)
        let report = try ReportGathering(
            on: context.host,
            settings: settings,
            session: try context.session(settings),
            manifestFlaw: manifestFlaw,
            mode: full ? .full : quick ? .quick : .none,
            healRecord: try heal.map { text throws(Failure) in
                guard let path = context.environment.absolutePath(text) else {
                    throw Failure(.configuration, "cannot tell where `\(text)` is")
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
            context.output.write(text)
            return 0
        }
        try AtomicTextFile.write(to: output, in: context.environment) { $0(text) }
        return 0
    }
}
