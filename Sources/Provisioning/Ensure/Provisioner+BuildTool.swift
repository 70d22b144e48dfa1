package import ToolchainCore
internal import ToolchainHost

/// The result of building a tool for other hosts.
package struct BuiltTool: Sendable {
    /// The archives, one per architecture.
    package let archives: [BuiltArchive]
    /// The path of the catalog that pins the archives.
    package let catalogPath: String
    /// The outcome for the Go that built the tool, if it had to be installed.
    package let builder: Outcome?
}

extension Provisioner {
    /// Builds archives of Delve for hosts of several architectures, so that they do not compile it
    /// themselves.
    ///
    /// Builds are reproducible: the same source, Go and architecture produce the same bytes on every
    /// host.
    ///
    /// - Parameters:
    ///   - request: The tool and its exact version.
    ///   - builder: The Go that builds the tool, or `nil` for the newest installed one that can.
    ///   - architectures: The architectures to build for.
    ///   - directory: The directory for the archives and their catalog; created if it does not exist.
    /// - Returns: The archives and their catalog.
    /// - Throws: ``Failure``; archives that are already complete are kept.
    package func buildTool(
        _ request: ToolRequest,
        with builder: GoVersion?,
        for architectures: [GoArchitecture],
        into directory: String
    ) throws(Failure) -> BuiltTool {
        let catalog = try supply.catalog()
        guard request.tool == .delve, let version = request.version,
            let release = catalog.tools.delve[version]
        else {
            throw Failure(
                .usage,
                request.tool == .delve && request.version != nil
                    ? "Delve \(request.version?.description ?? "") is not in any catalog"
                    : "only Delve can be built, and only an exact version of it",
                facts: [.init("requested", request)],
                hint: "for example, `gotoolprov build-tool dlv@1.25.0 --arch arm64 --output DIR`"
            )
        }
        var oldest = release.buildsWith
        for architecture in architectures {
            do {
                oldest = try Compatibility(catalog.tools, on: architecture)
                    .delve(version, debugging: nil)
                    .oldestBuilder
            } catch {
                throw Failure(
                    .configuration,
                    error.reason,
                    facts: [.init("requested", "linux/\(architecture.rawValue)")],
                    hint: "remove it from `--arch`"
                )
            }
        }
        let (go, installed) = try self.builder(builder, atLeast: oldest)
        let build = ToolBuild(tool: request.tool, version: version, builder: go)
        do {
            try FileSystem.makeDirectories(directory)
            var archives: [BuiltArchive] = []
            for architecture in architectures {
                let platform = GoPlatform(architecture)
                let compilation = try RecipeBook(store: store, supply: supply).compilation(
                    of: build,
                    from: supply.sources(of: release.sourceArchive(for: platform)),
                    for: platform
                )
                archives.append(
                    try DelveBuilder(store: store, supply: supply)
                        .makeArchive(compilation, in: directory)
                )
            }
            let path = "\(directory)/\(build.name).json"
            try FileSystem.replaceFile(
                at: path,
                with: Array(DelveBuilder.catalog(of: archives).rendered.utf8),
                mode: 0o644,
                durably: true
            )
            return BuiltTool(archives: archives, catalogPath: path, builder: installed)
        } catch {
            throw session.failure(for: error, doing: "build \(build.name)")
        }
    }

    private func builder(
        _ requested: GoVersion?,
        atLeast oldest: GoVersion?
    ) throws(Failure) -> (GoVersion, Outcome?) {
        let installed = try store.verifiedVersions()
        if let requested {
            if let oldest, requested < oldest {
                throw Failure(
                    .configuration,
                    "\(requested.toolchainName) is too old to build the tool",
                    facts: [.init("needed", "go\(oldest) or newer")]
                )
            }
            if installed.contains(requested) { return (requested, nil) }
            return (requested, try ensure(Manifest.Request(exactly: requested)))
        }
        guard let newest = installed.filter({ $0 >= oldest ?? $0 }).max() else {
            throw Failure(
                .usage,
                "no installed Go can build the tool",
                facts: oldest.map { [.init("needed", "go\($0) or newer")] } ?? [],
                hint: "name a Go, which is then installed: `--go go1.24.11`"
            )
        }
        return (newest, nil)
    }
}
