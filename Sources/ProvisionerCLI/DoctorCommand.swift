internal import ArgumentParser
internal import HostInspection
internal import ToolchainCore
internal import ToolchainHost

/// Says whether this host can debug, and what keeps it from that.
struct Doctor: HostCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether Go programs can be debugged here, and what keeps them from that.",
        discussion: """
            Tracing is tried with processes made for that; everything else is read. docs/DOCTOR.md \
            explains each check by its name.

            --fix changes the user's own files only: it adds GOTMPDIR to the file of `go env -w`, and \
            takes others' rights from a socket of Delve's. Everything else is advice.

            The exit status is 0 for a host that is ready, 10 for one on which something is missing or \
            unknown, 20 for one on which debugging does not work or must not go on as it is.
            """
    )

    @Flag(help: "Do what is safe and in the user's own files; advise on the rest.")
    var fix = false

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings()
        let table = try context.readableCatalogue(settings).tools
        let fit = try context.delveFit(table)
        var readiness = judge(context.hostFacts(settings, table), fit, in: context)
        var fixed: [String] = []
        if fix {
            for remedy in readiness.checks.flatMap(\.remedies) {
                fixed.append(try apply(remedy))
            }
            // What was done is looked at, not believed.
            if !fixed.isEmpty {
                readiness = judge(context.hostFacts(settings, table), fit, in: context)
            }
        }
        switch common.format {
        case .text:
            for line in fixed { context.note("done: \(line)") }
            context.output.write(text(readiness))
        case .json:
            var document = readiness.document
            if fix, case .object(let members) = document {
                document = .object(
                    members + [.init("fixed", .array(fixed.map { .string($0) }))]
                )
            }
            context.output.write(document.rendered)
        }
        return readiness.verdict.exitStatus
    }

    private func judge(
        _ facts: HostFacts,
        _ fit: @escaping DelveFit,
        in context: Context
    ) -> DebugReadiness {
        DebugReadiness(
            DebugFacts.gathered(facts, in: context.files),
            fits: fit
        )
    }

    /// Does what a check says can be done, and tells it.
    private func apply(_ remedy: DoctorCheck.Remedy) throws(Failure) -> String {
        do throws(FileError) {
            switch remedy {
            case .setGoVariable(let name, let folder, let file):
                // Root with another user's HOME would leave files that they cannot change.
                guard try Self.belongsToUser(file), try Self.belongsToUser(folder) else {
                    return "\(file) is left as it is: it is in another user's folder"
                }
                let old = try FileSystem.contents(of: file, limit: 1 << 20) ?? []
                guard let new = GoSettings.contents(setting: name, to: folder, in: old) else {
                    return "\(file) is left as it is: it has \(name), or is not text"
                }
                try FileSystem.makeDirectories(folder)
                // A link, as of a folder of settings kept elsewhere, stays one.
                let target = FileSystem.withoutLinks(file) ?? file
                let parts = target.split(byte: "/").dropLast()
                try FileSystem.makeDirectories("/" + parts.joined(separator: "/"))
                try FileSystem.replaceFile(at: target, with: new, mode: 0o644)
                return "\(name)=\(folder) in \(file)"
            case .closeSocket(let path):
                try FileSystem.setMode(0o600, of: path)
                return "chmod 600 \(path)"
            }
        } catch {
            throw Failure(
                .destination,
                "cannot mend what was found",
                facts: [.init("file", error.path), .init("because", error.errno)]
            )
        }
    }

    /// Whether what is at `path`, or the nearest folder above that is there, is this user's.
    private static func belongsToUser(_ path: String) throws(FileError) -> Bool {
        var parts = path.split(byte: "/")
        while !parts.isEmpty {
            if let access = try FileSystem.access(to: "/" + parts.joined(separator: "/")) {
                return access.owner == FileSystem.currentUser
            }
            parts.removeLast()
        }
        return false
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
