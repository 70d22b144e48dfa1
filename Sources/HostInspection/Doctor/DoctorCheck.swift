internal import ToolchainCore

/// One check of whether a host can debug, with its result: docs/reference/doctor.md.
package struct DoctorCheck: Hashable, Sendable {
    /// The names of the checks; they do not change.
    package enum Identifier: String, Hashable, Sendable, CaseIterable {
        case tracingLaunch = "tracing.launch"
        case tracingAttach = "tracing.attach"
        case subsystem = "host.wsl"
        case sdkDirectory = "host.sdk-directory"
        case temporaryDirectory = "host.temporary-directory"
        case limits = "host.limits"
        case inotify = "host.inotify"
        case goPresent = "go.present"
        case goFile = "go.env-file"
        case goCache = "go.cache"
        case goRoot = "go.goroot"
        case goSettings = "go.settings"
        case goPath = "go.path"
        case goSwitching = "go.switching"
        case delvePresent = "dlv.present"
        case delveCompatibility = "dlv.compatibility"
        case delveListeners = "dlv.listeners"
        case editorServer = "editor.server"
        case forwarding = "ssh.forwarding"
    }

    /// How it stands.
    package enum Verdict: String, Hashable, Sendable, CaseIterable, Comparable {
        case ok
        /// It could not be checked.
        case unknown
        /// Debugging works with limitations.
        case degraded
        /// Debugging does not work, or is unsafe.
        case blocked

        private var weight: Int {
            switch self {
            case .ok: 0
            case .unknown: 1
            case .degraded: 2
            case .blocked: 3
            }
        }

        /// Orders by how bad it is.
        package static func < (left: Verdict, right: Verdict) -> Bool { left.weight < right.weight }
    }

    /// A change that gotoolprov can make itself, in the user's own files.
    package enum Remedy: Hashable, Sendable {
        /// Create a directory, and set a variable of Go's to it in the file that `go env -w` writes.
        case setGoVariable(name: String, directory: String, file: String)
    }

    /// The check's name.
    package let identifier: Identifier
    /// How it stands.
    package let verdict: Verdict
    /// What holds if the check passes.
    package let title: String
    /// What was found, most important first.
    package let evidence: [String]
    /// What to do; empty where the check passes.
    package let fix: [String]
    /// The part that `--fix` does.
    package let remedies: [Remedy]

    /// A check with its result.
    package init(
        _ identifier: Identifier,
        _ verdict: Verdict,
        _ title: String,
        evidence: [String],
        fix: [String] = [],
        remedies: [Remedy] = []
    ) {
        self.identifier = identifier
        self.verdict = verdict
        self.title = title
        self.evidence = evidence
        self.fix = fix
        self.remedies = remedies
    }

    /// Whether a host is not ready as long as this is unknown.
    package var isEssential: Bool {
        switch identifier {
        case .tracingLaunch, .tracingAttach, .subsystem, .delveListeners, .delveCompatibility: true
        default: false
        }
    }
}

extension [DoctorCheck] {
    /// How the host stands: as its worst check, where one that is unknown and essential counts as
    /// degraded, and any other unknown as nothing.
    package var verdict: DoctorCheck.Verdict {
        map { check in
            guard check.verdict == .unknown else { return check.verdict }
            return check.isEssential ? .degraded : .ok
        }.max() ?? .unknown
    }
}

extension DoctorCheck.Verdict {
    /// The exit status of `doctor`.
    package var exitStatus: Int32 {
        switch self {
        case .ok: 0
        case .unknown, .degraded: 10
        case .blocked: 20
        }
    }
}
