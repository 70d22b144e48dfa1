internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The installed Go or tool that a command applies to.
struct SelectedInstallation {
    /// The help of the argument for commands that accept only a Go.
    static let goHelp = ArgumentHelp(
        "An installed version or a prefix of one (default: the version in the manifest, if any,"
            + " or the selected version).",
        valueName: "spec"
    )

    /// The help of the argument for commands that also accept a tool.
    static let help = ArgumentHelp(
        "An installed version, a prefix of one, or a tool (default: the version in the manifest,"
            + " if any, or the selected version).",
        valueName: "spec"
    )

    /// The argument, or `nil` for the default.
    let spec: String?

    /// Returns the selected tool, or `nil` if a Go is selected.
    func tool(in context: Context) throws(Failure) -> Installed<ToolBuild>? {
        guard let spec, ToolRequest.isForTool(spec) else { return nil }
        let session = try context.session(try context.settings())
        let store = Store(session)
        if let build = ToolBuild(name: spec) {
            let all = try store.installations.usableTools(on: try context.host.platform().platform)
            if let tool = all.first(where: { $0.build == build }) { return tool }
            throw Failure(.unavailable, "`\(spec)` is not installed")
        }
        let request = try context.host.toolRequest(spec)
        let target = request.version == nil ? store.installations.defaultVersion : nil
        return try Finder(store, Supply(session)).installed(request, for: target)
    }

    func entry(in context: Context) throws(Failure) -> Installed<GoVersion> {
        let settings = try context.settings()
        // The default of an unusable manifest is unknown.
        if spec == nil, let failure = settings.manifestFailure { throw failure }
        let session = try context.session(settings)
        let store = Store(session)
        try store.directories.refuseUnusableRoot()
        let found = try Finder(store, Supply(session)).installed(
            try spec.map { text throws(Failure) in
                try context.host.request(text)
            }
        )
        try store.directories.refuseProgramOfOthers(found.goRoot)
        return found
    }
}

/// The option for switching to another Go version.
struct ToolchainOptions: ParsableArguments {
    @Option(
        name: .customLong("gotoolchain"),
        help: ArgumentHelp(
            "Set GOTOOLCHAIN, for example to `local` to prevent switching to another version.",
            discussion:
                "By default, GOTOOLCHAIN from the environment or `go env -w` applies, and `go` may"
                + " switch to a newer version if go.mod requires it.",
            valueName: "value"
        )
    )
    var toolchain: String?

    /// The environment variables for the option.
    var variables: [String: String] { toolchain.map { ["GOTOOLCHAIN": $0] } ?? [:] }
}

extension Context {
    /// Notes if GOTOOLCHAIN switches to another version.
    func noteSwitching(from entry: Installed<GoVersion>) {
        let settings = GoSettings.gathered(
            environment: environment,
            goRoot: entry.goRoot,
            in: host.files
        )
        guard let other = settings.toolchain(replacing: entry.version),
            let setting = settings["GOTOOLCHAIN"]
        else { return }
        let name = entry.version.toolchainName
        note(
            "`go` of \(name) switches to \(other.toolchainName): GOTOOLCHAIN is \(setting.value)"
                + " (\(setting.source)); GOTOOLCHAIN=local keeps \(name)"
        )
    }
}
