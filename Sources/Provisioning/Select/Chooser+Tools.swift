internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Chooser {
    /// Deselects a tool: nothing in GOBIN has its plain name any more.
    ///
    /// - Returns: What was selected, and the link; nil where nothing was.
    /// - Throws: ``Failure`` where something else has the link's name, or it cannot be deleted.
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

    /// Makes an installed tool the one that its plain name in GOBIN runs.
    ///
    /// Without a version, Delve is the one that is compatible with the Go which `use` selected, if any.
    ///
    /// - Throws: ``Failure`` where none is installed, or something else has the link's name.
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
