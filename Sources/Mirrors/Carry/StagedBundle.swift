internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// The files of a bundle, verified, on the file system of the mirror.
struct StagedBundle {
    private let tree: MirrorTree
    private let session: Session
    private let index: MirrorIndex
    /// The paths of the staged files; archives that are in the mirror are not staged.
    private var staged: [BundlePath: String] = [:]

    /// The maximum number of files of a bundle.
    private static let mostFiles = 1_000_000

    /// Reads and verifies a bundle completely.
    ///
    /// - Parameters:
    ///   - reader: The bundle, at its beginning.
    ///   - tree: The mirror.
    ///   - session: The run.
    ///   - prefix: The beginning of the paths of staged files.
    ///   - isIntact: Whether an archive is in the mirror.
    /// - Throws: ``BundleError``, or an error of the reader.
    init(
        from reader: inout BundleReader,
        for tree: MirrorTree,
        _ session: Session,
        _ prefix: String,
        isIntact: (MirrorEntry) throws -> Bool
    ) throws {
        self.tree = tree
        self.session = session
        index = try MirrorUnbundler.index(from: &reader)
        let present = try tree.index()
        var digests = BundleDigests()
        digests.add(try SHA256Digest(of: index.bytes), of: MirrorIndex.fileName)
        var seen: Set<BundlePath> = [.index]
        while let member = try reader.next() {
            guard let path = BundlePath(member.name) else {
                throw ArchiveError.refusedMember(
                    name: member.name,
                    reason: "it is not the path of a file of a mirror"
                )
            }
            guard !seen.contains(.digests) else {
                throw BundleError("a file follows the end of the bundle", member.name)
            }
            guard seen.insert(path).inserted, seen.count <= Self.mostFiles else {
                throw BundleError("the bundle contains a file twice", member.name)
            }
            if path == .digests {
                let found = try reader.contents(limit: BundleDigests.mostBytes)
                if let name = digests.difference(from: found) {
                    throw BundleError("a file of the bundle is damaged, or missing", name)
                }
                continue
            }
            var target: String? = "\(prefix)\(seen.count)"
            switch path {
            case .archive(let path):
                let entry = try listed(path, member)
                if let other = present[path], other.digest != entry.digest {
                    throw BundleError(
                        "the bundle and the mirror have different archives with this name",
                        member.name,
                        [
                            .init("in the bundle", entry.digest),
                            .init("in the mirror", other.digest),
                        ]
                    )
                }
                if try isIntact(entry) { target = nil }
            case .proof(let path):
                guard index[path]?.hasProof == true else {
                    throw BundleError("the index of the bundle does not list this", member.name)
                }
                try Self.limit(member, LogProof.mostBytes)
            case .catalog, .signature: try Self.limit(member, SiteCatalog.mostBytes)
            case .module: try Self.limit(member, ArchiveFile.maximumByteCount)
            case .index, .digests: break
            }
            let digest = try reader.copy(to: target)
            if case .archive(let path) = path, let entry = index[path], entry.digest != digest {
                throw BundleError(
                    "an archive of the bundle is damaged",
                    member.name,
                    [.init("expected", entry.digest), .init("computed", digest)]
                )
            }
            digests.add(digest, of: member.name)
            if let staged = target, case .module(let name) = path,
                try isPresent(tree.path(of: name), digest, member.byteCount)
            {
                try FileSystem.remove(staged)
                target = nil
            }
            staged[path] = target
        }
        try requireAll(seen)
        if let path = staged[.catalog] { _ = try catalog(path) }
    }

    /// Whether the mirror has a file with these contents.
    private func isPresent(
        _ path: String,
        _ digest: SHA256Digest,
        _ byteCount: Int
    ) throws -> Bool {
        guard try FileSystem.kind(of: path) == .file,
            try FileSystem.byteCount(of: path) == byteCount
        else { return false }
        return try ArchiveFile.opening(path).digest(monitor: session.monitor(path)) == digest
    }

    private func listed(
        _ path: MirrorPath,
        _ member: BundleReader.Member
    ) throws -> MirrorEntry {
        guard let entry = index[path] else {
            throw BundleError("the index of the bundle does not list this", member.name)
        }
        guard entry.byteCount == member.byteCount else {
            throw BundleError(
                "an archive of the bundle has another size",
                member.name,
                [
                    .init("expected", "\(entry.byteCount) bytes"),
                    .init("found", "\(member.byteCount) bytes"),
                ]
            )
        }
        return entry
    }

    private static func limit(_ member: BundleReader.Member, _ limit: Int) throws {
        guard member.byteCount <= limit else {
            throw ArchiveError.refusedMember(
                name: member.name,
                reason: "it is larger than \(ByteCount(limit))"
            )
        }
    }

    private func requireAll(_ seen: Set<BundlePath>) throws {
        var missing = seen.contains(.digests) ? nil : BundlePath.digestsName
        for entry in index.entries where missing == nil {
            if !seen.contains(.archive(entry.path)) { missing = "\(entry.path)" }
            if entry.hasProof, !seen.contains(.proof(entry.path)) {
                missing = "\(entry.path)\(MirrorEntry.proofSuffix)"
            }
        }
        if let missing { throw BundleError("a file of the bundle is missing", missing) }
    }

    // MARK: Publishing

    /// Moves the files into the mirror.
    func publish(into change: inout MirrorChange, isDurable: Bool) throws -> MirrorUpdate {
        var entries: [MirrorUpdate.Entry] = []
        for entry in index.entries {
            let result = try publish(entry, into: &change)
            entries.append(
                MirrorUpdate.Entry(
                    path: entry.path,
                    contents: entry.contents,
                    architecture: entry.architecture,
                    result: result,
                    listed: change.index[entry.path]
                )
            )
        }
        var isOtherChanged = try publishModules()
        if try publishCatalog() { isOtherChanged = true }
        if isOtherChanged, isDurable {
            try DirectoryHandle.opening(tree.path, followingLinks: true).synchronizeContents()
        }
        var update = MirrorUpdate(directory: tree.path, entries: entries)
        update.isOtherChanged = isOtherChanged
        return update
    }

    private func publish(
        _ new: MirrorEntry,
        into change: inout MirrorChange
    ) throws -> MirrorUpdate.Result {
        let old = change.index[new.path]
        let proofName = "\(new.path)\(MirrorEntry.proofSuffix)"
        // A proof that the mirror has stays: it may be of a larger tree than that of the bundle.
        var entry = new
        if let old, old.hasProof, old.log != new.log,
            try FileSystem.kind(of: tree.path(of: proofName)) == .file
        {
            entry = old
        }
        let existed = try FileSystem.kind(of: tree.path(of: new.path)) != nil
        let path = staged[.archive(new.path)]
        if let path {
            try change.publish(path, as: entry)
        } else {
            change.list(entry)
        }
        var isNewProof = false
        if entry.log == new.log, let staged = staged[.proof(new.path)],
            let proof = try FileSystem.contents(of: staged, limit: LogProof.mostBytes)
        {
            isNewProof = try change.write(proof, as: proofName)
        }
        if path != nil { return existed ? .replaced : .added }
        if old == nil { return .adopted }
        return isNewProof || old != entry ? .proven : .kept
    }

    /// Moves the site catalog and its signature, unless the mirror has the same or a newer one.
    private func publishCatalog() throws -> Bool {
        guard let path = staged[.catalog] else { return false }
        let new = try catalog(path)
        let place = tree.path(of: SiteFiles.catalogName)
        if try FileSystem.kind(of: place) != nil, let old = try? catalog(place),
            old.version >= new.version
        {
            return false
        }
        // A host that reads the new catalog with the old signature, or none, refuses it and tries again.
        let signature = tree.path(of: SiteFiles.signatureName)
        if let staged = staged[.signature] {
            try FileSystem.replace(signature, by: staged)
        } else if try FileSystem.kind(of: signature) != nil {
            try FileSystem.remove(signature)
        }
        try FileSystem.replace(place, by: path)
        return true
    }

    private func catalog(_ path: String) throws -> SiteCatalog {
        do {
            return try SiteCatalog(
                parsing: FileSystem.contents(of: path, limit: SiteCatalog.mostBytes) ?? []
            )
        } catch let error as DocumentError {
            throw BundleError(
                "the site catalog of the bundle is malformed",
                SiteFiles.catalogName,
                [.init("because", error)]
            )
        }
    }

    // MARK: Go's own switching

    /// Moves the modules and logs; a log of which the mirror has more records is kept.
    private func publishModules() throws -> Bool {
        var isChanged = false
        var olderLogs: Set<String> = []
        let modules = staged.compactMap { path, file in
            if case .module(let name) = path { (name: name, file: file) } else { nil }
        }.sorted { Self.order($0.name) < Self.order($1.name) }
        for (name, file) in modules where Self.isHead(name) {
            if let old = size(tree.path(of: name)), let new = size(file), old > new {
                olderLogs.insert(String(name.dropLast(SiteLog.latestPath.count)))
            }
        }
        for (name, file) in modules {
            if olderLogs.contains(where: { name.utf8.starts(with: $0.utf8) }) { continue }
            let place = tree.path(of: name)
            if name == ModulePaths.list {
                guard try mergeList(file, with: place) else { continue }
            }
            if let parent = place.range(ofLast: "/").map({ String(place[..<$0.lowerBound]) }) {
                try FileSystem.makeDirectories(parent)
            }
            try FileSystem.replace(place, by: file)
            isChanged = true
        }
        return isChanged
    }

    /// What a client reads first comes last: heads of logs, and then the list of modules.
    private static func order(_ name: String) -> (Int, String) {
        (name == ModulePaths.list ? 2 : isHead(name) ? 1 : 0, name)
    }

    private static func isHead(_ name: String) -> Bool {
        let parts = name.split(byte: "/")
        return parts.count == 3 && parts[0] == ModulePaths.databases
            && parts[2] == SiteLog.latestPath
    }

    /// The number of records according to the head of a log, which is verified by those who use it; nil if there is none.
    private func size(_ path: String) -> Int? {
        let bytes = try? FileSystem.contents(of: path, limit: SignedNote.mostBytes)
        let lines = String(decoding: bytes ?? [], as: UTF8.self).split(byte: "\n")
        return lines.count > 1 ? Int(lines[1]) : nil
    }

    /// Adds the versions that the mirror lists.
    ///
    /// - Returns: Whether the mirror does not list all of them.
    private func mergeList(_ file: String, with place: String) throws -> Bool {
        let limit = 16 << 20
        var lines: Set<String> = []
        for path in [file, place] {
            let bytes = try FileSystem.contents(of: path, limit: limit) ?? []
            lines.formUnion(String(decoding: bytes, as: UTF8.self).split(byte: "\n"))
        }
        let text = lines.map { "\($0)\n" }.sorted { $0.precedesByBytes($1) }.joined()
        let bytes = Array(text.utf8)
        if try FileSystem.contents(of: place, limit: limit) == bytes { return false }
        try FileSystem.replaceFile(
            at: file,
            with: bytes,
            mode: 0o644,
            durably: false,
            isSweeping: false
        )
        return true
    }
}
