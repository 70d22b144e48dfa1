internal import ToolchainCore

/// Decides what `ensure` does for a tool.
///
/// It changes nothing and asks no server.
struct ToolPlanner {
    let stock: ToolStock
    let platform: GoPlatform

    private var catalog: Catalog { stock.catalog }

    /// What to do for a request.
    ///
    /// Without a version, the newest compatible Delve is meant, or, where catalogs list archives of compatible
    /// ones, the newest of those. An installed one is used; else an archive; else Delve is built from its
    /// source, by a Go that is installed for it if necessary.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - targets: The Go versions that the tool is for.
    /// - Returns: A step for each version of the tool.
    /// - Throws: ``Failure`` where nothing can be done.
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
        let (needs, available) = try availableNeeds(request, for: targets)
        var steps: [ToolStep] = []
        // What is installed to build one version can build those after it.
        var toolchains = stock.toolchains
        for need in needs {
            let step = try step(for: need, request, from: available.tools, having: toolchains)
            if case .source(_, let builder?) = step.need { toolchains.append(builder.version) }
            steps.append(step)
        }
        return steps
    }

    private func step(
        for need: ToolNeed,
        _ request: ToolRequest,
        from tools: ToolCatalog,
        having toolchains: [GoVersion]
    ) throws(Failure) -> ToolStep {
        let tool = request.tool
        func step(_ build: ToolBuild, _ missing: ToolStep.Need) -> ToolStep {
            ToolStep(
                request: request,
                build: build,
                targets: need.targets,
                reason: need.reason,
                need: missing
            )
        }
        func answers(_ build: ToolBuild) -> Bool {
            build.tool == tool && build.version == need.version
                && build.builder >= need.oldestBuilder
        }
        if let present = stock.installed.last(where: answers) {
            return step(present, try stock.hasLink(present) ? .nothing : .link)
        }
        if let prebuilt = tools.prebuilt(tool, for: platform).first(where: { answers($0.build) }) {
            _ = try stock.hasLink(prebuilt.build)
            return step(prebuilt.build, .archive(try stock.sources(prebuilt.archive)))
        }
        guard let release = tools.delve[need.version], tool == .delve else {
            throw Failure(
                .unavailable,
                "\(tool) \(need.version) is not available for \(platform)",
                hint: "add a mirror's catalog: `--catalog`"
            )
        }
        let (builder, installation) = try builder(for: need, among: toolchains)
        let build = ToolBuild(tool: tool, version: need.version, builder: builder)
        _ = try stock.hasLink(build)
        let sources = try stock.sources(release.sourceArchive(for: platform))
        return step(build, .source(sources, builder: installation))
    }

    /// The Go that builds a tool: one that it is for, the newest that is installed, or else one to
    /// install for it.
    private func builder(
        for need: ToolNeed,
        among toolchains: [GoVersion]
    ) throws(Failure) -> (GoVersion, GoStep?) {
        let installed = toolchains.filter { $0 >= need.oldestBuilder }
        if let target = need.targets.filter(installed.contains).max() { return (target, nil) }
        if let newest = installed.filter({ !$0.isPreRelease }).max() ?? installed.max() {
            return (newest, nil)
        }
        let known = catalog.versions(for: platform)
        let candidates = need.targets.filter { $0 >= need.oldestBuilder && known.contains($0) }
        let ofLine = known.filter {
            $0.line == need.oldestBuilder.line && $0 >= need.oldestBuilder && !$0.isPreRelease
        }
        let choices = candidates.isEmpty ? ofLine : candidates
        guard let version = newestAvailable(of: choices) else {
            throw Failure(
                .unavailable,
                "no catalog lists a Go that can build \(need.version)",
                facts: [.init("needed", "go\(need.oldestBuilder) or newer")]
            )
        }
        return (version, try stock.toolchain(version))
    }

    /// The newest of some versions; where nothing but this host may be asked, the newest that it has.
    private func newestAvailable(of versions: [GoVersion]) -> GoVersion? {
        guard !stock.mayAskServers else { return versions.max() }
        let local = versions.filter { version in
            catalog.archive(of: version, for: platform).map(isAtHand) ?? false
        }
        return local.max() ?? versions.max()
    }

    /// Whether an archive is on this host.
    private func isAtHand(_ pin: PinnedArchive) -> Bool {
        (try? stock.sources(pin))?.contains { $0.address == nil } == true
    }

    /// What a request means, as far as its version is open: without servers to ask, the newest whose
    /// archive this host has, or that is installed.
    ///
    /// - Returns: The versions, and the catalog that they are to be taken from.
    /// - Throws: ``Failure`` where no version is compatible.
    private func availableNeeds(
        _ request: ToolRequest,
        for targets: [GoVersion]
    ) throws(Failure) -> ([ToolNeed], Catalog) {
        let newest = try resolution(catalog.tools).needs(request, for: targets)
        guard request.version == nil, !stock.mayAskServers else { return (newest, catalog) }
        let installed = Set(stock.installed.filter { $0.tool == request.tool })
        let prebuilt = catalog.tools.prebuilt(request.tool, for: platform).filter { prebuilt in
            installed.contains(prebuilt.build) || isAtHand(prebuilt.archive)
        }
        let versions = Set(prebuilt.map(\.build.version) + installed.map(\.version))
        let available = catalog.keepingTools(
            delve: { versions.contains($0.version) || isAtHand($0.sourceArchive(for: platform)) },
            prebuilt: prebuilt.contains
        )
        guard var found = try? resolution(available.tools).needs(request, for: targets) else {
            return (newest, catalog)
        }
        for index in found.indices {
            guard
                let better = newest.first(where: { need in
                    need.version > found[index].version
                        && need.targets.contains(where: found[index].targets.contains)
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
