internal import ToolchainCore

/// Computes the digests of open files, one after the other, with one buffer.
struct FileHasher: ~Copyable {
    private var hasher: SHA256Hasher
    private let slab = Slab(byteCount: 256 * 1024)

    /// - Throws: ``HashingError`` if OpenSSL does not support SHA-256.
    init() throws { hasher = try SHA256Hasher.starting() }

    /// Computes the digest of the first bytes of a file.
    ///
    /// An error leaves nothing of the file in the next digest.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - byteCount: The maximum number of bytes to read; a shorter file is read to its end.
    ///   - progress: Called after each read; may throw to cancel.
    /// - Returns: The digest.
    /// - Throws: ``FileError``, ``HashingError``, or the error of `progress`.
    mutating func digest(
        of file: borrowing OwnedDescriptor,
        byteCount: Int,
        progress: () throws -> Void = {}
    ) throws -> SHA256Digest {
        do {
            var offset = 0
            while offset < byteCount {
                let count = try unsafe file.read(into: slab.bytes, at: offset, once: true)
                if count == 0 { break }
                slab.count = count
                try unsafe hasher.update(slab.filled)
                offset += count
                try progress()
            }
        } catch {
            hasher = try SHA256Hasher.starting()
            throw error
        }
        return try hasher.finish()
    }
}
