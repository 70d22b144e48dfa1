package import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Reading an archive strictly, without unpacking it.
extension Supply {
    /// Reads an archive as strictly as its installation would, and writes nothing.
    ///
    /// - Parameters:
    ///   - archive: The archive.
    ///   - source: Where it comes from, for messages.
    ///   - item: What it should contain.
    /// - Returns: The hash of the toolchain module, if the log can record it.
    /// - Throws: ``Failure`` or ``ProgressMonitor/Interrupted``.
    func examine(
        _ archive: borrowing VerifiedArchive,
        _ source: ArchiveSource,
        as item: MirrorItem
    ) throws -> ModuleHash? {
        do {
            let index = try index(of: archive, item)
            switch item.contents {
            case .go: return try item.module.map { try Self.hash(of: index, $0) }
            case .tool(let build): _ = try index.program(named: build.tool.name)
            case .source(.delve, _):
                guard index.entries.contains(where: { $0.path == "cmd/dlv/main.go" }) else {
                    throw ArchiveError.unexpectedContents(
                        what: "cmd/dlv/main.go",
                        expected: "a file",
                        found: "nothing"
                    )
                }
            case .source: break
            }
            return nil
        } catch let interrupted as ProgressMonitor.Interrupted {
            throw interrupted
        } catch {
            throw session.failure(for: error, source: source)
        }
    }

    /// Verifies an archive of a mirror, and reads it strictly.
    ///
    /// - Parameters:
    ///   - pin: The archive, as the index of the mirror lists it.
    ///   - path: Where it is.
    /// - Returns: The hash of the toolchain module, if the log can record it.
    /// - Throws: ``Failure``.
    package func examine(
        _ pin: PinnedArchive,
        at path: String
    ) throws(Failure) -> ModuleHash? {
        let source = ArchiveSource(pin: pin, path: path)
        do {
            let item = MirrorItem(pin)
            let archive = try ArchiveFile.opening(path).verified(
                against: pin,
                monitor: session.monitor(pin.contents.name)
            )
            return try examine(archive, source, as: item)
        } catch {
            throw session.failure(for: error, source: source)
        }
    }

    /// Verifies the proof in a file: the log signed a tree that has the record of a toolchain for the run's
    /// platform.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - version: The version.
    ///   - hash: The hash of its files.
    /// - Returns: The record; nil if the file does not exist.
    /// - Throws: ``Failure`` if it proves anything else, or reveals a fork of the log.
    package func provenRecord(
        at path: String,
        of version: GoVersion,
        hash: ModuleHash
    ) throws(Failure) -> Receipt.LogRecord? {
        let log = session.settings.log
        guard let claim = try LogClaim.proof(at: path, of: log) else { return nil }
        do {
            return try claim.verified(
                hash: hash,
                of: ToolchainModule(version, session.platform)
            )
        } catch {
            throw Failure(
                .integrity,
                "the file proves another archive",
                facts: [.init("file", path), .init("because", error)]
            )
        }
    }

    private func index(
        of archive: borrowing VerifiedArchive,
        _ item: MirrorItem
    ) throws -> TreeIndex {
        let monitor = session.monitor(item.contents.name)
        switch item.contents {
        case .go:
            let isPinned = item.pin != nil
            return try ArchiveUnpacker(
                limits: isPinned ? ArchiveUnpacker.Limits() : .unpinned,
                form: isPinned ? .archive : .toolchainModule,
                umask: 0,
                monitor: monitor
            ).index(of: archive, topDirectory: "go")
        case .tool:
            return try ArchiveUnpacker(
                limits: Installer.programLimits,
                umask: 0,
                monitor: monitor
            ).index(of: archive, topDirectory: nil)
        case .source(let tool, let version):
            return try ArchiveUnpacker(
                limits: DelveBuilder.sourceLimits,
                umask: 0,
                allowsLinks: true,
                monitor: monitor
            ).index(of: archive, topDirectory: tool == .delve ? "delve-\(version)" : nil)
        }
    }

    private static func hash(
        of index: TreeIndex,
        _ module: ToolchainModule
    ) throws -> ModuleHash {
        do {
            return try ModuleHash(of: ToolchainFileList(module, index: index))
        } catch let problem as ToolchainFileList.Problem {
            throw ArchiveError.refusedMember(
                name: problem.path,
                reason: "no file of a toolchain module has this name"
            )
        }
    }
}
