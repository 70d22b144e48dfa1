internal import ToolchainCore

/// Hashes pieces in order, on a separate thread if one can be created.
final class BackgroundHasher: Sendable {
    private let workers: Workers<Hashing>
    private let error = FirstError()
    private let digest = Guarded<SHA256Digest?>(nil)

    /// Starts the thread.
    init() {
        workers = Workers(1, capacity: 4, error: error) { [digest] in
            Hashing(hasher: try SHA256Hasher.starting(), result: digest)
        }
    }

    /// Adds a piece, which is retained until it has been hashed.
    func add(_ piece: SlabLease) { _ = workers.add(piece) }

    /// Waits until all pieces are hashed, and returns their digest.
    ///
    /// - Throws: ``HashingError`` if OpenSSL fails.
    func finish() throws -> SHA256Digest? {
        workers.finish()
        try error.rethrow()
        return digest.withLock { $0 }
    }

    private struct Hashing: Worker, ~Copyable {
        var hasher: SHA256Hasher
        let result: Guarded<SHA256Digest?>

        mutating func take(_ piece: SlabLease) throws {
            try unsafe hasher.update(piece.slab.filled)
        }

        consuming func end() throws {
            let digest = try hasher.finish()
            result.withLock { $0 = digest }
        }
    }
}
