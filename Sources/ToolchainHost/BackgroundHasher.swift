internal import Dispatch
internal import ToolchainCore

/// Hashes pieces in their order, on a thread of its own.
final class BackgroundHasher: Sendable {
    private let pieces = BoundedQueue<SlabLease>(capacity: 4)
    private let thread = DispatchGroup()
    private let error = FirstError()
    private let digest = Guarded<SHA256Digest?>(nil)

    /// Starts the thread.
    init() {
        DispatchQueue(label: "hash").async(group: thread) { [pieces, error, digest] in
            do {
                var hasher = try SHA256Hasher.starting()
                while let piece = pieces.pop() { try unsafe hasher.update(piece.slab.filled) }
                let value = try hasher.finish()
                digest.withLock { $0 = value }
            } catch let reason {
                error.record(reason)
                pieces.cancel()
            }
        }
    }

    deinit {
        pieces.cancel()
        thread.wait()
    }

    /// Adds a piece; it is kept until it is hashed.
    func add(_ piece: SlabLease) { _ = pieces.push(piece) }

    /// Waits for the digest of all pieces.
    ///
    /// - Throws: An error where OpenSSL has failed.
    func finish() throws -> SHA256Digest? {
        pieces.finish()
        thread.wait()
        try error.rethrow()
        return digest.withLock { $0 }
    }
}
