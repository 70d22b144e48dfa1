internal import SystemPackage
public import ToolchainCore
public import ToolchainHost

/// Archives that were fetched, each under its digest.
///
/// What is here was right when it came, and is hashed again before it is used.
public struct ArchiveCache: Sendable {
    /// The folder's absolute path.
    public let folder: String

    /// The cache in `folder`.
    public init(folder: String) { self.folder = folder }

    /// An archive, or a part of one.
    public struct Entry: Hashable, Sendable {
        /// The digest that the whole has, by its name.
        public let digest: SHA256Digest
        /// The file.
        public let path: String
        /// Its size in bytes.
        public let byteCount: Int
        /// Whether it is only the beginning of the archive.
        public let isPartial: Bool
    }

    func path(of digest: SHA256Digest) -> String { "\(folder)/\(digest)" }
    func partialPath(of digest: SHA256Digest) -> String { "\(folder)/\(digest).partial" }
    func validatorPath(of digest: SHA256Digest) -> String { "\(folder)/\(digest).validator" }
    func lockPath(of digest: SHA256Digest) -> String { "\(folder)/\(digest).lock" }

    /// Whether the whole archive seems to be there.
    func has(_ digest: SHA256Digest) -> Bool {
        (try? FileSystem.kind(of: path(of: digest))) == .file
    }

    /// What is there, in the order of the digests.
    ///
    /// - Throws: ``Failure`` where that cannot be told.
    public func entries() throws(Failure) -> [Entry] {
        do throws(FileError) {
            var entries: [Entry] = []
            for name in try FileSystem.names(in: folder) ?? [] {
                let parts = name.split(byte: ".")
                guard let digest = parts.first.flatMap(SHA256Digest.init(hexadecimal:)),
                    parts.count == 1 || parts[1] == "partial"
                else { continue }
                entries.append(
                    Entry(
                        digest: digest,
                        path: "\(folder)/\(name)",
                        byteCount: try FileSystem.byteCount(of: "\(folder)/\(name)") ?? 0,
                        isPartial: parts.count > 1
                    )
                )
            }
            return entries
        } catch {
            throw Failure(reading: error, what: "cannot look into the cache")
        }
    }

    /// Puts a copy of a file into the cache, whole or not at all.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - watch: Learns of the progress, and asked whether to go on.
    /// - Returns: Its digest.
    /// - Throws: ``Failure``.
    public func add(_ path: String, watch: Watch) throws(Failure) -> SHA256Digest {
        let temporary = "\(folder)/.adding.\(UInt32.random(in: 0...UInt32.max))"
        do {
            try FileSystem.makeDirectories(folder)
            let digest = try FileSystem.copy(path, to: temporary, watch: watch)
            try FileSystem.replace(self.path(of: digest), by: temporary)
            return digest
        } catch {
            try? FileSystem.remove(temporary)
            if let error = error as? Watch.Interrupted {
                throw Failure(
                    .interrupted(signal: error.signal),
                    "interrupted; \(FilePath(path).lastComponent?.string ?? path) was not added"
                )
            }
            if let error = error as? FileError {
                throw error.path == path
                    ? Failure(reading: error, what: "cannot read the archive")
                    : Failure(writing: error, what: "cannot write to the cache")
            }
            throw Failure(.defect, "cannot add to the cache", facts: [.init("because", "\(error)")])
        }
    }

    /// Deletes archives that `isKept` does not want, and partial ones that nobody works on.
    ///
    /// - Returns: What was deleted.
    /// - Throws: ``Failure``.
    public func prune(keeping isKept: (SHA256Digest) -> Bool) throws(Failure) -> [Entry] {
        var deleted: [Entry] = []
        for entry in try entries() where entry.isPartial || !isKept(entry.digest) {
            do throws(FileError) {
                guard let lock = try InstallLock.ifFree(lockPath(of: entry.digest)) else {
                    continue
                }
                try FileSystem.remove(entry.path)
                if entry.isPartial { try FileSystem.remove(validatorPath(of: entry.digest)) }
                lock.discardIfNew()
            } catch {
                throw Failure(writing: error, what: "cannot delete from the cache")
            }
            deleted.append(entry)
        }
        return deleted
    }
}
