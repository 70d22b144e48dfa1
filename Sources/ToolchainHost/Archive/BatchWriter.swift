internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// A part of a file that is to be written, usually all of it.
struct FilePart: Sendable {
    let directory: DirectoryHandle
    let name: String
    let mode: mode_t
    let modified: Int
    /// The file's number in the archive.
    let number: Int
    /// Where the bytes stand in the batch's slab.
    let bytes: Range<Int>
    let isLast: Bool
}

/// Parts of files, in order, whose bytes are all in one slab.
struct WriteBatch: Sendable {
    let lease: SlabLease
    private(set) var parts: [FilePart] = []
    /// How many times the directory changes from one part to the next, the first included: so many
    /// open directories the batch holds at most.
    private(set) var directoryCount = 0

    init(lease: SlabLease) { self.lease = lease }

    mutating func add(_ part: FilePart) {
        if parts.last?.directory !== part.directory { directoryCount += 1 }
        parts.append(part)
    }
}

/// Writes files and hashes what it writes while it holds the bytes, on a thread of its own if there
/// can be one.
final class BatchWriter: Sendable {
    private let workers: Workers<Writing>
    private let digests = Guarded<[(number: Int, digest: SHA256Digest)]>([])

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - umask: What the process takes off the modes of new files.
    ///   - isDurable: Whether all will be put on disk in the end, so that it pays to start early.
    ///   - error: Where the first error is recorded; it ends the writing.
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

    /// How many batches wait to be written.
    var backlog: Int { workers.backlog }

    /// Queues a batch; false if the writing has ended.
    func write(_ batch: WriteBatch) -> Bool { workers.add(batch) }

    /// Waits until everything is written; the digests of the files by their numbers.
    func finish() -> [(number: Int, digest: SHA256Digest)] {
        workers.finish()
        return digests.withLock { $0 }
    }

    /// Ends the writing after the batch that is being written.
    func cancel() { workers.cancel() }

    private struct Writing: Worker, ~Copyable {
        let umask: mode_t
        let isDurable: Bool
        var hasher: SHA256Hasher
        let result: Guarded<[(number: Int, digest: SHA256Digest)]>
        var digests: [(number: Int, digest: SHA256Digest)] = []
        /// The file whose next part is in the next batch.
        var unfinished: OwnedDescriptor? = nil

        /// How large a file, or the last part of one, has to be for starting its write-back early.
        ///
        /// A few hundred files have half of the bytes; for the others a system call each costs more.
        private static var worthWritingBack: Int { 128 * 1024 }

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
                let file: OwnedDescriptor
                if let open = unfinished.take() {
                    file = open
                } else {
                    file = try part.directory.createFile(part.name, mode: part.mode, umask: umask)
                }
                let bytes = unsafe UnsafeRawBufferPointer(
                    rebasing: batch.lease.slab.filled[part.bytes]
                )
                try unsafe hasher.update(bytes)
                try unsafe file.write(bytes)
                guard part.isLast else {
                    unfinished = consume file
                    continue
                }
                if isDurable, bytes.count >= Self.worthWritingBack {
                    file.startWriteBack()
                }
                try file.setModificationTime(part.modified)
                try file.close()
                digests.append((part.number, try hasher.finish()))
            }
        }

        consuming func end() {
            let found = digests
            result.withLock { $0 = found }
        }
    }
}

extension OwnedDescriptor {
    /// Sets the time of last access and change, in seconds since 1970.
    fileprivate func setModificationTime(_ seconds: Int) throws(FileError) {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        let times = [time, time]
        try call("set time", path) {
            unsafe times.withUnsafeBufferPointer { unsafe futimens(rawValue, $0.baseAddress) }
        }
    }
}
