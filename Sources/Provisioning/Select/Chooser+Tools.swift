internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Chooser {
    /// Deselects a tool: deletes the link with its plain name from GOBIN.
    ///
    /// - Returns: The build that was selected and the link, or `nil` if none was.
    /// - Throws: ``Failure`` if a file of another origin has the link's name, or the link cannot be
    ///   deleted.
    package func useNone(of tool: Tool) throws(Failure) -> (build: ToolBuild, link: String)? {
        let link = "\(store.launchers.path)/\(tool)"
        guard
            case .link(let build) = try store.launchers.linkOccupant(
                tool.name,
                in: store.installations
            )
        else {
            return nil
        }
        try store.transaction(on: build.name, to: "deselect \(tool)") { _ in
            try FileSystem.remove(link)
        }
        return (build, link)
    }

    /// Selects the build that a tool's plain name in GOBIN runs.
    ///
    /// A request for Delve without a version selects the one that is compatible with the default Go, if
    /// there is one.
    ///
    /// - Throws: ``Failure`` if no matching build is installed, or a file of another origin has the
    ///   link's name.
    package func use(_ request: ToolRequest) throws(Failure) -> ToolSelection {
        let target = request.version == nil ? store.installations.defaultVersion : nil
        let tool = try finder.installed(request, for: target)
        let name = request.tool.name
        func selection(_ isChanged: Bool) -> ToolSelection {
            ToolSelection(tool: tool, link: "\(store.launchers.path)/\(name)", isChanged: isChanged)
        }
        guard try !store.launchers.isLinked(name, to: tool.build, in: store.installations) else {
            return selection(false)
        }
        return try store.transaction(
            on: tool.build.name,
            to: "select \(tool.build.name)"
        ) { transaction in
            // Another process may have removed it while this one waited.
            guard case .installed = try store.state(of: .tool(tool.build)) else {
                throw Failure(.unavailable, "\(tool.build.name) was removed in the meantime")
            }
            try store.prepareLaunchers(adding: &transaction.made)
            try store.launchers.writeLink(
                name,
                to: tool.build,
                in: store.installations,
                durably: session.isDurable
            )
            return selection(true)
        }
    }
}
