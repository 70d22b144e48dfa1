internal import ArgumentParser
internal import FleetReport
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Aggregates the reports of many hosts.
struct FleetCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Summarize the reports of many hosts.",
        discussion: """
            INPUTS are reports, directories of reports (*.json, *.jsonl), JSON Lines files (*.jsonl, \
            *.ndjson), `-` for JSON Lines on standard input, or aggregates from earlier runs. If there \
            are several aggregates, they are merged. A single aggregate is used unchanged, except for \
            the values that --expect, --previous, --now, --stale-after, --vulnerabilities and \
            --catalog recompute. In a directory named `hosts`, the file name of a report determines \
            its host name. Invalid reports are listed and skipped.

            A host for which a gate cannot be evaluated fails that gate, unless --allow-unknown is \
            given.

            The exit status is 20 if a gate listed in --fail-on fails.
            """
    )

    @Argument(
        help: ArgumentHelp("Reports, directories of reports, or -.", valueName: "inputs"),
        completion: .file()
    )
    var listed: [String] = []

    /// All inputs, including those that the parser did not see.
    private var inputs: [String] { LongArguments.unfolded(listed) }

    @Option(
        help: ArgumentHelp(
            "Output format: text, html, markdown, csv, json, jsonl or prometheus.",
            valueName: "format"
        )
    )
    var format: FleetFormat?

    @Option(
        help: ArgumentHelp(
            "Write to this file atomically; repeatable.",
            discussion: "Without --format, the file extension selects the format:"
                + " .html, .md, .csv, .json, .jsonl, .prom or .txt.",
            valueName: "file"
        ),
        completion: .file()
    )
    var output: [String] = []

    @Flag(help: "Compare two aggregates, the older one first.")
    var compare = false

    @Option(
        help: ArgumentHelp("Compare the hosts in this ring with all others.", valueName: "ring")
    )
    var canary: String?

    @Option(
        help: ArgumentHelp(
            "Exit with status 20 if any host fails one of these gates (comma-separated): drift, eol,"
                + " vulnerable, blocked, failed, unpublished, unreported, unknown. With --compare,"
                + " exit with status 20 if more hosts fail a gate than before.",
            valueName: "gates"
        ),
        completion: .list(FleetGate.allCases.map(\.rawValue))
    )
    var failOn: GateList = GateList(gates: [])

    @Flag(help: "Let a host pass any gate that cannot be evaluated for it.")
    var allowUnknown = false

    @Option(
        help: ArgumentHelp(
            "A file with the names of all hosts, one per line; those without a report are shown as"
                + " missing and fail the gate `unreported`.",
            valueName: "file"
        ),
        completion: .file()
    )
    var expect: String?

    @Option(
        help: ArgumentHelp(
            "The previous aggregate; its digest is recorded, and missing hosts keep the ring that it"
                + " lists for them.",
            valueName: "file"
        ),
        completion: .file()
    )
    var previous: String?

    @Option(
        help: ArgumentHelp(
            "Treat reports as stale after this long; for example, 90m, 24h or 7d (default: 24h).",
            valueName: "duration"
        )
    )
    var staleAfter: Age?

    @Option(
        help: ArgumentHelp(
            "Evaluate as of this time, such as 2026-11-22T22:00:00Z (default: now).",
            valueName: "time"
        )
    )
    var now: String?

    @Option(help: ArgumentHelp("The title of the page.", valueName: "text"))
    var title = "Go fleet"

    @Option(
        name: .customLong("catalog"),
        help: ArgumentHelp("Also read release dates from this catalog.", valueName: "file"),
        completion: .file()
    )
    var catalogs: [String] = []

    @Option(
        help: ArgumentHelp(
            "Use this list of vulnerabilities instead of the newest known one.",
            valueName: "file"
        ),
        completion: .file()
    )
    var vulnerabilities: String?

    @Option(help: ColorChoice.help)
    var color: ColorChoice = .auto

    @Flag(name: .shortAndLong, help: "Print only results and errors.")
    var quiet = false

    /// The options that this command shares with others.
    var common: CommonOptions {
        let isJSON = format == .json || format == .jsonl
        return CommonOptions.shared(format: isJSON ? .json : .text, quiet: quiet, color: color)
    }

    func validate() throws {
        guard !inputs.isEmpty else {
            throw ValidationError("name reports, directories of reports, or `-`")
        }
        guard !compare || inputs.count == 2 else {
            throw ValidationError("`--compare` requires two inputs: before and after")
        }
        guard !compare || canary == nil else {
            throw ValidationError("`--compare` and `--canary` cannot be combined")
        }
        guard inputs.count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("standard input can be read only once")
        }
        if let now, UTCTime(now) == nil {
            throw ValidationError("`--now` must be a time such as 2026-11-22T22:00:00Z")
        }
        for (index, path) in output.enumerated() {
            if outputFormat(for: path) == nil {
                throw ValidationError("the extension of \(path) selects no format; add `--format`")
            }
            if output[..<index].contains(path) {
                throw ValidationError("`--output` names \(path) twice")
            }
        }
    }

    /// The time in ``now``, or the current time.
    private var time: UTCTime { now.flatMap { UTCTime($0) } ?? .now }

    /// Reads the signed catalogs of sites; if the allowed signers cannot be read, there are none.
    private func readableSites(_ own: HostKnowledge, in context: Context) -> [UsedSite] {
        do throws(Failure) {
            return try own.keptSites { context.note($0) }
        } catch {
            context.note("the catalogs of sites are ignored: \(error.onOneLine)")
            return []
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let time = time
        let own = try HostKnowledge.gathered(from: context.environment)
        for remark in own.remarks { context.note(remark) }
        let sites = readableSites(own, in: context)
        let knowledge = try FleetKnowledge(
            of: try CatalogLibrary.load(adding: own.catalogs + catalogs, sites: sites),
            at: time,
            vulnerabilities: vulnerabilities,
            hostLists: own.vulnerabilityLists,
            sites: sites,
            note: { context.note($0) }
        )
        let progress = context.progressDisplay()
        let documentCount = Guarded(0)
        let gathering = FleetGathering(
            now: time,
            isNowGiven: now != nil,
            staleAfter: staleAfter?.seconds,
            knowledge: knowledge,
            isKnowledgeGiven: now != nil || vulnerabilities != nil || !catalogs.isEmpty,
            expectedNames: try expect.map { path throws(Failure) in
                try FleetGathering.names(in: path)
            },
            previous: try previous.map { path throws(Failure) in
                try FleetGathering.saved(path)
            },
            note: { context.note($0) },
            onDocument: {
                let count = documentCount.withLock { count in
                    count += 1
                    return count
                }
                progress.show(.progress("reports", .reading, done: count, total: 0))
            }
        )
        let inputs = inputs
        if compare {
            let before = try gathering.countingAgesFromNewestReport.fleet(of: [inputs[0]])
            let after = try gathering.fleet(of: [inputs[1]])
            return try finish(
                FleetComparison(before: before, after: after, areSameHosts: true),
                in: context
            )
        }
        let fleet = try gathering.fleet(of: inputs)
        if let canary {
            let parts = try fleet.split(
                byRing: canary,
                previous: gathering.previous?.fleet,
                sha256: FleetGathering.digest
            )
            guard !parts.inside.rows.isEmpty else {
                throw Failure(
                    .unavailable,
                    "no host is in this ring",
                    facts: [.init("ring", canary)]
                )
            }
            return try finish(
                FleetComparison(
                    before: parts.outside,
                    after: parts.inside,
                    areSameHosts: false
                ),
                in: context
            )
        }
        return try finish(fleet, in: context)
    }

    // MARK: Results

    private func outputFormat(for path: String) -> FleetFormat? {
        format ?? FleetFormat(ending: path.split(byte: ".").last ?? "")
    }

    private func finish(
        _ fleet: Fleet,
        in context: Context
    ) throws(Failure) -> Int32 {
        let summary = fleet.summary
        for entry in fleet.invalid.prefix(10) {
            context.note("\(entry.name.withVisibleControls): \(entry.reason.withVisibleControls)")
        }
        if summary.invalidCount > 10 {
            context.note("\(summary.invalidCount - 10) more documents are invalid")
        }
        if output.isEmpty {
            let format = format ?? .text
            if format == .text {
                context.output.write(Table(FleetText().rows(of: fleet)))
            } else {
                try format.output(title: title).write(fleet) { context.output.write($0) }
            }
        }
        for path in output {
            let form = try (outputFormat(for: path) ?? .text).output(title: title)
            try AtomicTextFile.write(to: path, in: context.environment) { sink in
                form.write(fleet, to: sink)
            }
        }
        let failures = summary.failures(of: failOn.gates, allowingUnknown: allowUnknown)
        for failure in failures { context.output.writeMessage("\(failure.description)\n") }
        for gate in failOn.gates where !failures.contains(where: { $0.gate == gate }) {
            noteUnknown(summary.unknownCount(of: gate), gate, in: context)
        }
        return failures.isEmpty ? 0 : Self.gateStatus
    }

    private func finish(
        _ comparison: FleetComparison,
        in context: Context
    ) throws(Failure) -> Int32 {
        func text(_ format: FleetFormat) throws(Failure) -> String {
            switch format {
            case .text: return comparison.text
            case .json: return comparison.document.rendered
            case .markdown: return comparison.markdown
            case .html, .csv, .jsonl, .prometheus:
                throw Failure(
                    .usage,
                    "a comparison can be printed only as text, markdown or json",
                    hint: "use `--format markdown`"
                )
            }
        }
        if output.isEmpty {
            let format = format ?? .text
            if format == .text {
                context.output.write(Table(comparison.rows))
            } else {
                context.output.write(try text(format))
            }
        }
        for path in output {
            let text = try text(outputFormat(for: path) ?? .text)
            try AtomicTextFile.write(to: path, in: context.environment) { $0(text) }
        }
        var failed = comparison.worse.filter(failOn.gates.contains)
        // Without hosts to compare, every gate is unknown.
        if comparison.isEmpty { failed = failOn.gates }
        let reason = comparison.isEmpty ? "no host to compare" : "worse than before"
        for gate in failed {
            context.output.writeMessage("gate `\(gate.rawValue)` failed: \(reason)\n")
        }
        for gate in failOn.gates where !failed.contains(gate) {
            noteUnknown(comparison.unknownCount(of: gate), gate, in: context)
        }
        return failed.isEmpty ? 0 : Self.gateStatus
    }

    /// The note is part of the result, so `--quiet` does not suppress it.
    private func noteUnknown(_ count: Int, _ gate: FleetGate, in context: Context) {
        guard count > 0 else { return }
        let hosts = count == 1 ? "1 host" : "\(count) hosts"
        context.output.writeMessage("gate `\(gate.rawValue)` passed, but is unknown for \(hosts)\n")
    }

    /// The exit status of a failed gate: docs/reference/exit-status.md.
    private static let gateStatus: Int32 = 20
}
