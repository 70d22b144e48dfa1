internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// A file that grows to be an archive, hashed as it grows.
///
/// The digest is always that of all bytes in the file, those of earlier processes included.
@safe
package final class GrowingFile {
    private let descriptor: OwnedDescriptor
    private var hasher: SHA256Hasher
    /// How many bytes there are.
    package private(set) var byteCount = 0

    /// Opens the file at `path`, or makes it, and hashes what is there.
    ///
    /// - Throws: ``FileError``, ``ProgressMonitor/Interrupted``, or an error where OpenSSL has no SHA-256.
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

    /// Adds bytes at the end.
    ///
    /// - Throws: ``FileError``; how many of the bytes are there is then not known to this value.
    package func append(_ bytes: UnsafeRawBufferPointer) throws {
        try call("seek", descriptor.path) {
            lseek(descriptor.rawValue, off_t(byteCount), SEEK_SET) < 0 ? -1 : 0
        }
        try unsafe descriptor.write(bytes)
        try unsafe hasher.update(bytes)
        byteCount += bytes.count
    }

    /// Throws all bytes away.
    ///
    /// - Throws: ``FileError``.
    package func restart() throws {
        try call("truncate", descriptor.path) { ftruncate(descriptor.rawValue, 0) }
        _ = try hasher.finish()
        byteCount = 0
    }

    /// The first bytes, at most `count`.
    ///
    /// - Throws: ``FileError``.
    package func prefix(_ count: Int) throws -> [UInt8] {
        let slab = Slab(byteCount: count)
        slab.count = try unsafe descriptor.read(into: slab.bytes, at: 0)
        return unsafe Array(slab.filled)
    }

    /// Puts all bytes on disk.
    ///
    /// - Returns: Their digest.
    /// - Throws: ``FileError``.
    package func finish() throws -> SHA256Digest {
        try descriptor.synchronize()
        return try hasher.finish()
    }
}
