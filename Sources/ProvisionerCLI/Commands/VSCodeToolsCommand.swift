internal import ArgumentParser
internal import EditorSettings
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Says which tools the Go extension finds.
struct VSCodeTools: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools",
        abstract: "Say where VS Code looks for go, dlv and gopls, what it finds or would install.",
        discussion: """
            As seen with this shell's environment; an editor server has that of a login shell. Each \
            editor server's machine settings count, those of a workspace are not known here.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The Go to judge by; that of the `go` that is found if left out.",
            valueName: "version"
        )
    )
    var goVersion: String?

    @OptionGroup var servers: EditorServerOptions
    @OptionGroup var common: CommonOptions

    private struct Finding {
        let tool: EditorToolSearch.Tool
        let candidates: [EditorToolSearch.Candidate]
        let result: EditorToolSearch.Result
        /// What it would install; nil for `go`, and where Go's version is not known.
        let forecast: EditorToolForecast?
        /// What is there; nil for `go`, and where nothing is found.
        let found: EditorToolFound?
    }

    private struct Report {
        let server: EditorServer?
        let version: GoVersion?
        let findings: [Finding]
        /// What in the settings works against the `go` that is found.
        let remarks: [String]
    }

    func validate() throws {
        if let goVersion, GoVersion(goVersion) == nil {
            throw ValidationError("`\(goVersion)` is no version of Go, such as 1.24.11")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let found = try servers.found(in: context)
        let settings = try context.settings()
        let table = try CatalogueLibrary.load(adding: settings.catalogues).tools
        if settings.isGoBinFromEnvironment, let source = settings.goBinSource {
            context.note(
                "\(settings.goBin) is \(source) of this call; a server that was started without it"
                    + " looks elsewhere, unless `go env -w` has it"
            )
        }
        let reports =
            found.isEmpty
            ? [try report(nil, table, context)]
            : try found.map { server throws(Failure) in try report(server, table, context) }
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
        _ table: ToolCatalogue,
        _ context: Context
    ) throws(Failure) -> Report {
        let settings =
            try server.map { server throws(Failure) in
                try EditorMachineSettings(of: server, home: context.home()).searchSettings()
            } ?? .init()
        let go = try EditorFoundGo(settings, in: context)
        let search = context.editorToolSearch(settings) { go.variable($0) }
        let version = goVersion.flatMap { GoVersion($0) } ?? go.version
        let architecture = try context.host.platform().platform.architecture
        let findings = EditorToolSearch.Tool.allCases.map { tool in
            let result = search.result(for: tool)
            var found: EditorToolFound?
            if case .found(let candidate) = result {
                found = EditorToolFound(
                    tool,
                    at: candidate.path,
                    for: version,
                    table,
                    on: architecture
                )
            }
            let forecast = version.flatMap {
                EditorToolForecast(
                    tool: tool,
                    version: $0,
                    knowledge: .of(tool, in: table, on: architecture)
                )
            }
            return Finding(
                tool: tool,
                candidates: search.candidates(for: tool),
                result: result,
                forecast: forecast,
                found: found
            )
        }
        return Report(
            server: server,
            version: version,
            findings: findings,
            remarks: go.remarks
        )
    }

    // MARK: Rendering

    private func show(_ report: Report, in context: Context) {
        let server = report.server
        context.output.write(
            "\(server.map { "\($0.kind.rawValue) (\($0.folder))" } ?? "no editor server")"
                .withVisibleControls + "\n"
        )
        var rows: [[String]] = []
        for finding in report.findings {
            rows.append(["  \(finding.tool.rawValue)", finding.result.words])
            if let found = finding.found {
                rows.append(["", found.words(for: finding.tool, report.version)])
            }
            // With a file there, nothing is installed.
            if finding.result == .missing, let forecast = finding.forecast {
                rows.append(["", "it would install \(forecast.words(for: report.version))"])
            }
            let taken = finding.candidates.firstIndex { $0 == finding.result.candidate }
            for (index, candidate) in finding.candidates.enumerated() where index != taken {
                // What comes later matters only where it is there: it is what might surprise.
                let isLater = taken.map { index > $0 } ?? false
                if isLater, candidate.isThere == false { continue }
                let state =
                    candidate.isThere.map { $0 ? "there, but later" : "not there" } ?? "unknown"
                rows.append(["", "\(candidate.origin.rawValue): \(candidate.path)  (\(state))"])
            }
        }
        rows += report.remarks.map { ["  note", $0] }
        context.output.write(table(rows))
    }

    private func json(_ report: Report) -> JSONValue {
        [
            "kind": JSONValue(report.server?.kind.rawValue),
            "folder": JSONValue(report.server?.folder),
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
                                    "there": $0.isThere.map { .boolean($0) } ?? .null,
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

extension EditorToolForecast.Knowledge {
    /// What is known of a tool's releases.
    fileprivate static func of(
        _ tool: EditorToolSearch.Tool,
        in table: ToolCatalogue,
        on architecture: GoArchitecture
    ) -> EditorToolForecast.Knowledge {
        @Sendable func number(_ version: ToolVersion?) -> ReleaseNumber? {
            version.flatMap { ReleaseNumber($0.description) }
        }
        let compatibility = Compatibility(table, on: architecture)
        return EditorToolForecast.Knowledge(
            newest: {
                switch tool {
                case .go: nil
                // Of the very newest, it may not be known what it accepts.
                case .delve:
                    number(table.delve.values.filter { $0.accepts != nil }.map(\.version).max())
                case .gopls: number(table.gopls.keys.max())
                }
            },
            newestFitting: { go in
                switch tool {
                case .go: nil
                case .delve:
                    number(compatibility.newestDelve(debugging: go))
                case .gopls: number((try? compatibility.gopls(with: go))?.version)
                }
            },
            fits: { release, go in
                guard let version = ToolVersion(release.description) else { return nil }
                switch tool {
                case .go: return nil
                case .delve:
                    return compatibility.verdict(
                        delve: version,
                        builtBy: nil,
                        debugging: go
                    ).isCompatible
                case .gopls: return compatibility.verdict(gopls: version, with: go).isCompatible
                }
            }
        )
    }
}

extension EditorToolForecast {
    fileprivate func words(for version: GoVersion?) -> String {
        let go = version.map { "Go \($0)" } ?? "this Go"
        let asked = "\(tool.rawValue)@\(requested)" + (release.map { " (\($0))" } ?? "")
        switch verdict {
        case .fits: return "\(asked), which fits \(go)"
        case .wrong(let fitting):
            return "\(asked), which does not fit \(go)"
                + (fitting.map { ": \(tool.rawValue)@v\($0) does" } ?? "")
        case .goTooOld:
            return "nothing: it needs Go \(EditorToolForecast.oldestInstalling.line) for that"
        case .unknown: return "\(asked); whether that fits \(go) is not known"
        }
    }

    fileprivate var json: JSONValue {
        var fitting: ReleaseNumber?
        let name: String
        switch verdict {
        case .fits: name = "fits"
        case .wrong(let release):
            name = "wrong"
            fitting = release
        case .goTooOld: name = "go-too-old"
        case .unknown: name = "unknown"
        }
        return [
            "requested": .string(requested), "release": JSONValue(release),
            "verdict": .string(name), "fitting": JSONValue(fitting),
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
            "unknown: only VS Code can tell what \(candidate.path) is"
                + "  (\(candidate.origin.rawValue))"
        case .missing: "not found"
        }
    }
}
