internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// Why a file is not taken for an archive.
package enum ArchiveRefusal: Error, Hashable, Sendable {
    /// It is a symbolic link.
    case link(target: String)
    /// It is a directory, a pipe or a device.
    case notFile
    /// Its first bytes are not those of gzip.
    case notGzip
    /// It is larger than any archive.
    case tooLarge(limit: Int)
}

/// A copy of an archive that is being made, for nobody else to read until it has its name.
package struct ArchiveCopy: ~Copyable {
    /// The digest of its bytes.
    package let digest: SHA256Digest
    private let replacement: AtomicReplacement

    /// Copies the archive at `path` into a new file beside `target`.
    ///
    /// A symbolic link is not followed: on a disk of somebody else's it may lead to any file of
    /// this host.
    ///
    /// - Returns: The copy.
    /// - Throws: ``ArchiveRefusal``, ``FileError`` with the path that it is about,
    ///   ``ProgressMonitor/Interrupted``, or an error where OpenSSL has no SHA-256; the new file is then deleted.
    package static func making(
        of path: String,
        beside target: String,
        monitor: ProgressMonitor
    ) throws -> ArchiveCopy {
        let source = try opened(path)
        let replacement = try AtomicReplacement.opening(target)
        let digest = try fill(replacement, from: source, monitor)
        return ArchiveCopy(digest: digest, replacement: replacement)
    }

    /// Refuses what is not taken for an archive, without making anything.
    ///
    /// - Throws: ``ArchiveRefusal``, or ``FileError`` where it cannot be read.
    package static func check(_ path: String) throws { _ = try opened(path) }

    private static func opened(_ path: String) throws -> OwnedDescriptor {
        if let target = FileSystem.linkTarget(of: path) {
            throw ArchiveRefusal.link(target: FileSystem.withoutLinks(path) ?? target)
        }
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        let raw = try call("open", path) { unsafe open(path, flags) }
        let source = OwnedDescriptor(owning: raw, path: path)
        let status = try source.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw ArchiveRefusal.notFile }
        guard Int(status.st_size) <= ArchiveFile.largest else {
            throw ArchiveRefusal.tooLarge(limit: ArchiveFile.largest)
        }
        let start = Slab(byteCount: 2)
        start.count = try unsafe source.read(into: start.bytes, at: 0)
        guard unsafe Array(start.filled) == [0x1F, 0x8B] else { throw ArchiveRefusal.notGzip }
        return source
    }

    private static func fill(
        _ copy: borrowing AtomicReplacement,
        from source: borrowing OwnedDescriptor,
        _ monitor: ProgressMonitor
    ) throws -> SHA256Digest {
        var hasher = try SHA256Hasher.starting()
        let slab = Slab(byteCount: 1 << 20)
        var byteCount = 0
        let total = Int(try source.status().st_size)
        while true {
            slab.count = try unsafe source.read(into: slab.bytes, at: byteCount)
            if slab.count == 0 { break }
            byteCount += slab.count
            // It may grow meanwhile.
            guard byteCount <= ArchiveFile.largest else {
                throw ArchiveRefusal.tooLarge(limit: ArchiveFile.largest)
            }
            try unsafe copy.write(slab.filled)
            try unsafe hasher.update(slab.filled)
            try monitor.advance(.copying, to: byteCount, of: total)
        }
        return try hasher.finish()
    }

    /// Puts the copy on disk and gives it its name, whatever has it now.
    ///
    /// - Parameters:
    ///   - name: The name, in the directory that it was made in.
    ///   - mode: Its permission bits from then on.
    /// - Throws: ``FileError``; the copy is then deleted.
    package consuming func publish(as name: String, mode: UInt32) throws(FileError) {
        try replacement.commit(as: name, mode: mode, durably: true)
    }
}
