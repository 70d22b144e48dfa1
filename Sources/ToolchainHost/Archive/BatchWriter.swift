internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// A part of a file to be written, usually the whole file.
struct FilePart: Sendable {
    /// The directory of the file; nil if the bytes are only hashed.
    let directory: DirectoryHandle?
    let name: String
    let mode: mode_t
    let modified: Int
    /// The number of the file in the archive.
    let number: Int
    /// The range of the bytes in the batch's slab.
    let bytes: Range<Int>
    let isLast: Bool
}

/// Parts of files in order, all of whose bytes are in one slab.
struct WriteBatch: Sendable {
    let lease: SlabLease
    private(set) var parts: [FilePart] = []
    /// The number of runs of parts in the same directory, which limits the open directories that the batch
    /// retains.
    private(set) var directoryCount = 0

    init(lease: SlabLease) { self.lease = lease }

    mutating func add(_ part: FilePart) {
        if parts.last?.directory !== part.directory { directoryCount += 1 }
        parts.append(part)
    }
}

/// Writes and hashes files, on a separate thread if one can be created.
final class BatchWriter: Sendable {
    private let workers: Workers<Writing>
    private let digests = Guarded<[(number: Int, digest: SHA256Digest)]>([])

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - umask: The file mode creation mask of the process.
    ///   - isDurable: Whether the files will be flushed to disk, in which case writing starts early.
    ///   - error: Records the first error, which stops the writing.
    init(umask: mode_t, isDurable: Bool, error: FirstError) {
        workers = Workers(1, capacity: 10, error: error) { [digests] in
            Writing(
                umask: umask,
                isDurable: isDurable,
                hasher: try SHA256Hasher.starting(),
                result: digests
            )
        }
    }

    /// The number of queued batches.
    var backlog: Int { workers.backlog }

    /// Adds a batch to the queue; returns false if the writing has stopped.
    func write(_ batch: WriteBatch) -> Bool { workers.add(batch) }

    /// Waits until all batches are written, and returns the digests of the files with their numbers.
    func finish() -> [(number: Int, digest: SHA256Digest)] {
        workers.finish()
        return digests.withLock { $0 }
    }

    /// Stops the writing after the current batch.
    func cancel() { workers.cancel() }

    private struct Writing: Worker, ~Copyable {
        let umask: mode_t
        let isDurable: Bool
        var hasher: SHA256Hasher
        let result: Guarded<[(number: Int, digest: SHA256Digest)]>
        var digests: [(number: Int, digest: SHA256Digest)] = []
        /// The file that continues in the next batch.
        var unfinished: OwnedDescriptor? = nil

        /// The minimum size in bytes of a file, or of its last part, whose write-back is started early.
        ///
        /// A few hundred files have half of all bytes; for smaller ones, the system call is not worth it.
        private static var minimumWriteBackByteCount: Int { 128 * 1024 }

        init(
            umask: mode_t,
            isDurable: Bool,
            hasher: consuming SHA256Hasher,
            result: Guarded<[(number: Int, digest: SHA256Digest)]>
        ) {
            self.umask = umask
            self.isDurable = isDurable
            self.hasher = hasher
            self.result = result
        }

        mutating func take(_ batch: WriteBatch) throws {
            for part in batch.parts {
                let bytes = unsafe UnsafeRawBufferPointer(
                    rebasing: batch.lease.slab.filled[part.bytes]
                )
                try unsafe hasher.update(bytes)
                if let directory = part.directory {
                    try unsafe write(bytes, of: part, in: directory)
                }
                if part.isLast { digests.append((part.number, try hasher.finish())) }
            }
        }

        private mutating func write(
            _ bytes: UnsafeRawBufferPointer,
            of part: FilePart,
            in directory: DirectoryHandle
        ) throws {
            let file: OwnedDescriptor
            if let open = unfinished.take() {
                file = open
            } else {
                file = try directory.createFile(part.name, mode: part.mode, umask: umask)
            }
            try unsafe file.write(bytes)
            guard part.isLast else {
                unfinished = consume file
                return
            }
            if isDurable, bytes.count >= Self.minimumWriteBackByteCount {
                file.startWriteBack()
            }
            try file.setModificationTime(part.modified)
            try file.close()
        }

        consuming func end() {
            let found = digests
            result.withLock { $0 = found }
        }
    }
}

extension OwnedDescriptor {
    /// Sets the times of last access and modification, in seconds since the Unix epoch.
    fileprivate func setModificationTime(_ seconds: Int) throws(FileError) {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        let times = [time, time]
        try call("set time", path) {
            unsafe times.withUnsafeBufferPointer { unsafe futimens(rawValue, $0.baseAddress) }
        }
    }
}
