internal import ArgumentParser
internal import Editors
internal import Provisioning
internal import ToolchainCore

/// Shows which tools the Go extension finds.
struct VSCodeTools: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools",
        abstract: "Show which go, dlv and gopls VS Code finds or would install.",
        discussion: """
            Searches as the Go extension does, but with the environment of this shell, whereas an \
            editor server has that of a login shell. Reads the machine settings of each editor server, \
            but not workspace settings.
            """
    )

    @Option(
        help: ArgumentHelp(
            "Assume this Go version (default: the one that VS Code finds).",
            valueName: "version"
        )
    )
    var goVersion: String?

    @OptionGroup var servers: EditorServerOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if let goVersion, GoVersion(goVersion) == nil {
            throw ValidationError("`\(goVersion)` is not a Go version, such as 1.24.11")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let found = try servers.found(in: context)
        let settings = try context.settings()
        let table = try settings.loadCatalog().tools
        if settings.isGoBinFromEnvironment, let source = settings.goBinSource {
            context.note(
                "\(settings.goBin) comes from \(source); an editor server started without it"
                    + " searches elsewhere, unless `go env -w` sets it"
            )
        }
        let reports =
            found.isEmpty
            ? [try report(nil, table, in: context)]
            : try found.map { server throws(Failure) in try report(server, table, in: context) }
        switch common.format {
        case .text: for report in reports { show(report, in: context) }
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.vscodeTools.schema),
                "servers": .array(reports.map { json($0) }),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }

    private func report(
        _ server: EditorServer?,
        _ table: ToolCatalog,
        in context: Context
    ) throws(Failure) -> EditorToolReport {
        try EditorToolReport(
            for: server,
            go: goVersion.flatMap { GoVersion($0) },
            table,
            on: context.editors
        )
    }

    // MARK: Rendering

    private func show(_ report: EditorToolReport, in context: Context) {
        let server = report.server
        context.output.write(
            "\(server.map { "\($0.kind.rawValue) (\($0.directory))" } ?? "no editor server")"
                .withVisibleControls + "\n"
        )
        var rows: [[String]] = []
        for finding in report.findings {
            rows.append(["  \(finding.tool.rawValue)", finding.result.words])
            if let found = finding.found {
                rows.append(["", found.words(for: finding.tool, report.version)])
            }
            // If the file exists, the extension installs nothing.
            if finding.result == .missing, let forecast = finding.forecast {
                rows.append(["", "would install \(forecast.words(for: report.version))"])
            }
            let taken = finding.candidates.firstIndex { $0 == finding.result.candidate }
            for (index, candidate) in finding.candidates.enumerated() where index != taken {
                // Later candidates are shown only if they exist, because users may expect those.
                let isLater = taken.map { index > $0 } ?? false
                if isLater, candidate.exists == false { continue }
                let state =
                    candidate.exists.map { $0 ? "present, but later in the search" : "missing" }
                    ?? "unknown"
                rows.append(["", "\(candidate.origin.rawValue): \(candidate.path)  (\(state))"])
            }
        }
        rows += report.remarks.map { ["  note", $0] }
        context.output.write(table(rows))
    }

    private func json(_ report: EditorToolReport) -> JSONValue {
        [
            "kind": JSONValue(report.server?.kind.rawValue),
            "directory": JSONValue(report.server?.directory),
            "goVersion": JSONValue(report.version),
            "notes": .array(report.remarks.map { .string($0) }),
            "tools": .array(
                report.findings.map { finding in
                    [
                        "tool": .string(finding.tool.rawValue),
                        "state": .string(finding.result.name),
                        "path": JSONValue(finding.result.candidate?.path),
                        "candidates": .array(
                            finding.candidates.map {
                                [
                                    "path": .string($0.path),
                                    "origin": .string($0.origin.rawValue),
                                    "there": $0.exists.map { .boolean($0) } ?? .null,
                                ]
                            }
                        ),
                        "found": finding.found?.json ?? .null,
                        "install": finding.forecast?.json ?? .null,
                    ]
                }
            ),
        ]
    }
}

extension EditorToolForecast {
    fileprivate func words(for version: GoVersion?) -> String {
        let go = version.map { "Go \($0)" } ?? "this Go"
        let asked = "\(tool.rawValue)@\(requested)" + (release.map { " (\($0))" } ?? "")
        switch verdict {
        case .compatible: return "\(asked), compatible with \(go)"
        case .incompatible(let compatibleVersion):
            return "\(asked), incompatible with \(go)"
                + (compatibleVersion.map { "; \(tool.rawValue)@v\($0) is compatible" } ?? "")
        case .goTooOld:
            return "nothing: the extension installs tools only with Go"
                + " \(EditorToolForecast.oldestInstalling.line) or later"
        case .unknown: return "\(asked); compatibility with \(go) is unknown"
        }
    }

    fileprivate var json: JSONValue {
        var compatibleVersion: ReleaseNumber?
        let name: String
        switch verdict {
        case .compatible: name = "compatible"
        case .incompatible(let release):
            name = "wrong"
            compatibleVersion = release
        case .goTooOld: name = "go-too-old"
        case .unknown: name = "unknown"
        }
        return [
            "requested": .string(requested), "release": JSONValue(release),
            "verdict": .string(name), "compatibleVersion": JSONValue(compatibleVersion),
        ]
    }
}

extension EditorToolSearch.Result {
    fileprivate var candidate: EditorToolSearch.Candidate? {
        switch self {
        case .found(let candidate), .unknown(let candidate): candidate
        case .missing: nil
        }
    }

    fileprivate var name: String {
        switch self {
        case .found: "found"
        case .unknown: "unknown"
        case .missing: "missing"
        }
    }

    fileprivate var words: String {
        switch self {
        case .found(let candidate): "\(candidate.path)  (\(candidate.origin.rawValue))"
        case .unknown(let candidate):
            "unknown: only VS Code can expand \(candidate.path)"
                + "  (\(candidate.origin.rawValue))"
        case .missing: "not found"
        }
    }
}
