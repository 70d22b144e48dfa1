internal import ToolchainCore

/// One check of `doctor` with its result: see docs/reference/doctor.md.
package struct DoctorCheck: Hashable, Sendable {
    /// The names of the checks, which are stable.
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

    /// The result of a check.
    package enum Verdict: String, Hashable, Sendable, CaseIterable, Comparable {
        case ok
        /// The check could not determine a result.
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

        /// Orders from ok to blocked.
        package static func < (left: Verdict, right: Verdict) -> Bool { left.weight < right.weight }
    }

    /// A change that gotoolprov can make itself in the user's own files.
    package enum Remedy: Hashable, Sendable {
        /// Create a directory, and set a Go variable to it in the file that `go env -w` writes.
        case setGoVariable(name: String, directory: String, file: String)
    }

    package let identifier: Identifier
    /// The result.
    package let verdict: Verdict
    /// The condition that holds if the check passes.
    package let title: String
    /// The findings, most important first.
    package let evidence: [String]
    /// Commands or instructions that resolve the problem; empty if the check passes.
    package let fix: [String]
    /// The changes that `--fix` applies.
    package let remedies: [Remedy]

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

    /// Whether an unknown result of this check makes the host degraded.
    package var isEssential: Bool {
        switch identifier {
        case .tracingLaunch, .tracingAttach, .subsystem, .delveListeners, .delveCompatibility: true
        default: false
        }
    }
}

extension [DoctorCheck] {
    /// The verdict on the host: its worst check, where an essential unknown check counts as degraded
    /// and any other unknown one as ok.
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
