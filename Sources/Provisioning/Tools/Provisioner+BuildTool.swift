internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// An archive of a tool that was built for hosts of one architecture.
    package struct BuiltArchive: Sendable {
        /// What it holds.
        package let build: ToolBuild
        /// What it is built for.
        package let platform: GoPlatform
        /// The file.
        package let path: String
        package let digest: SHA256Digest
        /// Its size in bytes.
        package let byteCount: Int
        package let programDigest: SHA256Digest
        /// The source that it was built from.
        package let source: PinnedArchive
        /// How it was built.
        package let compilation: Receipt.Compilation
    }

    /// What came of building a tool for others.
    package struct BuiltTool: Sendable {
        /// The archives, one for each architecture.
        package let archives: [BuiltArchive]
        /// The catalogue file that pins them.
        package let cataloguePath: String
        /// What became of the Go that builds it, where that had to be installed.
        package let builder: Outcome?
    }

    /// Builds Delve for hosts of several architectures that shall not compile it themselves.
    ///
    /// The same source, Go and architecture give the same bytes on every host.
    ///
    /// - Parameters:
    ///   - request: The tool with its version.
    ///   - builder: The Go that builds it; nil for the newest that is installed.
    ///   - architectures: What it is built for.
    ///   - folder: Where the archives and their catalogue go; made where it is missing.
    ///   - options: Where source and Go may come from.
    /// - Returns: The archives.
    /// - Throws: ``Failure``; archives that were finished before stay.
    package func buildTool(
        _ request: ToolRequest,
        with builder: GoVersion?,
        for architectures: [GoArchitecture],
        into folder: String,
        options: EnsureOptions
    ) throws(Failure) -> BuiltTool {
        let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
        guard request.tool == .delve, let version = request.version,
            let release = catalogue.tools.delve[version]
        else {
            throw Failure(
                .usage,
                request.tool == .delve && request.version != nil
                    ? "no catalogue knows Delve \(request.version?.description ?? "")"
                    : "only Delve can be built, and of an exact version",
                facts: [.init("asked for", request)],
                hint: "for instance `gotoolprov build-tool dlv@1.25.0 --arch arm64 --output DIR`"
            )
        }
        var oldest = release.buildsWith
        for architecture in architectures {
            do {
                oldest = try Compatibility(catalogue.tools, on: architecture)
                    .delve(version, debugging: nil)
                    .oldestBuilder
            } catch {
                throw Failure(
                    .configuration,
                    error.reason,
                    facts: [.init("asked for", "linux/\(architecture.rawValue)")],
                    hint: "leave it out of `--arch`"
                )
            }
        }
        let (go, installed) = try self.builder(
            builder,
            atLeast: oldest,
            in: catalogue,
            options: options
        )
        let build = ToolBuild(tool: request.tool, version: version, builder: go)
        do {
            try FileSystem.makeDirectories(folder)
            var archives: [BuiltArchive] = []
            for architecture in architectures {
                let platform = GoPlatform(architecture)
                let sources = try sources(
                    of: release.sourceArchive(for: platform),
                    options: options
                )
                guard
                    case .compiling(let compilation) = try self.compilation(
                        of: build,
                        from: sources,
                        for: platform,
                        in: catalogue
                    )
                else { continue }
                archives.append(try makeArchive(compilation, in: folder))
            }
            let path = "\(folder)/\(build.name).json"
            try FileSystem.replaceFile(
                at: path,
                with: Array(Self.catalogue(of: archives).rendered.utf8),
                mode: 0o644,
                durably: true
            )
            return BuiltTool(archives: archives, cataloguePath: path, builder: installed)
        } catch {
            throw failure(for: error, doing: "build \(build.name)")
        }
    }

    private func builder(
        _ wanted: GoVersion?,
        atLeast oldest: GoVersion?,
        in catalogue: Catalogue,
        options: EnsureOptions
    ) throws(Failure) -> (GoVersion, Outcome?) {
        let installed = try store.usableSDKs(on: platform).filter(\.isVerified).map(\.version)
        if let wanted {
            if let oldest, wanted < oldest {
                throw Failure(
                    .configuration,
                    "\(wanted.toolchainName) is too old to build it",
                    facts: [.init("needed", "go\(oldest) or newer")]
                )
            }
            if installed.contains(wanted) { return (wanted, nil) }
            let wish = Manifest.Wish(text: wanted.toolchainName, request: .exactly(wanted))
            return (wanted, try ensure(wish, options: options))
        }
        guard let newest = installed.filter({ $0 >= oldest ?? $0 }).max() else {
            throw Failure(
                .usage,
                "no Go is installed that can build it",
                facts: oldest.map { [.init("needed", "go\($0) or newer")] } ?? [],
                hint: "name one: `--go go1.24.11`; it is installed then"
            )
        }
        return (newest, nil)
    }

    /// Builds a tool in a staged folder that is not published, and packs it.
    private func makeArchive(
        _ compilation: ToolCompilation,
        in folder: String
    ) throws -> BuiltArchive {
        let build = compilation.build
        let platform = compilation.platform
        let name = "\(build.name).linux-\(platform.architecture.rawValue).tar.gz"
        return try transaction(on: build.name) { transaction in
            transaction.leavesNothing = true
            return try packed(compilation, as: name, in: folder)
        }
    }

    private func packed(
        _ compilation: ToolCompilation,
        as name: String,
        in folder: String
    ) throws -> BuiltArchive {
        let build = compilation.build
        let platform = compilation.platform
        let verified = try verified(compilation.sources, watch: watch(build.name))
        let source = verified.source
        try refuseUnfit(build.name)
        let staged = try store.staged(build.name)
        do {
            try compileProgram(
                compilation,
                from: verified.archive,
                to: staged.path,
                work: "\(staged.path)/work"
            )
            try gate(staged.path, as: build, platform: platform, source: source)
        } catch let error as ArchiveError {
            throw failure(for: error, source: source)
        }
        let program =
            try FileSystem.contents(
                of: "\(staged.path)/bin/\(build.tool)",
                limit: 512 << 20
            ) ?? []
        var members = [
            ProgramArchive.Member(
                name: build.tool.name,
                isExecutable: true,
                contents: program
            )
        ]
        if let licence = try FileSystem.contents(of: "\(staged.path)/LICENSE", limit: 1 << 20) {
            members.append(
                ProgramArchive.Member(name: "LICENSE", isExecutable: false, contents: licence)
            )
        }
        let file = "\(staged.path)/\(name)"
        try ProgramArchive.write(members, to: file)
        let bytes = try FileSystem.contents(of: file, limit: 512 << 20) ?? []
        let path = "\(folder)/\(name)"
        // The output may be on another file system than the staging folder.
        try FileSystem.replaceFile(at: path, with: bytes, mode: 0o644, durably: true)
        _ = consume staged
        return BuiltArchive(
            build: build,
            platform: platform,
            path: path,
            digest: try SHA256Digest(of: bytes),
            byteCount: bytes.count,
            programDigest: try SHA256Digest(of: program),
            source: source.pin,
            compilation: compilation.record
        )
    }

    /// A catalogue file that pins archives, with how they came to be.
    private static func catalogue(of archives: [BuiltArchive]) -> JSONValue {
        [
            "schemaVersion": 1,
            "tools": .array(
                archives.map { archive in
                    [
                        "tool": .string(archive.build.tool.name),
                        "version": .string(archive.build.version.description),
                        "builtWith": .string(archive.build.builder.description),
                        "arch": .string(archive.platform.architecture.rawValue),
                        "file": .string(FilePath(archive.path).lastComponent?.string ?? ""),
                        "sha256": .string(archive.digest.description),
                        "size": .integer(archive.byteCount),
                        "provenance": [
                            "source": .string(archive.source.fileName),
                            "sourceSha256": .string(archive.source.digest.description),
                            "go": .string(archive.build.builder.toolchainName),
                            "flags": .array(archive.compilation.flags.map { .string($0) }),
                            "environment": .array(
                                archive.compilation.environment.map { .string($0) }
                            ),
                            "binarySha256": .string(archive.programDigest.description),
                            "builtBy": .string("gotoolprov \(ProgramIdentity.version)"),
                        ],
                    ]
                }
            ),
        ]
    }
}
