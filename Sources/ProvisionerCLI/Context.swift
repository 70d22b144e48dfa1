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

    init(common: CommonOptions, output: Output) throws(Failure) {
        environment = .ofThisProcess()
        self.output = output
        self.common = common
    }

    /// The settings, of which a command may add to.
    func settings(
        adding change: (inout Settings.Options) -> Void = { _ in }
    ) throws(Failure) -> Settings {
        var options = Settings.Options()
        options.manifest = common.manifest
        change(&options)
        return try Settings.gathered(options, from: environment)
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
        let progress = ProgressDisplay(
            output: output,
            style: ProgressDisplay.Style(common: common, environment: environment)
        )
        return Provisioner(
            settings: settings,
            conduct: conduct,
            platform: try platform().platform,
            environment: environment,
            onEvent: { progress.show($0) },
            signal: { clinux_caught_signal() }
        )
    }

    /// Reads a request for a Go from the command line.
    func wish(_ text: String) throws(Failure) -> Manifest.Wish {
        do throws(GoRequest.Rejection) {
            let wish = Manifest.Wish(text: text, request: try GoRequest(parsing: text))
            if let remark = GoRequest.remark(on: text) { note(remark) }
            return wish
        } catch {
            throw Failure(.usage, "`\(text)` \(error.reason)", hint: error.suggestion)
        }
    }

    /// Reads a request for a tool from the command line.
    func toolRequest(_ text: String) throws(Failure) -> ToolRequest {
        do throws(GoRequest.Rejection) {
            return try ToolRequest(parsing: text)
        } catch {
            throw Failure(.usage, "`\(text)` \(error.reason)", hint: error.suggestion)
        }
    }

    /// The installed tools that a name or a request such as `dlv@1.25.0` means.
    func tools(
        _ text: String,
        among entries: [SDKStore.Entry]
    ) throws(Failure) -> [SDKStore.Entry] {
        let chosen: [SDKStore.Entry]
        if let build = ToolBuild(name: text) {
            chosen = entries.filter { $0.toolBuild == build }
        } else {
            let request = try toolRequest(text)
            chosen = entries.filter { entry in
                entry.toolBuild.map {
                    $0.tool == request.tool && $0.version == request.version ?? $0.version
                } ?? false
            }
        }
        guard !chosen.isEmpty else {
            throw Failure(
                .unavailable,
                "`\(text)` is not installed",
                hint: "`gotoolprov list` shows what is"
            )
        }
        return chosen
    }

    /// Tells something that is neither a result nor an error.
    func note(_ text: String) {
        guard !common.quiet, common.format == .text, common.progress != .json else { return }
        output.say("note: \(text)\n")
    }
}
