internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The `go` that VS Code's extension finds, and what it would say of itself.
struct EditorFoundGo {
    /// Its tree; nil where that is not known.
    private let root: String?
    /// Its version; nil where that is not known.
    let version: GoVersion?
    /// Its variables; nil where there is no `go` to ask.
    private let variables: GoSettings?
    /// What in the settings works against it.
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

    /// A variable as `go env` would tell it.
    func variable(_ name: String) -> String? {
        variables?[name]?.value ?? (name.hasSameBytes(as: "GOROOT") ? root : nil)
    }
}
