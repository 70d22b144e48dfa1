internal import ArgumentParser
internal import BinaryInspection
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Inspects whether programs can be debugged.
struct Inspect: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Check whether Delve can debug a program.",
        discussion: """
            Prints a verdict, the reason for it, and the command that builds a debuggable program. The \
            verdict is full, optimized, split, line-only, none, wrong-architecture, not-go or unknown; \
            see docs/reference/inspect.md. Programs are not run.

            The exit status is 0 if every file could be read, whatever the verdict.
            """
    )

    @Argument(
        help: ArgumentHelp("The programs to inspect.", valueName: "file"),
        completion: .file()
    )
    var listed: [String] = []

    /// All programs, including those that the parser did not see.
    private var files: [String] { LongArguments.unfolded(listed) }

    @Option(
        help: ArgumentHelp(
            "Also inspect the executable of this process; repeatable.",
            valueName: "pid"
        )
    )
    var pid: [Int32] = []

    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        guard !files.isEmpty || !pid.isEmpty else {
            throw ValidationError("name a file or a process (--pid)")
        }
        guard pid.allSatisfy({ $0 > 0 }) else {
            throw ValidationError("`--pid` must be greater than 0")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        // A host without a GOARCH can inspect programs too, without comparing the architecture.
        let host = try? context.host.platform().platform.architecture
        let programs =
            files.map { ProgramFile($0) } + pid.map { ProgramFile(ofProcess: $0) }
        let results = programs.map { program in
            (name: program.name, report: Self.result(of: program, host, in: context))
        }
        // Read once, and only if there is a Go program.
        let isOfGo = results.contains { (try? $0.report.get())?.report.buildInfo != nil }
        let tools = isOfGo ? try? CatalogLibrary.load(adding: []).tools : nil
        switch common.format {
        case .text:
            for (index, result) in results.compactMap({ try? $0.report.get() }).enumerated() {
                if index > 0 { context.output.write("\n") }
                write(result, tools, to: context.output)
            }
            for case .failure(let failure) in results.map(\.report) {
                context.output.report(failure, format: .text)
            }
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.inspect.schema), "host": JSONValue(host?.rawValue),
                "files": .array(
                    results.map { result in
                        switch result.report {
                        case .success(let result):
                            result.report.document(
                                delve: result.report.compatibleDelve(in: tools),
                                substitutions: result.report.substitutions(
                                    realDirectory: FileSystem.realDirectory
                                ),
                                launch: result.launch,
                                notes: result.notes
                            )
                        case .failure(let failure):
                            BinaryReport.document(ofUnreadable: result.name, failure)
                        }
                    }
                ),
            ]
            context.output.write(document.rendered)
        }
        // The worst status of all programs. 69 for a missing file is worse than 65.
        return results.map { result in
            if case .failure(let failure) = result.report { failure.kind.exitStatus } else { 0 }
        }.max() ?? 0
    }

    private static func result(
        of program: ProgramFile,
        _ host: GoArchitecture?,
        in context: Context
    ) -> Result<ProgramFile.Inspection, Failure> {
        do throws(Failure) {
            return .success(try program.inspected(on: host, context.environment))
        } catch {
            return .failure(error)
        }
    }

    private func write(
        _ result: ProgramFile.Inspection,
        _ tools: ToolCatalog?,
        to output: Output
    ) {
        let report = result.report
        var rows = report.reasons.enumerated().map { [$0 == 0 ? "  reason" : "", $1] }
        let delve = report.compatibleDelve(in: tools)
        rows.append([
            "  delve",
            report.behavior(of: delve, isExecutable: result.launch?.isExecutable ?? true),
        ])
        for note in result.notes { rows.append(["  note", note]) }
        switch delve {
        case .version(let version): rows.append(["  compatible", "dlv \(version)"])
        case .none(let because): rows.append(["  compatible", "none: \(because)"])
        case .unknown(let because):
            if let because { rows.append(["  compatible", "unknown: \(because)"]) }
        }
        var copied: Set<Int> = []
        if let command = report.buildCommand {
            copied.insert(rows.count)
            rows.append(["  build", command])
        }
        for rule in report.substitutions(realDirectory: FileSystem.realDirectory) {
            let pair: JSONValue = ["from": .string(rule.from), "to": .string(rule.to)]
            copied.insert(rows.count)
            rows.append(["  substitutePath", pair.renderedOnOneLine])
        }
        rows.append(["  elf", report.elf.words])
        if let info = report.buildInfo {
            rows.append(["  go", info.words])
            if let revision = info.setting("vcs.revision") {
                let isModified = info.setting("vcs.modified") == "true"
                rows.append(["  commit", isModified ? "\(revision) (modified)" : revision])
            }
        }
        rows.append(["  debug", report.debugging?.words ?? "no debug information"])
        rows.append(
            ["  cgo", report.usesCgo == .unknown ? "unknown" : report.usesCgo.rawValue]
        )
        rows[rows.count - 1][1] += "  (\(report.cgoEvidence))"
        rows.append(["  race", report.isRaceEnabled.rawValue])
        rows.append(["  trimpath", report.isTrimmed.rawValue])
        output.write(
            line: report.path.toned(.strong) + ": "
                + report.verdict.rawValue.toned(report.verdict.tone)
        )
        let cells = rows.enumerated().map { index, row in
            [row[0].toned(.strong), row[1].toned(copied.contains(index) ? .command : .plain)]
        }
        output.write(Table(cells))
    }
}

extension BinaryReport.Verdict {
    fileprivate var tone: Tone {
        switch self {
        case .full, .split: .good
        case .optimized, .lineOnly, .notGo, .unknown: .caution
        case .none, .wrongArchitecture: .bad
        }
    }
}

extension ELFFile {
    /// `amd64, position-independent, static`.
    fileprivate var words: String {
        var words = [
            architecture?.rawValue ?? "unknown machine", identity.is64Bit ? "64-bit" : "32-bit",
        ]
        if isPIE { words.append("position-independent") }
        words.append(
            isStatic ? "static" : interpreter.map { "interpreter \($0)" } ?? "shared library"
        )
        if let glibcFloor { words.append("glibc \(glibcFloor) or later") }
        return words.joined(separator: ", ")
    }
}

extension GoBuildInfo {
    /// `go1.27.3  example.com/app v1.2.3`.
    fileprivate var words: String {
        let package = packagePath.map { "  \($0)" } ?? ""
        let version = module.map { " \($0.version)" } ?? ""
        return versionText + package + version
    }
}

extension BinaryReport.Debugging {
    /// `DWARF 5, compressed, 64 units`.
    fileprivate var words: String {
        var words = [version.map { "DWARF \($0)" } ?? "DWARF without Go"]
        if isCompressed { words.append("compressed") }
        words.append("\(unitCount) units")
        if foreignUnitCount > 0 { words.append("\(foreignUnitCount) of them not Go") }
        return words.joined(separator: ", ")
    }
}
