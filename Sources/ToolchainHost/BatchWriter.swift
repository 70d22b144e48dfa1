internal import Dispatch
internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// A part of a file that is to be written, usually all of it.
struct FilePart: Sendable {
    let folder: DirectoryHandle
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
    /// How many times the folder changes from one part to the next, the first included: so many
    /// open folders the batch holds at most.
    private(set) var folderCount = 0

    init(lease: SlabLease) { self.lease = lease }

    mutating func add(_ part: FilePart) {
        if parts.last?.folder !== part.folder { folderCount += 1 }
        parts.append(part)
    }
}

/// A thread that writes files and hashes what it writes, while it holds the bytes.
final class BatchWriter: Sendable {
    private let batches: BoundedQueue<WriteBatch>
    private let thread = DispatchGroup()
    private let digests = Guarded<[(number: Int, digest: SHA256Digest)]>([])

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - umask: What the process takes off the modes of new files.
    ///   - isDurable: Whether all will be put on disk in the end, so that it pays to start early.
    ///   - failed: Called with the first error; the thread has then ended.
    init(
        umask: mode_t,
        isDurable: Bool,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        batches = BoundedQueue(capacity: 10)
        DispatchQueue(label: "write").async(group: thread) { [batches, digests] in
            do {
                let found = try Self.write(batches, umask: umask, isDurable: isDurable)
                digests.withLock { $0 = found }
            } catch {
                batches.cancel()
                failed(error)
            }
        }
    }

    /// How large a file, or the last part of one, has to be for starting its write-back early.
    ///
    /// A few hundred files have half of the bytes; for the others a system call each costs more.
    private static let worthWritingBack = 128 * 1024

    /// How many batches wait to be written.
    var backlog: Int { batches.count }

    /// Queues a batch; false if the thread has ended.
    func write(_ batch: WriteBatch) -> Bool { batches.push(batch) }

    /// Waits until everything is written; the digests of the files by their numbers.
    func finish() -> [(number: Int, digest: SHA256Digest)] {
        batches.finish()
        thread.wait()
        return digests.withLock { $0 }
    }

    /// Ends the thread after the batch that it is at.
    func cancel() {
        batches.cancel()
        thread.wait()
    }

    private static func write(
        _ batches: BoundedQueue<WriteBatch>,
        umask: mode_t,
        isDurable: Bool
    ) throws -> [(number: Int, digest: SHA256Digest)] {
        var digests: [(number: Int, digest: SHA256Digest)] = []
        var hasher = try SHA256Hasher.starting()
        var unfinished: OwnedDescriptor? = nil
        while let batch = batches.pop() {
            for part in batch.parts {
                let file: OwnedDescriptor
                if let open = unfinished.take() {
                    file = open
                } else {
                    file = try part.folder.createFile(part.name, mode: part.mode, umask: umask)
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
        return digests
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
