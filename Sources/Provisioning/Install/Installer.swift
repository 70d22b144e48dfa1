internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// Unpacks or builds trees from verified archives and publishes them.
///
/// The caller holds the lock of the installation.
struct Installer {
    let store: Store
    let supply: Supply

    private var session: Session { store.session }

    /// Installs a Go at a path where nothing exists, or a half-removed tree.
    func install(
        _ version: GoVersion,
        from sources: [ArchiveSource]
    ) throws {
        try finishRemoval(of: version)
        try withStaged(.unpacking(sources)) { staged, _ in
            try commit(staged, as: version)
        }
    }

    /// Finishes the removal of a Go that another process began.
    func finishRemoval(of version: GoVersion) throws {
        guard try store.state(of: .go(version)) == .halfRemoved else { return }
        try store.refuseMounted(.go(version))
        try store.finishRemoval(of: .go(version))
    }

    /// Publishes a complete tree.
    func commit(_ staged: consuming StagedDirectory, as version: GoVersion) throws {
        try staged.commit(
            to: store.installations.place(of: .go(version)),
            durably: session.isDurable
        )
    }

    /// Prepares a complete tree with its receipt from the first source whose archive matches the pin,
    /// and passes it to `body`.
    func withStaged(
        _ recipe: Recipe,
        _ body: (consuming StagedDirectory, TreeIndex) throws -> Void
    ) throws {
        guard let contents = recipe.sources.first?.pin.contents else {
            throw Failure(.defect, "no source to install from")
        }
        try withStaged(recipe, from: supply.verified(recipe.sources, for: contents.name), body)
    }

    /// Prepares a complete tree with its receipt from a verified archive, and passes it to `body`.
    func withStaged(
        _ recipe: Recipe,
        from verified: consuming VerifiedSource,
        _ body: (consuming StagedDirectory, TreeIndex) throws -> Void
    ) throws {
        let source = verified.source
        do {
            let name = recipe.name ?? source.pin.contents.name
            try store.refuseUnfit(name)
            let staged = try store.installations.staged(name)
            try store.refuseTooFull(for: verified.archive)
            let index: TreeIndex
            switch recipe {
            case .unpacking:
                index = try fill(staged, verified.archive, source: source)
            case .program(let build, _):
                index = try take(
                    build,
                    from: verified.archive,
                    source: source,
                    into: staged
                )
            case .compiling(let compilation):
                index = try DelveBuilder(store: store, supply: supply).compile(
                    compilation,
                    from: verified.archive,
                    source: source,
                    into: staged
                )
            }
            try body(staged, index)
        } catch let error as ArchiveError {
            throw session.failure(for: error, source: source)
        } catch let error as FileError where error.path == source.path {
            throw session.failure(for: error, source: source)
        }
    }

    /// Unpacks the archive of a Go, validates the tree, writes its receipt, and flushes it to disk.
    private func fill(
        _ staged: borrowing StagedDirectory,
        _ archive: borrowing VerifiedArchive,
        source: ArchiveSource
    ) throws -> TreeIndex {
        let pin = source.pin
        guard case .go(let version) = pin.contents else {
            throw Failure(.defect, "an archive of \(pin.contents.name) is not a Go toolchain")
        }
        let monitor = session.monitor(pin.contents.name)
        let isDurable = session.isDurable
        let claim = source.claim
        let index = try ArchiveUnpacker(
            limits: claim == nil ? .init() : .unpinned,
            form: claim == nil ? .archive : .toolchainModule,
            umask: try store.effectiveUmask(version.toolchainName),
            isDurable: isDurable,
            monitor: monitor
        ).unpack(
            archive,
            topDirectory: "go",
            reserved: [Installations.Name.bookkeeping, Installations.Name.unpacked],
            into: staged.directory
        )
        let log = try claim.map { try verified(index, by: $0, source: source, version: version) }
        try validate(staged.path, as: pin, version: version)
        try store.seal(
            staged,
            as: .go(version),
            index,
            archiveByteCount: archive.byteCount,
            source: source,
            log: log
        )
        return index
    }

    /// Verifies that the log records the files of an unpublished tree.
    private func verified(
        _ index: TreeIndex,
        by claim: LogClaim,
        source: ArchiveSource,
        version: GoVersion
    ) throws -> Receipt.LogRecord {
        let module = ToolchainModule(version, source.pin.platform)
        do {
            let list = try ToolchainFileList(module, index: index)
            return try claim.verified(hash: ModuleHash(of: list), of: module)
        } catch let problem as ToolchainFileList.Problem {
            throw ArchiveError.refusedMember(
                name: problem.path,
                reason: "no file of a toolchain module has this name"
            )
        } catch let mismatch as LogClaim.Mismatch {
            throw Failure(mismatch, source: source)
        }
    }

    /// Checks that an unpublished tree is the requested toolchain and can run on this host.
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
        // Without this file, Go neither switches toolchains nor finds a module proxy
        // (docs/facts/go-toolchains.md#the-file-goenv).
        if version.line >= .goEnvFile,
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
                expected: "an executable for \(pin.platform)",
                found: "none"
            )
        }
        guard identity.architecture == pin.platform.architecture else {
            throw ArchiveError.unexpectedContents(
                what: "go/bin/go",
                expected: "an executable for \(pin.platform)",
                found: identity.architecture.map { "one for \(GoPlatform($0))" }
                    ?? "one for another architecture"
            )
        }
        guard FileSystem.isExecutable(program) else {
            throw ArchiveError.unexpectedContents(
                what: "go/bin/go",
                expected: "an executable file",
                found: "a file without execute permission"
            )
        }
        try validateInterpreter(of: program, identity, version: version)
    }

    /// Before ``ReleaseLine/programsWithoutCLibrary``, bin/go requires the glibc loader.
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
            facts: [.init("bin/go requires", interpreter), .init("found", "nothing")],
            hint: "request"
                + " \(ReleaseLine.programsWithoutCLibrary.firstRelease.toolchainName) or newer,"
                + " whose executables require no C library"
        )
    }
}
