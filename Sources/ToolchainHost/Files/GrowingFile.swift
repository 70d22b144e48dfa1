internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// A partial download, which is hashed as it grows.
///
/// The digest covers all bytes in the file, including those written by earlier processes.
@safe
package final class GrowingFile {
    private let descriptor: OwnedDescriptor
    private var hasher: SHA256Hasher
    /// The size of the file in bytes.
    package private(set) var byteCount = 0

    /// Opens or creates the file at `path`, and hashes its contents.
    ///
    /// - Throws: ``FileError``, ``ProgressMonitor/Interrupted`` or ``HashingError``.
    package init(path: String, monitor: ProgressMonitor) throws {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let raw = try call("open", path) { unsafe Glibc.open(path, flags, 0o644) }
        descriptor = OwnedDescriptor(owning: raw, path: path)
        hasher = try SHA256Hasher.starting()
        guard try descriptor.status().st_mode & S_IFMT == S_IFREG else {
            throw FileError("open", path, .invalidArgument)
        }
        let slab = Slab(byteCount: 1 << 20)
        while true {
            let count = try unsafe descriptor.read(into: slab.bytes, at: byteCount)
            if count == 0 { break }
            slab.count = count
            try unsafe hasher.update(slab.filled)
            byteCount += count
            try monitor.check()
        }
    }

    /// Appends bytes to the file.
    ///
    /// - Throws: ``FileError``; the size of the file is then undefined.
    package func append(_ bytes: UnsafeRawBufferPointer) throws {
        try call("seek", descriptor.path) {
            lseek(descriptor.rawValue, off_t(byteCount), SEEK_SET) < 0 ? -1 : 0
        }
        try unsafe descriptor.write(bytes)
        try unsafe hasher.update(bytes)
        byteCount += bytes.count
    }

    /// Truncates the file.
    ///
    /// - Throws: ``FileError`` if that fails.
    package func restart() throws {
        try call("truncate", descriptor.path) { ftruncate(descriptor.rawValue, 0) }
        _ = try hasher.finish()
        byteCount = 0
    }

    /// Returns the first bytes, at most `count`.
    ///
    /// - Throws: ``FileError`` if they cannot be read.
    package func prefix(_ count: Int) throws -> [UInt8] {
        let slab = Slab(byteCount: count)
        slab.count = try unsafe descriptor.read(into: slab.bytes, at: 0)
        return unsafe Array(slab.filled)
    }

    /// Flushes the file to disk.
    ///
    /// - Returns: The digest of its contents.
    /// - Throws: ``FileError`` if that fails.
    package func finish() throws -> SHA256Digest {
        try descriptor.synchronize()
        return try hasher.finish()
    }
}
