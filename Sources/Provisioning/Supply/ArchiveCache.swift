internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// Archives that were fetched, each under its digest.
///
/// What is here was right when it came, and is hashed again before it is used.
package struct ArchiveCache: Sendable {
    /// The directory's absolute path.
    package let directory: String

    /// The cache in `directory`.
    package init(directory: String) { self.directory = directory }

    /// An archive, or a part of one.
    package struct Entry: Hashable, Sendable {
        /// The digest that the whole has, by its name.
        package let digest: SHA256Digest
        /// The file.
        package let path: String
        /// Its size in bytes.
        package let byteCount: Int
        /// Whether it is only the beginning of the archive.
        package let isPartial: Bool
    }

    func path(of digest: SHA256Digest) -> String { "\(directory)/\(digest)" }
    func partialPath(of digest: SHA256Digest) -> String { "\(directory)/\(digest).partial" }
    func validatorPath(of digest: SHA256Digest) -> String { "\(directory)/\(digest).validator" }
    func lockPath(of digest: SHA256Digest) -> String { "\(directory)/\(digest).lock" }

    /// Whether the whole archive seems to be there.
    func has(_ digest: SHA256Digest) -> Bool {
        (try? FileSystem.kind(of: path(of: digest))) == .file
    }

    /// What is there, in the order of the digests.
    ///
    /// - Throws: ``Failure`` where that cannot be read.
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

    /// What copies are made for; each gets its digest as its name.
    private static let copyTarget = "adding"

    /// Puts a copy of an archive into the cache, whole or not at all.
    ///
    /// - Parameters:
    ///   - path: The archive.
    ///   - monitor: Learns of the progress, and is asked whether to continue.
    ///   - isPublic: Whether everyone may read an archive with this digest; others may hold anything.
    /// - Returns: Its digest.
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
        } catch let refusal as ArchiveRefusal {
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

    /// Deletes archives that `isKept` does not want, partial ones that nobody works on, and what
    /// killed processes left.
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

    /// Deletes copies whose makers were killed.
    private func sweepCopies() {
        AtomicReplacement.sweep(
            "\(directory)/\(Self.copyTarget)",
            where: AtomicReplacement.SweepRule(takesShortNumbers: true)
        )
    }

    /// Deletes locks that nobody holds, and validators without the part that they are for.
    private func sweepCompanions() {
        let names = (try? FileSystem.names(in: directory)) ?? []
        for name in names {
            let parts = name.split(byte: ".", omittingEmpty: false)
            guard let digest = parts.first.flatMap(SHA256Digest.init(hexadecimal:)),
                // A validator that is being written has a dot before its name and a number after it.
                parts.count == 2, parts[1] == "lock" || parts[1] == "validator",
                let lock = try? InstallLock.ifFree(lockPath(of: digest))
            else { continue }
            if !FileSystem.isThere(partialPath(of: digest)) {
                try? FileSystem.remove(validatorPath(of: digest))
            }
            lock.discard()
        }
    }
}

extension Failure {
    /// A file that is not taken into the cache.
    fileprivate init(_ refusal: ArchiveRefusal, path: String) {
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
