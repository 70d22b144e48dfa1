internal import CLinux
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The world that a command runs in.
struct Context {
    let output: Output
    let common: CommonOptions
    /// What use cases see of it.
    let host: HostContext
    /// Whether notes are printed.
    private let isTelling: Bool

    init(common: CommonOptions, output: Output) {
        self.output = output
        self.common = common
        let isTelling =
            !common.quiet && common.format == .text && common.progress != .json
        self.isTelling = isTelling
        host = HostContext(environment: .ofThisProcess(), manifest: common.manifest) { text in
            if isTelling { output.note(text) }
        }
    }

    var environment: HostEnvironment { host.environment }

    /// The settings, to which a command may add.
    func settings(
        adding change: (inout Settings.Options) -> Void = { _ in }
    ) throws(Failure) -> Settings {
        try host.settings(adding: change)
    }

    /// One run on this host, whose progress is shown on stderr.
    func session(
        _ settings: Settings,
        _ allowance: Session.Allowance = Session.Allowance()
    ) throws(Failure) -> Session {
        let progress = progressDisplay()
        return Session(
            settings: settings,
            allowance: allowance,
            platform: try host.platform().platform,
            environment: environment,
            onEvent: { [output, isTelling] event in
                if isTelling, case .skipped(_, let mirror, let reason) = event {
                    output.say("note: skipped the mirror \(mirror): \(reason)\n")
                } else {
                    progress.show(event)
                }
            },
            signal: {
                // Asked for also while a server is silent, which is when time has to be shown.
                progress.tick()
                return clinux_caught_signal()
            }
        )
    }

    /// What shows progress on stderr.
    func progressDisplay() -> ProgressDisplay {
        ProgressDisplay(
            output: output,
            style: ProgressDisplay.Style(common: common, environment: environment)
        )
    }

    /// Tells something that is neither a result nor an error.
    func note(_ text: String) { host.note(text) }
}
