internal import CLinux
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The world that a command runs in.
struct Context {
    let environment: HostEnvironment
    let output: Output
    let common: CommonOptions
    let files = RootedFiles()
    /// What was noted of manifests, which are looked for more than once.
    private let remarks = Guarded<Set<String>>([])

    init(common: CommonOptions, output: Output) throws(Failure) {
        environment = .ofThisProcess()
        self.output = output
        self.common = common
    }

    /// The settings, of which a command may add to.
    func settings(
        from environment: HostEnvironment? = nil,
        adding change: (inout Settings.Options) -> Void = { _ in }
    ) throws(Failure) -> Settings {
        var options = Settings.Options()
        options.manifest = common.manifest
        change(&options)
        let settings = try Settings.gathered(options, from: environment ?? self.environment)
        for remark in settings.remarks where remarks.withLock({ $0.insert(remark).inserted }) {
            note(remark)
        }
        return settings
    }

    /// What this host can run.
    func platform() throws(Failure) -> HostPlatform {
        do {
            return try HostPlatform.detected(in: files)
        } catch {
            let known = GoArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(
                .configuration,
                "there is no Go for this machine",
                facts: [.init("machine", error.machine), .init("Go has", known)]
            )
        }
    }

    /// The use cases, telling of their progress on stderr.
    func provisioner(
        _ settings: Settings,
        _ conduct: Provisioner.Conduct = Provisioner.Conduct()
    ) throws(Failure) -> Provisioner {
        let progress = progressDisplay()
        return Provisioner(
            settings: settings,
            conduct: conduct,
            platform: try platform().platform,
            environment: environment,
            onEvent: { progress.show($0) },
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
    func note(_ text: String) {
        guard !common.quiet, common.format == .text, common.progress != .json else { return }
        output.say("note: \(text)\n")
    }
}
