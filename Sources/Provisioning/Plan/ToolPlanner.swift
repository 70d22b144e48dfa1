internal import ToolchainCore

/// Plans the installation of a tool.
///
/// Planning changes nothing and sends no requests.
struct ToolPlanner {
    let stock: ToolStock
    let platform: GoPlatform

    private var catalog: Catalog { stock.catalog }

    /// Plans the steps for a request.
    ///
    /// A request without a version selects the newest compatible Delve or, if catalogs list compatible
    /// archives, the newest of those. An installed build is preferred to an archive, and an archive to
    /// building from source; if no installed Go can build it, the step installs one.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - targets: The Go versions that the tool is for.
    /// - Returns: A step for each version of the tool.
    /// - Throws: ``Failure`` if no version is compatible or available.
    func steps(
        for request: ToolRequest,
        targets: [GoVersion]
    ) throws(Failure) -> [ToolStep] {
        guard catalog.tools.tools.contains(request.tool) else {
            let known = catalog.tools.tools.map(\.name).joined(separator: ", ")
            throw Failure(
                .usage,
                "the tool `\(request.tool)` is not in any catalog",
                facts: [.init("known tools", known)],
                hint: "add a catalog that lists archives of it: `--catalog`"
            )
        }
        let (selections, available) = try resolveAvailable(request, for: targets)
        var steps: [ToolStep] = []
        // A Go installed to build one version can also build later ones.
        var toolchains = stock.toolchains
        for selection in selections {
            let step = try step(for: selection, request, from: available.tools, having: toolchains)
            if case .source(_, let builder?) = step.change { toolchains.append(builder.version) }
            steps.append(step)
        }
        return steps
    }

    private func step(
        for selection: ResolvedTool,
        _ request: ToolRequest,
        from tools: ToolCatalog,
        having toolchains: [GoVersion]
    ) throws(Failure) -> ToolStep {
        let tool = request.tool
        func step(_ build: ToolBuild, _ change: ToolStep.Change) -> ToolStep {
            ToolStep(
                request: request,
                build: build,
                targets: selection.targets,
                reason: selection.reason,
                change: change
            )
        }
        func matches(_ build: ToolBuild) -> Bool {
            build.tool == tool && build.version == selection.version
                && build.builder >= selection.oldestBuilder
        }
        if let present = stock.installed.last(where: matches) {
            return step(present, try stock.hasLink(present) ? .nothing : .link)
        }
        if let prebuilt = tools.prebuilt(tool, for: platform).first(where: { matches($0.build) }) {
            _ = try stock.hasLink(prebuilt.build)
            return step(prebuilt.build, .archive(try stock.sources(prebuilt.archive)))
        }
        guard let release = tools.delve[selection.version], tool == .delve else {
            throw Failure(
                .unavailable,
                "\(tool) \(selection.version) is not available for \(platform)",
                hint: "add a mirror's catalog: `--catalog`"
            )
        }
        let (builder, installation) = try builder(for: selection, among: toolchains)
        let build = ToolBuild(tool: tool, version: selection.version, builder: builder)
        _ = try stock.hasLink(build)
        let sources = try stock.sources(release.sourceArchive(for: platform))
        return step(build, .source(sources, builder: installation))
    }

    /// Selects the Go that builds a tool: a target if one is installed, else the newest installed Go,
    /// else one to install.
    private func builder(
        for selection: ResolvedTool,
        among toolchains: [GoVersion]
    ) throws(Failure) -> (GoVersion, GoStep?) {
        let installed = toolchains.filter { $0 >= selection.oldestBuilder }
        if let target = selection.targets.filter(installed.contains).max() { return (target, nil) }
        if let newest = installed.filter({ !$0.isPreRelease }).max() ?? installed.max() {
            return (newest, nil)
        }
        let known = catalog.versions(for: platform)
        let candidates = selection.targets.filter {
            $0 >= selection.oldestBuilder && known.contains($0)
        }
        let ofLine = known.filter {
            $0.line == selection.oldestBuilder.line && $0 >= selection.oldestBuilder
                && !$0.isPreRelease
        }
        let choices = candidates.isEmpty ? ofLine : candidates
        guard let version = newestAvailable(of: choices) else {
            throw Failure(
                .unavailable,
                "no catalog lists a Go that can build \(selection.version)",
                facts: [.init("needed", "go\(selection.oldestBuilder) or newer")]
            )
        }
        return (version, try stock.toolchain(version))
    }

    /// Returns the newest version; offline, the newest whose archive is on this host, if any.
    private func newestAvailable(of versions: [GoVersion]) -> GoVersion? {
        guard !stock.mayAskServers else { return versions.max() }
        let local = versions.filter { version in
            catalog.archive(of: version, for: platform).map(hasLocalArchive) ?? false
        }
        return local.max() ?? versions.max()
    }

    /// Whether an archive is on this host.
    private func hasLocalArchive(_ pin: PinnedArchive) -> Bool {
        (try? stock.sources(pin))?.contains { $0.address == nil } == true
    }

    /// Resolves a request; offline, an open version resolves to the newest that is installed or has its
    /// archive on this host.
    ///
    /// - Returns: The versions, and the catalog to install them from.
    /// - Throws: ``Failure`` if no version is compatible.
    private func resolveAvailable(
        _ request: ToolRequest,
        for targets: [GoVersion]
    ) throws(Failure) -> ([ResolvedTool], Catalog) {
        let newest = try resolution(catalog.tools).selections(request, for: targets)
        guard request.version == nil, !stock.mayAskServers else { return (newest, catalog) }
        let installed = Set(stock.installed.filter { $0.tool == request.tool })
        let prebuilt = catalog.tools.prebuilt(request.tool, for: platform).filter { prebuilt in
            installed.contains(prebuilt.build) || hasLocalArchive(prebuilt.archive)
        }
        let versions = Set(prebuilt.map(\.build.version) + installed.map(\.version))
        let available = catalog.keepingTools(
            delve: {
                versions.contains($0.version) || hasLocalArchive($0.sourceArchive(for: platform))
            },
            prebuilt: prebuilt.contains
        )
        guard var found = try? resolution(available.tools).selections(request, for: targets) else {
            return (newest, catalog)
        }
        for index in found.indices {
            guard
                let better = newest.first(where: { selection in
                    selection.version > found[index].version
                        && selection.targets.contains(where: found[index].targets.contains)
                })
            else { continue }
            found[index].reason +=
                "; \(better.version) is also compatible, but not available offline"
        }
        return (found, available)
    }

    private func resolution(_ tools: ToolCatalog) -> ToolResolution {
        ToolResolution(tools: tools, installed: stock.installed, platform: platform)
    }
}
