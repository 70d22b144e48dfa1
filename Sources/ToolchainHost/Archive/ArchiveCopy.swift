internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// Why a file is not accepted as an archive.
package enum ArchiveRejection: Error, Hashable, Sendable {
    /// It is a symbolic link.
    case link(target: String)
    /// It is a directory, a pipe or a device.
    case notFile
    /// It does not start with the magic number of gzip.
    case notGzip
    /// It exceeds the maximum size of an archive, in bytes.
    case tooLarge(limit: Int)
}

/// An unpublished copy of an archive, which other users cannot read.
package struct ArchiveCopy: ~Copyable {
    package let digest: SHA256Digest
    private let replacement: AtomicReplacement

    /// Copies the archive at `path` to a new file in the directory of `target`.
    ///
    /// Symbolic links are not followed, because one on a removable disk could point to any file of this
    /// host.
    ///
    /// - Returns: The copy.
    /// - Throws: ``ArchiveRejection``, ``FileError`` for the source or the copy,
    ///   ``ProgressMonitor/Interrupted`` or ``HashingError``; the copy is then deleted.
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

    /// Checks that a file would be accepted as an archive, without copying it.
    ///
    /// - Throws: ``ArchiveRejection`` if it would not, or ``FileError`` if it cannot be read.
    package static func check(_ path: String) throws { _ = try opened(path) }

    private static func opened(_ path: String) throws -> OwnedDescriptor {
        if let target = FileSystem.linkTarget(of: path) {
            throw ArchiveRejection.link(target: FileSystem.withoutLinks(path) ?? target)
        }
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        let raw = try call("open", path) { unsafe open(path, flags) }
        let source = OwnedDescriptor(owning: raw, path: path)
        let status = try source.status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw ArchiveRejection.notFile }
        guard Int(status.st_size) <= ArchiveFile.maximumByteCount else {
            throw ArchiveRejection.tooLarge(limit: ArchiveFile.maximumByteCount)
        }
        let start = Slab(byteCount: 2)
        start.count = try unsafe source.read(into: start.bytes, at: 0)
        guard unsafe Array(start.filled) == [0x1F, 0x8B] else { throw ArchiveRejection.notGzip }
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
            // The file may grow while it is copied.
            guard byteCount <= ArchiveFile.maximumByteCount else {
                throw ArchiveRejection.tooLarge(limit: ArchiveFile.maximumByteCount)
            }
            try unsafe copy.write(slab.filled)
            try unsafe hasher.update(slab.filled)
            try monitor.advance(.copying, to: byteCount, of: total)
        }
        return try hasher.finish()
    }

    /// Flushes the copy to disk and renames it to `name`, replacing any existing file.
    ///
    /// - Parameters:
    ///   - name: The name, in the same directory.
    ///   - mode: The permission bits.
    /// - Throws: ``FileError``; the copy is then deleted.
    package consuming func publish(as name: String, mode: UInt32) throws(FileError) {
        try replacement.commit(as: name, mode: mode, durably: true)
    }
}
