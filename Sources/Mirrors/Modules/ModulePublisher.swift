package import Provisioning
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Makes a mirror serve Go's own toolchain switching: the module of each Go in it, and a log that proves them.
///
/// A module is made from the verified archive, and enters the mirror only if it has the hash that Go's checksum database
/// published. Archives without a published hash are refused.
package struct ModulePublisher {
    /// The log that proves the modules.
    package struct Task: Sendable {
        /// The absolute path of the signing key of the site's log.
        package let keyPath: String
        /// The name of the site's log; nil for the name of an existing key.
        package let logName: String?
        /// Whether the site's log was requested.
        ///
        /// Otherwise one whose key exists is kept up to date if the mirror has it, or if no copy of Go's log proves
        /// all modules.
        package let isLogRequested: Bool

        /// Creates a task.
        package init(keyPath: String, logName: String?, isLogRequested: Bool) {
            self.keyPath = keyPath
            self.logName = logName
            self.isLogRequested = isLogRequested
        }
    }

    let tree: MirrorTree
    let session: Session
    let task: Task

    /// Creates a publisher.
    package init(_ tree: MirrorTree, _ session: Session, _ task: Task) {
        self.tree = tree
        self.session = session
        self.task = task
    }

    /// Makes what is missing, and deletes the modules of archives that the mirror does not have any more.
    ///
    /// - Returns: What became of each module, and the logs.
    /// - Throws: ``Failure`` if the mirror cannot be written, the site's log contradicts its key or the index, or the
    ///   run is interrupted. Modules that were complete before are in the mirror then.
    package func publish() throws(Failure) -> ModuleUpdate {
        try tree.change(session) { change in
            let key = try SiteLogKey.opening(task.keyPath, name: nil, outside: tree.path)
            var entries: [ModuleUpdate.Entry] = []
            var modules: Set<ToolchainModule> = []
            for entry in change.index.entries {
                guard case .go(let version) = entry.contents, let architecture = entry.architecture
                else { continue }
                let module = ToolchainModule(version, GoPlatform(architecture))
                // An archive may have a second name.
                guard modules.insert(module).inserted else { continue }
                let (result, hash) = try publish(module, of: entry)
                entries.append(
                    .init(version: version, architecture: architecture, result: result, hash: hash)
                )
            }
            entries += try removeOthers(than: entries.filter { $0.hash != nil }.map(\.module))
            let records = try entries.compactMap { entry in
                try entry.hash.map { try ToolchainRecord(of: entry.module, hash: $0) }
            }
            let (logs, failure) = try updateLogs(records, existingKey: key)
            // The list comes last: what it names can be verified.
            try writeList(records.map(\.module))
            return ModuleUpdate(
                directory: tree.path,
                entries: entries,
                logs: logs,
                logFailure: failure
            )
        }
    }

    // MARK: One module

    private func publish(
        _ module: ToolchainModule,
        of entry: MirrorEntry
    ) throws -> (result: ModuleUpdate.Result, hash: ModuleHash?) {
        do {
            try ToolchainRecord.requireRecord(of: module)
        } catch {
            return (.skipped(reason: "\(error)"), nil)
        }
        do {
            let hash = try publishedHash(of: module, entry)
            let path = tree.path(of: ModulePaths.file(of: module, ".zip"))
            let isPresent = try FileSystem.kind(of: path) != nil
            if isPresent, try isIntact(path, module, hash) {
                try writeSmallFiles(of: module)
                return (.kept, hash)
            }
            try make(module, of: entry, hash: hash, at: path)
            try writeSmallFiles(of: module)
            return (isPresent ? .replaced : .added, hash)
        } catch let failure as Failure {
            guard [.integrity, .unavailable].contains(failure.kind) else { throw failure }
            return (.rejected(failure), nil)
        }
    }

    /// Returns the hash that Go's checksum database published for a toolchain: according to the table that is compiled
    /// in, else by the proof beside the archive.
    private func publishedHash(
        of module: ToolchainModule,
        _ entry: MirrorEntry
    ) throws -> ModuleHash {
        let table = try CatalogLibrary.publishedHashes()
        if let hash = table.hash(of: module.go, module.platform) { return hash }
        let log = session.settings.log
        guard let claimed = entry.log?.hash else {
            throw Failure(
                .unavailable,
                "no published hash of \(module.go.toolchainName) is known",
                facts: [
                    .init("archive", entry.path), .init("log", log.name),
                    .init("because", "there is no log proof beside the archive"),
                ],
                hint:
                    "run `gotoolprov mirror add \(module.go.toolchainName)` where the log can be asked"
            )
        }
        let path = tree.path(of: entry.path) + LogProof.fileSuffix
        do {
            guard
                let bytes = try FileSystem.contents(of: path, limit: LogProof.mostBytes + 1)
            else { throw FileError("read", path, .noSuchFileOrDirectory) }
            let proof = try LogProof(parsing: bytes)
            return try ProvenToolchain(proof, of: module, hash: claimed, signedBy: [log.key])
                .record.hash
        } catch {
            throw Failure(
                .integrity,
                "the log proof of the archive does not prove its hash",
                facts: [
                    .init("file", path), .init("log", log.name), .init("because", "\(error)"),
                ],
                hint: "run `gotoolprov mirror verify`, and add the archive again"
            )
        }
    }

    private func isIntact(
        _ path: String,
        _ module: ToolchainModule,
        _ hash: ModuleHash
    ) throws -> Bool {
        do {
            let found = try ModuleHash(
                ofZip: path,
                module: module,
                monitor: session.monitor("\(module.go.toolchainName).zip")
            )
            return found == hash
        } catch is ArchiveError {
            return false
        }
    }

    /// Makes the zip archive in the staging directory, and renames it to its place.
    private func make(
        _ module: ToolchainModule,
        of entry: MirrorEntry,
        hash: ModuleHash,
        at path: String
    ) throws {
        let name = "\(module.version).zip"
        let staged = "\(tree.stagingPath)/\(name)"
        let monitor = session.monitor(entry.path.fileName)
        try? FileSystem.remove(staged)
        defer { try? FileSystem.remove(staged) }
        let found: ModuleHash
        do {
            let archive = try ArchiveFile.opening(tree.path(of: entry.path)).verified(
                against: PinnedArchive(
                    entry.contents,
                    platform: module.platform,
                    fileName: entry.path.fileName,
                    digest: entry.digest,
                    byteCount: entry.byteCount,
                    voucher: .catalog(path: tree.indexPath)
                ),
                monitor: monitor
            )
            found = try ArchiveUnpacker(
                limits: .unpinned,
                umask: 0,
                isDurable: session.isDurable,
                monitor: monitor
            ).writeModule(
                module,
                of: archive,
                topDirectory: "go",
                to: name,
                in: .opening(tree.stagingPath, followingLinks: true)
            )
        } catch let error as ArchiveError {
            throw Failure(
                .integrity,
                "the archive in the mirror is damaged",
                facts: [
                    .init("file", tree.path(of: entry.path)), .init("because", "\(error)"),
                ],
                hint: "add it again: `gotoolprov mirror add \(module.go.toolchainName)`"
            )
        }
        guard found == hash else {
            throw Failure(
                .integrity,
                "the archive does not have the published files of \(module.go.toolchainName)",
                facts: [
                    .init("file", tree.path(of: entry.path)), .init("expected", hash),
                    .init("computed", found),
                ],
                hint:
                    "the `go` command would refuse its module; replace the archive by the official one"
            )
        }
        try FileSystem.makeDirectories(tree.path(of: ModulePaths.directory))
        try FileSystem.setMode(0o644, of: staged)
        try FileSystem.replace(path, by: staged)
    }

    private func writeSmallFiles(of module: ToolchainModule) throws(FileError) {
        for suffix in [".info", ".mod"] {
            try write(
                ModulePaths.contents(of: module, suffix),
                as: ModulePaths.file(of: module, suffix)
            )
        }
    }

    // MARK: All modules

    /// Deletes the files of modules that are not served any more.
    private func removeOthers(
        than modules: [ToolchainModule]
    ) throws -> [ModuleUpdate.Entry] {
        let versions = Set(modules.map(\.version))
        var removed: [ModuleUpdate.Entry] = []
        let directory = tree.path(of: ModulePaths.directory)
        for name in try FileSystem.names(in: directory) ?? [] {
            guard let suffix = ModulePaths.suffixes.first(where: { name.hasSuffix($0) }),
                let module = ToolchainModule(version: String(name.dropLast(suffix.count))),
                !versions.contains(module.version)
            else { continue }
            try FileSystem.remove("\(directory)/\(name)")
            guard suffix == ".zip" else { continue }
            removed.append(
                .init(
                    version: module.go,
                    architecture: module.platform.architecture,
                    result: .removed,
                    hash: nil
                )
            )
        }
        return removed
    }

    private func writeList(_ modules: [ToolchainModule]) throws(FileError) {
        let lines = modules.map { "\($0.version)\n" }.sorted { $0.precedesByBytes($1) }
        try write(Array(lines.joined().utf8), as: ModulePaths.list)
        if session.isDurable {
            try DirectoryHandle.opening(tree.path, followingLinks: true).synchronizeContents()
        }
    }

    private func write(_ bytes: [UInt8], as name: String) throws(FileError) {
        let path = tree.path(of: name)
        if try FileSystem.contents(of: path, limit: bytes.count + 1) == bytes { return }
        try FileSystem.makeDirectories(tree.path(of: ModulePaths.directory))
        try FileSystem.replaceFile(
            at: path,
            with: bytes,
            mode: 0o644,
            durably: false,
            isSweeping: true
        )
    }
}

extension ModuleUpdate.Entry {
    var module: ToolchainModule { ToolchainModule(version, GoPlatform(architecture)) }
}
