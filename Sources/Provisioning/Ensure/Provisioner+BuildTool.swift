package import ToolchainCore
internal import ToolchainHost

/// The result of building a tool for other hosts.
package struct BuiltTool: Sendable {
    /// The archives, one for each architecture.
    package let archives: [BuiltArchive]
    /// The catalog file that pins them.
    package let catalogPath: String
    /// The outcome for the Go that builds it, where that had to be installed.
    package let builder: Outcome?
}

extension Provisioner {
    /// Builds Delve for hosts of several architectures that should not compile it themselves.
    ///
    /// The same source, Go and architecture give the same bytes on every host.
    ///
    /// - Parameters:
    ///   - request: The tool with its version.
    ///   - builder: The Go that builds it; nil for the newest that is installed.
    ///   - architectures: What it is built for.
    ///   - directory: The directory for the archives and their catalog; created if it does not exist.
    /// - Returns: The archives.
    /// - Throws: ``Failure``; archives that were finished before stay.
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
        _ wanted: GoVersion?,
        atLeast oldest: GoVersion?
    ) throws(Failure) -> (GoVersion, Outcome?) {
        let installed = try store.verifiedVersions()
        if let wanted {
            if let oldest, wanted < oldest {
                throw Failure(
                    .configuration,
                    "\(wanted.toolchainName) is too old to build the tool",
                    facts: [.init("needed", "go\(oldest) or newer")]
                )
            }
            if installed.contains(wanted) { return (wanted, nil) }
            return (wanted, try ensure(Manifest.Request(exactly: wanted)))
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
