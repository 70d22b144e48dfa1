internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// An archive on disk.
///
/// It is opened once and read through one descriptor, so the file cannot be replaced between verification
/// and unpacking.
@safe
package struct ArchiveFile: ~Copyable {
    /// The maximum size of an archive in bytes; the largest of a Go release has 149 MB.
    package static let maximumByteCount = 512 << 20

    /// The maximum size of an archive, in bytes, whose digest is computed from the file itself.
    package static let maximumUnpinnedByteCount = 256 << 20

    let descriptor: OwnedDescriptor
    /// The size in bytes at the time the file was opened.
    package let byteCount: Int

    /// Opens the regular file at `path`.
    ///
    /// - Throws: ``FileError`` if it cannot be opened, or is not a regular file.
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

    /// Verifies the size and the digest of the whole file, before any of it is parsed.
    ///
    /// - Throws: ``ArchiveError`` if the size or the digest differs, ``FileError`` if the file cannot be
    ///   read, or ``ProgressMonitor/Interrupted``.
    package consuming func verified(
        against pin: PinnedArchive,
        monitor: ProgressMonitor
    ) throws -> VerifiedArchive {
        guard byteCount <= Self.maximumByteCount else {
            throw ArchiveError.tooLarge(limit: "\(ByteCount(Self.maximumByteCount))")
        }
        if let expected = pin.byteCount, expected != byteCount {
            throw ArchiveError.wrongSize(expected: expected, found: byteCount)
        }
        let computed = try digest(monitor: monitor)
        guard computed == pin.digest else {
            throw ArchiveError.wrongDigest(expected: pin.digest, computed: computed)
        }
        return VerifiedArchive(file: self, pin: pin)
    }

    /// Pins an archive that nobody vouches for to the digest of the file itself, so that what is unpacked
    /// is what was read here.
    ///
    /// Something else has to prove the unpacked files.
    ///
    /// - Parameters:
    ///   - contents: The contents that the archive should have.
    ///   - platform: The platform that it should be for.
    ///   - fileName: Its official name.
    ///   - monitor: Receives the progress.
    /// - Returns: The archive.
    /// - Throws: ``ArchiveError`` if the file is larger than ``maximumUnpinnedByteCount``, ``FileError`` if it
    ///   cannot be read, ``ProgressMonitor/Interrupted``.
    package consuming func pinnedToItself(
        as contents: PinnedArchive.Contents,
        platform: GoPlatform,
        fileName: String,
        monitor: ProgressMonitor
    ) throws -> VerifiedArchive {
        guard byteCount <= Self.maximumUnpinnedByteCount else {
            throw ArchiveError.tooLarge(limit: "\(ByteCount(Self.maximumUnpinnedByteCount))")
        }
        let pin = PinnedArchive(
            contents,
            platform: platform,
            fileName: fileName,
            digest: try digest(monitor: monitor),
            byteCount: byteCount,
            voucher: .log
        )
        return VerifiedArchive(file: self, pin: pin)
    }

    /// Computes the digest of the file.
    ///
    /// - Throws: ``FileError`` if it cannot be read, ``ProgressMonitor/Interrupted``.
    package borrowing func digest(monitor: ProgressMonitor) throws -> SHA256Digest {
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

/// An archive that has been verified against a pinned digest; only ``ArchiveFile`` can create one.
package struct VerifiedArchive: ~Copyable {
    let file: ArchiveFile
    /// The pinned archive that it was verified against.
    package let pin: PinnedArchive

    fileprivate init(file: consuming ArchiveFile, pin: PinnedArchive) {
        self.file = file
        self.pin = pin
    }

    /// The size of the archive in bytes.
    package var byteCount: Int { file.byteCount }

    /// Returns the uncompressed size in bytes, as declared in the gzip trailer (RFC 1952, section 2.3.1).
    ///
    /// It is less than 4 GiB, and checked only by inflating the archive.
    ///
    /// - Throws: ``FileError`` if the archive cannot be read.
    package func declaredInflatedByteCount() throws(FileError) -> Int {
        guard byteCount >= 4 else { return 0 }
        let slab = Slab(byteCount: 4)
        let count = try unsafe file.descriptor.read(into: slab.bytes, at: byteCount - 4)
        slab.count = count
        return unsafe slab.filled.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
