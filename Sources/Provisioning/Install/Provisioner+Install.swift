internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// Does under the lock what a step says, or what is still missing by then.
    ///
    /// - Returns: What was missing: who had the lock before may have done all of it.
    func fulfil(_ step: GoStep, options: EnsureOptions) throws(Failure) -> GoStep.Need {
        let version = step.version
        return try transaction(
            on: version.toolchainName,
            to: "install \(version.toolchainName)"
        ) { transaction in
            let planner = planner(options)
            let need = try planner.need(of: version)
            // What was there before may have gone while this waited.
            let sources =
                need == step.need
                ? step.sources : try planner.step(version, for: step.wish).sources
            if need != .nothing { try prepareLaunchers(adding: &transaction.made) }
            switch need {
            case .tree: try install(version, from: sources, options: options)
            case .adoption: try adopt(version, from: sources, options: options)
            case .repair: try complete(version, options: options)
            case .launcher, .nothing: break
            }
            if need != .nothing {
                try launchers.write(
                    launcher(of: version),
                    durably: options.durability == .syncfs
                )
            }
            return need
        }
    }

    /// Repairs a tree of ours whose program or VERSION is gone.
    private func complete(_ version: GoVersion, options: EnsureOptions) throws {
        let found = try verify(entry(of: version), isQuick: false)
        let last = try repaired(found, isQuick: false, options: options)
        guard last.verdict != .clean else { return }
        throw last.repair?.failure
            ?? Failure(
                damaged: .go(version),
                at: store.goRoot(of: version),
                "it could not be repaired"
            )
    }

    private func install(
        _ version: GoVersion,
        from sources: [ArchiveSource],
        options: EnsureOptions
    ) throws {
        if try state(of: version) == .halfRemoved {
            try refuseMounted(.go(version))
            try finishRemoval(of: .go(version))
        }
        try withStaged(.unpacking(sources), options: options) { staged, _ in
            try staged.commit(
                to: store.place(of: .go(version)),
                durably: options.durability == .syncfs
            )
        }
    }

    /// How a complete tree is made.
    enum Recipe {
        /// The tree of a Go is what an archive holds.
        case unpacking([ArchiveSource])
        /// A program is taken from an archive.
        case program(ToolBuild, [ArchiveSource])
        /// A program is built from its source.
        case compiling(ToolCompilation)

        var sources: [ArchiveSource] {
            switch self {
            case .unpacking(let sources), .program(_, let sources): sources
            case .compiling(let compilation): compilation.sources
            }
        }
    }

    /// Makes a complete tree with its receipt from the first source that is what is pinned, and hands
    /// it over.
    func withStaged(
        _ recipe: Recipe,
        options: EnsureOptions,
        _ body: (consuming StagedDirectory, TreeIndex) throws -> Void
    ) throws {
        guard let contents = recipe.sources.first?.pin.contents else {
            throw Failure(.defect, "there is nothing to install from")
        }
        let verified = try verified(recipe.sources, watch: watch(contents.name))
        let source = verified.source
        do {
            let name =
                switch recipe {
                case .unpacking: contents.name
                case .program(let build, _): build.name
                case .compiling(let compilation): compilation.build.name
                }
            try refuseUnfit(name)
            let staged = try store.staged(name)
            try refuseTooFull(for: verified.archive)
            let index: TreeIndex
            switch recipe {
            case .unpacking:
                index = try fill(staged, verified.archive, source: source, options: options)
            case .program(let build, _):
                index = try take(
                    build,
                    from: verified.archive,
                    source: source,
                    into: staged,
                    options: options
                )
            case .compiling(let compilation):
                index = try compile(
                    compilation,
                    from: verified.archive,
                    source: source,
                    into: staged,
                    options: options
                )
            }
            try body(staged, index)
        } catch let error as ArchiveError {
            throw failure(for: error, source: source)
        } catch let error as FileError where error.path == source.path {
            throw failure(for: error, source: source)
        }
    }

    /// Unpacks an archive into a new folder, looks whether it is what it should be, and puts it on
    /// disk.
    private func fill(
        _ staged: borrowing StagedDirectory,
        _ archive: borrowing VerifiedArchive,
        source: ArchiveSource,
        options: EnsureOptions
    ) throws -> TreeIndex {
        let pin = source.pin
        guard case .go(let version) = pin.contents else {
            throw Failure(.defect, "an archive of \(pin.contents.name) is no tree of Go")
        }
        let watch = watch(pin.contents.name)
        let isDurable = options.durability == .syncfs
        let index = try ArchiveUnpacker(
            umask: try effectiveUmask(version.toolchainName),
            isDurable: isDurable,
            watch: watch
        ).unpack(
            archive,
            topFolder: "go",
            reserved: [SDKStore.Name.bookkeeping, SDKStore.Name.unpacked],
            into: staged.folder
        )
        try validate(staged.path, as: pin, version: version)
        try seal(
            staged,
            as: .go(version),
            index,
            archiveByteCount: archive.byteCount,
            source: source,
            options: options
        )
        return index
    }

    /// The mode bits that new files have to be given by hand: all of them where a folder's default
    /// access lists take the umask's place, acl(5).
    ///
    /// - Parameter name: What is being made; its lock is held.
    /// - Returns: The bits.
    /// - Throws: ``FileError`` where that cannot be tried.
    func effectiveUmask(_ name: String) throws -> UInt32 {
        let trial = try store.staged(name)
        return try FolderTrial.respectsModes(in: trial.folder, umask: environment.umask)
            ? environment.umask : 0o777
    }

    /// Writes receipt and index of a tree that is complete, and puts it on disk.
    func seal(
        _ staged: borrowing StagedDirectory,
        as installation: Installation,
        _ index: TreeIndex,
        compilation: Receipt.Compilation? = nil,
        archiveByteCount: Int,
        source: ArchiveSource,
        options: EnsureOptions
    ) throws {
        let watch = watch(installation.name)
        let specification = index.specification
        guard specification.count <= TreeIndex.mostBytes else {
            throw ArchiveError.tooLarge(limit: "an index of \(TreeIndex.mostBytes) bytes")
        }
        let receipt = Receipt(
            of: installation,
            compilation: compilation,
            archive: source.pin,
            archiveByteCount: archiveByteCount,
            source: source.origin,
            index: Receipt.IndexSummary(
                digest: try SHA256Digest(of: specification),
                fileCount: index.fileCount,
                byteCount: index.byteCount
            ),
            installedAt: Timestamp.now(),
            installedBy: "gotoolprov \(ProgramIdentity.version)"
        )
        try staged.writeFile(SDKStore.Name.index, specification)
        try staged.writeFile(SDKStore.Name.receipt, Array(receipt.document.rendered.utf8))
        try staged.writeFile(SDKStore.Name.unpacked, [])
        if options.durability == .syncfs {
            try watch.advance(.synchronizing, to: 0, of: 1)
            try staged.synchronize()
        }
        try watch.check()
    }

    /// Looks whether a complete, unpublished tree is the toolchain that was asked for and can run.
    private func validate(
        _ root: String,
        as pin: PinnedArchive,
        version: GoVersion
    ) throws {
        let versionFile = try FileSystem.contents(of: "\(root)/VERSION", limit: 4096) ?? []
        let firstLine = String(
            decoding: versionFile.prefix { $0 != UInt8(ascii: "\n") },
            as: UTF8.self
        )
        guard firstLine == version.toolchainName else {
            throw ArchiveError.unexpectedContents(
                what: "go/VERSION",
                expected: version.toolchainName,
                found: versionFile.isEmpty ? "nothing" : firstLine
            )
        }
        // Without it, Go neither switches toolchains nor finds a proxy
        // (docs/facts/go-toolchains.md#the-file-goenv).
        if version.line >= ReleaseLine.withGoEnvironmentFile,
            try FileSystem.kind(of: "\(root)/go.env") != .file
        {
            throw ArchiveError.unexpectedContents(
                what: "go/go.env",
                expected: "a file",
                found: "nothing"
            )
        }
        let program = "\(root)/bin/go"
        guard let header = try FileSystem.contents(of: program, limit: ELFIdentity.byteCount),
            let identity = ELFIdentity(header: header)
        else {
            throw ArchiveError.unexpectedContents(
                what: "go/bin/go",
                expected: "a program for \(pin.platform)",
                found: "none"
            )
        }
        guard identity.architecture == pin.platform.architecture else {
            throw ArchiveError.unexpectedContents(
                what: "go/bin/go",
                expected: "a program for \(pin.platform)",
                found: identity.architecture.map { "one for \(GoPlatform($0))" }
                    ?? "one for another machine"
            )
        }
        guard FileSystem.isExecutable(program) else {
            throw ArchiveError.unexpectedContents(
                what: "go/bin/go",
                expected: "an executable file",
                found: "one without that mode"
            )
        }
        try validateInterpreter(of: program, identity, version: version)
    }

    /// Up to Go 1.20, bin/go needs glibc's loader: golang/go#18773.
    private func validateInterpreter(
        of program: String,
        _ identity: ELFIdentity,
        version: GoVersion
    ) throws {
        let interpreter = try identity.interpreter { offset, count in
            guard let start = Int(exactly: offset) else { return [] }
            return try FileSystem.contents(of: program, from: start, limit: count) ?? []
        }
        guard let interpreter, try FileSystem.kind(of: interpreter) == nil else { return }
        throw Failure(
            .configuration,
            "\(version.toolchainName) cannot run on this host",
            facts: [.init("bin/go needs", interpreter), .init("found", "nothing there")],
            hint: "Go's own programs need no C library from go1.21.0 on"
        )
    }
}

extension ReleaseLine {
    /// The first line whose trees have a go.env.
    fileprivate static let withGoEnvironmentFile =
        GoVersion("1.21.0")?.line ?? { preconditionFailure("1.21.0 is a version") }()
}
