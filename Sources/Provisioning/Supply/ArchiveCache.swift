internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// The cache of downloaded archives, each named after its digest.
///
/// An archive was verified when it was added, and is verified again before each use.
package struct ArchiveCache: Sendable {
    /// The directory's absolute path.
    package let directory: String

    /// Creates a value for the cache in `directory`, an absolute path.
    package init(directory: String) { self.directory = directory }

    /// A complete or partial archive.
    package struct Entry: Hashable, Sendable {
        /// The digest of the complete archive, from the file name.
        package let digest: SHA256Digest
        /// The path of the file.
        package let path: String
        /// The size of the file, in bytes.
        package let byteCount: Int
        /// Whether the archive is incomplete.
        package let isPartial: Bool
    }

    func path(of digest: SHA256Digest) -> String { "\(directory)/\(digest)" }
    func partialPath(of digest: SHA256Digest) -> String { "\(directory)/\(digest).partial" }
    func validatorPath(of digest: SHA256Digest) -> String { "\(directory)/\(digest).validator" }
    func lockPath(of digest: SHA256Digest) -> String { "\(directory)/\(digest).lock" }

    /// Whether a file for the complete archive exists.
    func has(_ digest: SHA256Digest) -> Bool {
        (try? FileSystem.kind(of: path(of: digest))) == .file
    }

    /// Returns the complete and partial archives, sorted by digest.
    ///
    /// - Throws: ``Failure`` if the directory cannot be read.
    package func entries() throws(Failure) -> [Entry] {
        do throws(FileError) {
            var entries: [Entry] = []
            for name in try FileSystem.names(in: directory) ?? [] {
                let parts = name.split(byte: ".")
                guard let digest = parts.first.flatMap(SHA256Digest.init(hexadecimal:)),
                    parts.count == 1 || parts[1] == "partial"
                else { continue }
                entries.append(
                    Entry(
                        digest: digest,
                        path: "\(directory)/\(name)",
                        byteCount: try FileSystem.byteCount(of: "\(directory)/\(name)") ?? 0,
                        isPartial: parts.count > 1
                    )
                )
            }
            return entries
        } catch {
            throw Failure(reading: error, what: "cannot read the archive cache")
        }
    }

    /// The name prefix of copies in progress; a complete copy is renamed to its digest.
    private static let copyTarget = "adding"

    /// Copies an archive into the cache atomically.
    ///
    /// - Parameters:
    ///   - path: The path of the archive.
    ///   - monitor: Receives the progress, and can interrupt the copy.
    ///   - isPublic: Returns whether all users may read an archive with this digest; an unknown archive
    ///     may be confidential.
    /// - Returns: The digest of the archive.
    /// - Throws: ``Failure``.
    package func add(
        _ path: String,
        monitor: ProgressMonitor,
        isPublic: (SHA256Digest) -> Bool
    ) throws(Failure) -> SHA256Digest {
        do {
            try ArchiveCopy.check(path)
            try FileSystem.makeDirectories(directory)
            sweepCopies()
            let copy = try ArchiveCopy.making(
                of: path,
                beside: "\(directory)/\(Self.copyTarget)",
                monitor: monitor
            )
            let digest = copy.digest
            try copy.publish(as: "\(digest)", mode: isPublic(digest) ? 0o644 : 0o600)
            return digest
        } catch let refusal as ArchiveRejection {
            throw Failure(refusal, path: path)
        } catch let error as FileError where error.path == path {
            throw Failure(
                .unavailable,
                "cannot read the archive",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        } catch let error as FileError {
            throw Failure(writing: error, what: "cannot write to the archive cache", places: places)
        } catch {
            if let error = error as? ProgressMonitor.Interrupted {
                throw Failure(
                    .interrupted(signal: error.signal),
                    "interrupted; \(FilePath(path).lastComponent?.string ?? path) was not added"
                )
            }
            throw Failure(.defect, "cannot add to the cache", facts: [.init("because", "\(error)")])
        }
    }

    private var places: HostPlaces { HostPlaces([.cache(directory)]) }

    /// Deletes the archives for which `isKept` returns false, partial archives that no process is
    /// downloading, and the temporary files of killed processes.
    ///
    /// - Returns: The archives that were deleted.
    /// - Throws: ``Failure``.
    package func prune(keeping isKept: (SHA256Digest) -> Bool) throws(Failure) -> [Entry] {
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
                throw Failure(
                    writing: error,
                    what: "cannot delete from the archive cache",
                    places: places
                )
            }
            deleted.append(entry)
        }
        sweepCopies()
        sweepCompanions()
        return deleted
    }

    /// Deletes the incomplete copies of killed processes.
    private func sweepCopies() {
        AtomicReplacement.sweep(
            "\(directory)/\(Self.copyTarget)",
            where: AtomicReplacement.SweepRule(includesShortNumbers: true)
        )
    }

    /// Deletes locks that no process holds, and validators without a partial archive.
    private func sweepCompanions() {
        let names = (try? FileSystem.names(in: directory)) ?? []
        for name in names {
            let parts = name.split(byte: ".", omittingEmpty: false)
            guard let digest = parts.first.flatMap(SHA256Digest.init(hexadecimal:)),
                // A validator that is being written has a leading dot and a numeric suffix.
                parts.count == 2, parts[1] == "lock" || parts[1] == "validator",
                let lock = try? InstallLock.ifFree(lockPath(of: digest))
            else { continue }
            if !FileSystem.exists(partialPath(of: digest)) {
                try? FileSystem.remove(validatorPath(of: digest))
            }
            lock.discard()
        }
    }
}

extension Failure {
    /// A file that cannot be added to the cache.
    fileprivate init(_ refusal: ArchiveRejection, path: String) {
        let file = Fact("file", path)
        switch refusal {
        case .link(let target):
            self.init(
                .unavailable,
                "the archive is a symbolic link",
                facts: [file, .init("points to", target)],
                hint: "to add the target, run `gotoolprov cache add \(ShellQuoting.quoted(target))`"
            )
        case .notFile:
            self.init(.unavailable, "the archive is not a regular file", facts: [file])
        case .notGzip:
            self.init(
                .integrity,
                "the file is not a gzip archive",
                facts: [file],
                hint: "Go archives end in .tar.gz"
            )
        case .tooLarge(let limit):
            self.init(
                .integrity,
                "the file is larger than any Go archive",
                facts: [file, .init("limit", "\(ByteCount(limit))")]
            )
        }
    }
}
