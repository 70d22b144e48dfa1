package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// A host that editors work on, as the use cases of editors see it.
package struct EditorHost {
    package let context: HostContext
    private let session: (Settings) throws(Failure) -> Session

    /// A host, and what begins a run on it.
    package init(
        _ context: HostContext,
        session: @escaping (Settings) throws(Failure) -> Session
    ) {
        self.context = context
        self.session = session
    }

    /// The home, without which there are no settings.
    ///
    /// - Returns: Its absolute path.
    /// - Throws: ``Failure`` of kind `configuration` where there is none.
    package func home() throws(Failure) -> String {
        guard let home = context.environment.home else {
            throw Failure(.configuration, "HOME is not set to an absolute path")
        }
        return home
    }

    /// The tree of a `go` and its version; nil where its files do not tell.
    func goTree(of path: String?) throws(Failure) -> (root: String, version: GoVersion?)? {
        let session = try session(context.settings())
        let finder = Finder(Store(session), Supply(session))
        return path.flatMap { finder.goTree(of: $0) }
    }

    /// Where the extension looks, with this environment.
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
