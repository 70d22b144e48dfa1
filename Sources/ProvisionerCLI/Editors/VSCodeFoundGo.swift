internal import EditorSettings
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

    init(_ settings: EditorToolSearch.Settings, in context: Context) throws(Failure) {
        let environment = context.environment
        let result = context.editorToolSearch(settings).result(for: .go)
        var path: String?
        if case .found(let candidate) = result { path = candidate.path }
        let session = try context.session(context.settings())
        let finder = Finder(Store(session), Supply(session))
        let found = path.flatMap { finder.goTree(of: $0) }
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
                in: context.host.files
            )
    }

    /// A variable as `go env` would tell it.
    func variable(_ name: String) -> String? {
        variables?[name]?.value ?? (name.hasSameBytes(as: "GOROOT") ? root : nil)
    }
}

extension Context {
    /// Where the extension looks, with this environment.
    func editorToolSearch(
        _ settings: EditorToolSearch.Settings,
        goVariable: @escaping @Sendable (String) -> String? = { _ in nil }
    ) -> EditorToolSearch {
        let environment = environment
        return EditorToolSearch(
            settings: settings,
            variable: { environment[$0] },
            goVariable: goVariable,
            isExecutable: { FileSystem.isExecutable($0) }
        )
    }
}
