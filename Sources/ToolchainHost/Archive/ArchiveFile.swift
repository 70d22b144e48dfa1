internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// An archive on disk, opened once: everything that is read of it goes through one descriptor, so
/// that nobody can swap the file between verifying and unpacking.
@safe
package struct ArchiveFile: ~Copyable {
    /// The largest archive that is taken, in bytes; Go's largest so far has 149 MB.
    package static let largest = 512 << 20

    let descriptor: OwnedDescriptor
    /// The file's size in bytes when it was opened.
    package let byteCount: Int

    /// Opens the regular file at `path`.
    package static func opening(_ path: String) throws(FileError) -> ArchiveFile {
        let descriptor = try OwnedDescriptor.reading(path)
        let status = try descriptor.status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(
                "open",
                path,
                status.st_mode & S_IFMT == S_IFDIR
                    ? .isDirectory : .invalidArgument
            )
        }
        _ = posix_fadvise(descriptor.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
        return ArchiveFile(descriptor: descriptor, byteCount: Int(status.st_size))
    }

    private init(descriptor: consuming OwnedDescriptor, byteCount: Int) {
        self.descriptor = descriptor
        self.byteCount = byteCount
    }

    /// Hashes the whole file and compares it with what is pinned, before anything parses a byte.
    ///
    /// - Throws: ``ArchiveError`` if size or digest differ, ``FileError`` if it cannot be read.
    package consuming func verified(
        against pin: PinnedArchive,
        monitor: ProgressMonitor
    ) throws -> VerifiedArchive {
        guard byteCount <= Self.largest else {
            throw ArchiveError.tooLarge(limit: "\(ByteCount(Self.largest))")
        }
        if let expected = pin.byteCount, expected != byteCount {
            throw ArchiveError.wrongSize(expected: expected, found: byteCount)
        }
        let computed = try digest(monitor: monitor)
        guard computed == pin.digest else {
            throw ArchiveError.unlike(expected: pin.digest, computed: computed)
        }
        return VerifiedArchive(file: self, pin: pin)
    }

    /// The digest of the file's bytes.
    private borrowing func digest(monitor: ProgressMonitor) throws -> SHA256Digest {
        var hasher = try SHA256Hasher.starting()
        let slab = Slab(byteCount: 1 << 20)
        var offset = 0
        while true {
            let count = try unsafe descriptor.read(into: slab.bytes, at: offset)
            if count == 0 { break }
            slab.count = count
            try unsafe hasher.update(slab.filled)
            offset += count
            try monitor.advance(.verifying, to: offset, of: byteCount)
        }
        return try hasher.finish()
    }
}

/// An archive whose bytes are those that were pinned; only ``ArchiveFile`` can make one.
package struct VerifiedArchive: ~Copyable {
    let file: ArchiveFile
    /// What the archive was verified against.
    package let pin: PinnedArchive

    fileprivate init(file: consuming ArchiveFile, pin: PinnedArchive) {
        self.file = file
        self.pin = pin
    }

    /// The archive's size in bytes.
    package var byteCount: Int { file.byteCount }

    /// How many bytes it inflates to, as its last four bytes say: RFC 1952, section 2.3.1.
    ///
    /// Below 4 GiB, which is more than is ever unpacked; whether it is true shows when inflating.
    ///
    /// - Throws: ``FileError``.
    package func declaredInflatedByteCount() throws(FileError) -> Int {
        guard byteCount >= 4 else { return 0 }
        let slab = Slab(byteCount: 4)
        let count = try unsafe file.descriptor.read(into: slab.bytes, at: byteCount - 4)
        slab.count = count
        return unsafe slab.filled.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
