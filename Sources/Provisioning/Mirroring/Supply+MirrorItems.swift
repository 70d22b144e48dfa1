package import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Resolves requests to the archives that hosts of the run's platform need for them.
extension Supply {
    /// Resolves a request for a Go, as `ensure` does on a host that has none.
    ///
    /// The official list is fetched if the request depends on it.
    ///
    /// - Throws: ``Failure`` if no version matches, or nothing could vouch for its archive.
    package func mirrorItem(
        for request: Manifest.Request
    ) throws(Failure) -> MirrorItem {
        let planner = emptyHostPlanner
        if try planner.readsKnown(request), officialObstacle == nil {
            try refreshOfficialReleases()
        }
        return try mirrorItem(of: planner.selection(for: request).version)
    }

    /// Returns the archive of a Go.
    private func mirrorItem(of version: GoVersion) throws(Failure) -> MirrorItem {
        let catalog = try catalog()
        if let pin = catalog.archive(of: version, for: session.platform) { return MirrorItem(pin) }
        guard !catalog.determines(version, for: session.platform) else {
            return MirrorItem(try pin(version))
        }
        let reason: Failure.Fact
        let log = session.settings.log
        do {
            try ToolchainRecord.requireRecord(of: ToolchainModule(version, session.platform))
            if log.isEnabled { return MirrorItem(unpinned: version, for: session.platform) }
            reason = .init("log disabled by", log.disabledBy ?? "")
        } catch {
            reason = .init("not proven", error)
        }
        do throws(Failure) {
            return MirrorItem(try pin(version))
        } catch {
            var failure = error
            failure.facts.append(reason)
            throw failure
        }
    }

    /// Resolves a request for a tool: to compiled archives, or for Delve to its source code if catalogs list
    /// no compatible archive.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - targets: The Go versions that the tool is for, if the request has no version.
    /// - Returns: The archives: one for each version of the tool.
    /// - Throws: ``Failure`` if no version is compatible or available.
    package func mirrorItems(
        for request: ToolRequest,
        targets: [GoVersion]
    ) throws(Failure) -> [MirrorItem] {
        try mirrorItems(for: request, targets: targets, in: catalog())
    }

    /// Resolves a request for a tool to some of its archives.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - targets: The Go versions that the tool is for.
    ///   - isAvailable: Whether an archive can be selected.
    /// - Returns: The archives.
    /// - Throws: ``Failure`` if none is compatible.
    package func mirrorItems(
        for request: ToolRequest,
        targets: [GoVersion],
        where isAvailable: (PinnedArchive) -> Bool
    ) throws(Failure) -> [MirrorItem] {
        let platform = session.platform
        let available = try catalog().keepingTools(
            delve: { isAvailable($0.sourceArchive(for: platform)) },
            prebuilt: { isAvailable($0.archive) }
        )
        return try mirrorItems(for: request, targets: targets, in: available)
    }

    private func mirrorItems(
        for request: ToolRequest,
        targets: [GoVersion],
        in catalog: Catalog
    ) throws(Failure) -> [MirrorItem] {
        let platform = session.platform
        // An exact version is for whatever hosts have.
        let targets = request.version == nil ? targets : []
        let selections = try ToolResolution(
            tools: catalog.tools,
            installed: [],
            platform: platform
        ).selections(request, for: targets)
        var items: [MirrorItem] = []
        for selection in selections {
            let prebuilt = catalog.tools.prebuilt(request.tool, for: platform).first {
                $0.build.version == selection.version
                    && $0.build.builder >= selection.oldestBuilder
            }
            let source =
                request.tool == .delve
                ? catalog.tools.delve[selection.version]?.sourceArchive(for: platform) : nil
            guard let archive = prebuilt?.archive ?? source else {
                throw Failure(
                    .unavailable,
                    "\(request.tool) \(selection.version) is not available for \(platform)",
                    hint: "add a catalog that lists an archive of it: `--catalog FILE`"
                )
            }
            items.append(
                prebuilt == nil
                    ? MirrorItem(archive, oldestBuilder: selection.oldestBuilder)
                    : MirrorItem(archive)
            )
        }
        return items
    }

    /// Returns the Go that `ensure` installs to compile source code on a host.
    ///
    /// - Parameters:
    ///   - item: The source code.
    ///   - installed: The Go versions that the host has.
    /// - Returns: The newest Go of the oldest line that can compile it; nil if an installed Go can, or if it is not
    ///   source code.
    /// - Throws: ``Failure`` if no catalog lists one.
    package func mirrorItem(
        compiling item: MirrorItem,
        unless installed: [GoVersion]
    ) throws(Failure) -> MirrorItem? {
        guard let oldest = item.oldestBuilder, !installed.contains(where: { $0 >= oldest }) else {
            return nil
        }
        let known = try catalog().versions(for: session.platform).filter {
            $0.line == oldest.line && $0 >= oldest && !$0.isPreRelease
        }
        guard let newest = known.max() else {
            throw Failure(
                .unavailable,
                "no catalog lists a Go that can build \(item.contents.name)",
                facts: [.init("needed", "go\(oldest) or newer")]
            )
        }
        return try mirrorItem(of: newest)
    }

    /// A planner for a host on which nothing is installed.
    private var emptyHostPlanner: GoPlanner {
        GoPlanner(
            stock: GoStock(
                state: { _ in nil },
                hasLauncher: { _ in false },
                installed: { [] },
                known: { scope throws(Failure) in try knownVersions(scope) },
                sources: { version, _ throws(Failure) in try sources(of: pin(version)) },
                isListed: { version throws(Failure) in
                    try catalog().determines(version, for: session.platform)
                },
                logEvidence: { version throws(Failure) in try logEvidence(for: version) },
                hasLocalArchive: { hasLocalArchive($0) },
                mayAskServers: mayAskServers
            ),
            platform: session.platform,
            policy: Provisioner.Policy(),
            cooldown: cooldown,
            digest: nil,
            manifestPath: session.settings.manifest?.path,
            path: { $0.toolchainName },
            catalogHint: { catalogHint() }
        )
    }
}
