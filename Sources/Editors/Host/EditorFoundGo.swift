internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The `go` command that VS Code's Go extension finds, and its environment.
struct EditorFoundGo {
    /// The GOROOT of the command, or `nil` if unknown.
    private let root: String?
    /// The version of the command, or `nil` if unknown.
    let version: GoVersion?
    /// The variables of `go env`, or `nil` if no `go` was found.
    private let variables: GoSettings?
    /// Settings that conflict with the command.
    let remarks: [String]

    init(_ settings: EditorToolSearch.Settings, on host: EditorHost) throws(Failure) {
        let environment = host.context.environment
        let result = host.toolSearch(settings).result(for: .go)
        var path: String?
        if case .found(let candidate) = result { path = candidate.path }
        let found = try host.goTree(of: path)
        root = found?.root
        version = found?.version
        remarks = settings.remarks(
            go: path,
            root: found?.root,
            home: environment.home,
            realPath: { FileSystem.withoutLinks($0) }
        )
        variables =
            result == .missing
            ? nil
            : GoSettings.gathered(
                environment: environment.setting(
                    settings.toolVariables(home: environment.home)
                ),
                goRoot: found?.root,
                in: host.context.files
            )
    }

    /// Returns the value of a variable as `go env` reports it.
    func variable(_ name: String) -> String? {
        variables?[name]?.value ?? (name.hasSameBytes(as: "GOROOT") ? root : nil)
    }
}
