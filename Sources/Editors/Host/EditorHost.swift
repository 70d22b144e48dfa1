package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// A host that editors connect to, with the operations that editor commands need.
package struct EditorHost {
    package let context: HostContext
    private let session: (Settings) throws(Failure) -> Session

    /// Creates a host with a closure that starts a session on it.
    package init(
        _ context: HostContext,
        session: @escaping (Settings) throws(Failure) -> Session
    ) {
        self.context = context
        self.session = session
    }

    /// Returns the home directory, which contains the editors' settings.
    ///
    /// - Returns: The absolute path.
    /// - Throws: ``Failure`` of kind `configuration` if HOME is not an absolute path.
    package func home() throws(Failure) -> String {
        guard let home = context.environment.home else {
            throw Failure(.configuration, "HOME is not set to an absolute path")
        }
        return home
    }

    /// Returns the GOROOT and version of a `go` command, or `nil` if its files do not contain them.
    func goTree(of path: String?) throws(Failure) -> (root: String, version: GoVersion?)? {
        let session = try session(context.settings())
        let finder = Finder(Store(session), Supply(session))
        return path.flatMap { finder.goTree(of: $0) }
    }

    /// Returns a search for the extension's tools in this host's environment.
    func toolSearch(
        _ settings: EditorToolSearch.Settings,
        goVariable: @escaping @Sendable (String) -> String? = { _ in nil }
    ) -> EditorToolSearch {
        let environment = context.environment
        return EditorToolSearch(
            settings: settings,
            variable: { environment[$0] },
            goVariable: goVariable,
            isExecutable: { FileSystem.isExecutable($0) }
        )
    }
}
