internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore

/// Checks whether Go programs can be debugged on this host.
struct Doctor: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check whether Go programs can be debugged on this host.",
        discussion: """
            To test ptrace, starts and traces child processes. To test whether directories are \
            writable, creates unnamed temporary files in them. All other checks only read files and \
            settings. docs/reference/doctor.md describes each check.

            --fix makes a single change: if executables cannot run from the temporary directory, it \
            sets GOTMPDIR, as `go env -w` would. All other fixes are printed as commands.

            The exit status is 0 if the host is ready, 10 if it is degraded or the result of an \
            essential check is unknown, and 20 if debugging is blocked or unsafe.
            """
    )

    @Flag(help: "Set GOTMPDIR if executables cannot run from the temporary directory.")
    var fix = false

    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let checkup = try Checkup(of: context.host, fixes: fix)
        let readiness = checkup.readiness
        switch common.format {
        case .text:
            for line in checkup.fixed { context.note("fixed: \(line)") }
            for line in checkup.left { context.note("not fixed: \(line)") }
            write(readiness, to: context.output)
        case .json:
            var document = readiness.document
            if fix, case .object(let members) = document {
                document = .object(
                    members + [
                        .init("fixed", .array(checkup.fixed.map { .string($0) })),
                        .init("left", .array(checkup.left.map { .string($0) })),
                    ]
                )
            }
            context.output.write(document.rendered)
        }
        return readiness.verdict.exitStatus
    }

    private static let longestName =
        DoctorCheck.Identifier.allCases.map(\.rawValue.count).max() ?? 0

    /// Writes one line per check, with evidence and fixes below each that is not `ok`, and how the host
    /// stands.
    private func write(_ readiness: DebugReadiness, to output: Output) {
        for check in readiness.checks {
            let start =
                check.verdict.rawValue.toned(check.verdict.tone).padded(to: 8) + "  "
                + check.identifier.rawValue.toned(.strong).padded(to: Self.longestName) + "  "
            output.write(line: start + StyledText(check.title), indent: start.count)
            guard check.verdict != .ok || !check.fix.isEmpty else { continue }
            for line in check.evidence {
                output.write(line: "            " + line.toned(.detail), indent: 12)
            }
            for line in check.fix {
                output.write(line: "         " + "=>".toned(.hint) + " " + line.toned(.command))
            }
        }
        let summary = DoctorSummary(readiness.checks)
        output.write(line: summary.sentence.toned(summary.verdict.tone))
    }
}

extension DoctorCheck.Verdict {
    fileprivate var tone: Tone {
        switch self {
        case .ok: .good
        case .unknown, .degraded: .caution
        case .blocked: .bad
        }
    }
}
