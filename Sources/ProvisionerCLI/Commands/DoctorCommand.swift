internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore

/// Says whether this host can debug, and what keeps it from that.
struct Doctor: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say whether Go programs can be debugged here, and what keeps them from that.",
        discussion: """
            Tracing is tried with processes made for that; everything else is read. docs/DOCTOR.md \
            explains each check by its name.

            --fix changes one file of the user's own: it adds GOTMPDIR to that of `go env -w`, where \
            programs in the folder for temporary files cannot be executed. Everything else is advice.

            The exit status is 0 for a host that is ready, 10 for one on which something is missing or \
            unknown, 20 for one on which debugging does not work or must not go on as it is.
            """
    )

    @Flag(help: "Do what is safe and in the user's own files; advise on the rest.")
    var fix = false

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.inspectionSettings()
        let table = try context.readableCatalogue(settings).tools
        let compatibility = try context.compatibility(table)
        var readiness = judge(context.hostFacts(settings, table), compatibility, in: context)
        var fixed: [String] = []
        var left: [String] = []
        if fix {
            for remedy in readiness.checks.flatMap(\.remedies) {
                do throws(RemedyRefusal) {
                    fixed.append(try remedy.apply())
                } catch {
                    left.append(error.words)
                }
            }
            // What was done is looked at, not believed.
            if !fixed.isEmpty {
                readiness = judge(context.hostFacts(settings, table), compatibility, in: context)
            }
        }
        switch common.format {
        case .text:
            for line in fixed { context.note("done: \(line)") }
            for line in left { context.note("not done: \(line)") }
            context.output.write(text(readiness))
        case .json:
            var document = readiness.document
            if fix, case .object(let members) = document {
                document = .object(
                    members + [
                        .init("fixed", .array(fixed.map { .string($0) })),
                        .init("left", .array(left.map { .string($0) })),
                    ]
                )
            }
            context.output.write(document.rendered)
        }
        return readiness.verdict.exitStatus
    }

    private func judge(
        _ facts: HostFacts,
        _ compatibility: Compatibility,
        in context: Context
    ) -> DebugReadiness {
        DebugReadiness(
            DebugFacts.gathered(facts, in: context.files, isDelve: context.isDelve),
            compatibility: compatibility
        )
    }

    /// A line a check, what was seen and what to do below those that are not well.
    private func text(_ readiness: DebugReadiness) -> String {
        var text = ""
        for check in readiness.checks {
            let verdict = check.verdict.rawValue.padded(to: 8)
            text += "\(verdict)  \(check.identifier.rawValue.padded(to: 21))  \(check.title)\n"
            guard check.verdict != .ok || !check.fix.isEmpty else { continue }
            for line in check.evidence { text += "            \(line.withVisibleControls)\n" }
            for line in check.fix { text += "         => \(line.withVisibleControls)\n" }
        }
        let words =
            switch readiness.verdict {
            case .ok: "ready"
            case .unknown, .degraded: "degraded"
            case .blocked: "blocked"
            }
        return text + "this host is \(words) for debugging\n"
    }
}
