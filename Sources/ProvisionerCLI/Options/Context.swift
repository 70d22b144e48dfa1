internal import CLinux
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The environment of a command.
struct Context {
    let output: Output
    let common: CommonOptions
    /// The part of the context that use cases receive.
    let host: HostContext
    /// Whether notes are printed.
    private let showsNotes: Bool

    init(common: CommonOptions, output: Output) {
        self.output = output
        self.common = common
        let showsNotes =
            !common.quiet && common.format == .text && common.progress != .json
        self.showsNotes = showsNotes
        host = HostContext(environment: .ofThisProcess(), manifest: common.manifest) { text in
            if showsNotes { output.note(text) }
        }
    }

    var environment: HostEnvironment { host.environment }

    /// Returns the settings, with additions of the command.
    func settings(
        adding change: (inout Settings.Options) -> Void = { _ in }
    ) throws(Failure) -> Settings {
        try host.settings(adding: change)
    }

    /// Returns a session on this host that shows progress on stderr.
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
            onEvent: { [output, showsNotes] event in
                switch event {
                case .skipped(_, let mirror, let reason) where showsNotes:
                    output.note("skipped the mirror \(mirror): \(reason)")
                case .remark(_, let text) where showsNotes: output.note(text)
                default: progress.show(event)
                }
            },
            signal: {
                // Also called while a server is silent, to show the elapsed time.
                progress.tick()
                return clinux_caught_signal()
            }
        )
    }

    /// Returns the progress display for stderr.
    func progressDisplay() -> ProgressDisplay {
        ProgressDisplay(
            output: output,
            style: ProgressDisplay.Style(common: common, environment: environment)
        )
    }

    /// Reports a message that is neither a result nor an error.
    func note(_ text: String) { host.note(text) }
}
