internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// The installed tool that a request means.
    ///
    /// - Parameters:
    ///   - request: The tool, and its version if that matters.
    ///   - target: Of Delve, the Go that built the program to be debugged; nil if that does not matter.
    ///   - dwarfVersion: The version of DWARF in that program, 0 for none; nil where that is not known.
    /// - Returns: The newest that fits; else the newest of which that is not known.
    /// - Throws: ``Failure`` of kind `unavailable` where there is none, with what each lacks.
    package func installed(
        _ request: ToolRequest,
        for target: GoVersion? = nil,
        dwarfVersion: Int? = nil
    ) throws(Failure) -> SDKStore.InstalledTool {
        let candidates = try store.usableTools(on: platform).filter {
            $0.build.tool == request.tool && $0.build.version == request.version ?? $0.build.version
        }
        guard !candidates.isEmpty else {
            throw Failure(
                .unavailable,
                "`\(request)` is not installed",
                facts: incompleteFacts(try store.entries()) { $0.toolBuild?.tool == request.tool },
                hint: "`gotoolprov ensure \(request)`"
            )
        }
        guard let target, request.tool == .delve else { return candidates[candidates.count - 1] }
        let tools = try CatalogueLibrary.load(adding: settings.catalogues).tools
        var refusals: [Failure.Fact] = []
        var unknown: SDKStore.InstalledTool?
        for tool in candidates.reversed() {
            let verdict = compatibility(tools).verdict(
                delve: tool.build.version,
                builtBy: tool.build.builder,
                debugging: target,
                dwarfVersion: dwarfVersion
            )
            guard let reason = verdict.reason else { return tool }
            if verdict.isCompatible == nil { unknown = unknown ?? tool }
            refusals.append(.init(tool.build.name, "it \(reason)"))
        }
        // Delve itself compares before it debugs.
        if let unknown { return unknown }
        throw Failure(
            .unavailable,
            "no installed dlv debugs programs of \(target.toolchainName)",
            facts: refusals,
            hint: "`gotoolprov ensure dlv --for \(target.toolchainName)`"
        )
    }

    /// The version of a Go that a request means, whether or not it is installed.
    ///
    /// - Throws: ``Failure`` where nothing answers.
    package func resolved(_ wish: Manifest.Wish) throws(Failure) -> GoVersion {
        try planner(EnsureOptions()).version(answering: wish).version
    }

    /// What became of the choice of a tool.
    package struct ToolSelection: Sendable {
        package let tool: SDKStore.InstalledTool
        /// The link by its plain name.
        package let link: String
        /// Whether anything had to be changed.
        package let isChanged: Bool
    }

    /// Takes the choice of a tool back: nothing in GOBIN has its plain name any more.
    ///
    /// - Returns: What was chosen, and the link; nil where nothing was.
    /// - Throws: ``Failure`` where something else has the link's name, or it cannot be deleted.
    package func useNone(of tool: Tool) throws(Failure) -> (build: ToolBuild, link: String)? {
        let link = "\(launchers.path)/\(tool)"
        guard case .link(let build) = try launchers.linkOccupant(tool.name, in: store) else {
            return nil
        }
        try transaction(on: build.name, to: "take the choice of \(tool) back") { _ in
            try FileSystem.remove(link)
        }
        return (build, link)
    }

    /// Makes an installed tool the one that its plain name in GOBIN runs.
    ///
    /// Without a version, of Delve the one is taken that fits the Go which `use` chose, if one is
    /// chosen.
    ///
    /// - Throws: ``Failure`` where none is installed, or something else has the link's name.
    package func use(_ request: ToolRequest) throws(Failure) -> ToolSelection {
        let target = request.version == nil ? store.defaultVersion : nil
        let tool = try installed(request, for: target)
        let name = request.tool.name
        func selection(_ isChanged: Bool) -> ToolSelection {
            ToolSelection(tool: tool, link: "\(launchers.path)/\(name)", isChanged: isChanged)
        }
        guard try !launchers.isLinked(name, to: tool.build, in: store) else {
            return selection(false)
        }
        return try transaction(
            on: tool.build.name,
            to: "choose \(tool.build.name)"
        ) { transaction in
            // Another process may have removed it while this one waited.
            guard case .installed = try state(of: .tool(tool.build)) else {
                throw Failure(.unavailable, "\(tool.build.name) was removed meanwhile")
            }
            try prepareLaunchers(adding: &transaction.made)
            try launchers.writeLink(
                name,
                to: tool.build,
                in: store,
                durably: settings.durability == .syncfs
            )
            return selection(true)
        }
    }
}
