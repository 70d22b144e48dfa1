internal import Glibc
internal import ToolchainCore

/// Writes the files and directories of a tree, in a directory that no other process uses; or only hashes
/// the files.
///
/// Directories are created immediately, on the caller's thread. Files are collected into batches and
/// written by two threads, because creating 12,000 files is the most expensive part of installing a Go.
final class TreeWriter {
    /// A member that conflicts with an earlier one.
    struct Conflict: Error {
        let reason: String
    }

    /// The first error of a writing thread.
    let error = FirstError()
    private var memberCount = 0
    private let memberLimit: Int

    private let umask: mode_t
    private let writers: [BatchWriter]
    /// The open directories from the root to the directory of the last member.
    private var chain: [(name: String, handle: DirectoryHandle?)] = []
    /// Where files are written; nil if they are only hashed.
    private let root: DirectoryHandle?
    /// The directory that was used last.
    private var lastDirectory: (path: String, handle: DirectoryHandle?)
    private var directories: Set<String> = [""]
    /// The files so far, indexed by their numbers.
    private var files: [(path: String, mode: mode_t, byteCount: Int)] = []
    private var fileNames: Set<String> = []

    private var batch: WriteBatch?
    /// The writer that has received the first parts of the current file.
    private var pinned: BatchWriter?
    private var current: OpenFile?

    private struct OpenFile {
        let directory: DirectoryHandle?
        let name: String
        let mode: mode_t
        let modified: Int
        /// The range in the batch's slab of the bytes that are not yet in the batch.
        var pending: Range<Int>?
        var byteCount = 0
    }

    private static let maximumPartCount = 128
    /// Limits the descriptors held by queued batches: up to 23 batches, with 256 or more descriptors.
    private static let maximumDirectoryCount = 8

    init(root: DirectoryHandle?, memberLimit: Int, umask: UInt32, isDurable: Bool) {
        self.memberLimit = memberLimit
        self.root = root
        lastDirectory = ("", root)
        self.umask = umask
        writers = (0..<2).map { [error] _ in
            BatchWriter(umask: umask, isDurable: isDurable, error: error)
        }
    }

    /// Counts a member, or a directory that is created although it is not a member.
    private func count() throws(ArchiveError) {
        memberCount += 1
        guard memberCount <= memberLimit else {
            throw .tooLarge(limit: "\(memberLimit) members")
        }
    }

    /// Counts a member that is not written.
    func skip() throws(ArchiveError) { try count() }

    // MARK: Directories

    /// Creates a directory, unless an earlier member in it has created it.
    func addDirectory(_ path: ArchiveMemberPath) throws {
        try count()
        _ = try open(path.relativePath)
    }

    /// Opens the directory at `path`, creating it and its parents if they are missing.
    ///
    /// - Returns: The directory; nil if nothing is written.
    private func open(_ path: String) throws -> DirectoryHandle? {
        // Most files are in the same directory as the previous one.
        if path.hasSameBytes(as: lastDirectory.path) { return lastDirectory.handle }
        let components = path.split(byte: "/")
        var depth = 0
        while depth < chain.count, depth < components.count,
            chain[depth].name.hasSameBytes(as: components[depth])
        {
            depth += 1
        }
        chain.removeLast(chain.count - depth)
        var handle = chain.last?.handle ?? root
        for end in depth..<components.count {
            let path = components[...end].joined(separator: "/")
            guard !fileNames.contains(path) else {
                throw Conflict(reason: "`\(path)` is both a file and a directory")
            }
            let (isNew, known) = directories.insert(path)
            guard known.hasSameBytes(as: path) else {
                throw Conflict(
                    reason: "its directory differs from `\(known)` only in Unicode normalization"
                )
            }
            if isNew {
                try count()
                try handle?.makeDirectory(components[end], mode: 0o755, umask: umask)
            }
            handle = try handle?.directory(components[end])
            chain.append((components[end], handle))
        }
        lastDirectory = (path, handle)
        return handle
    }

    // MARK: Links

    /// Creates a symbolic link that stays inside the tree.
    ///
    /// `..` is only allowed at the start of the target, because after the name of another link it would
    /// refer to the parent of that link's target.
    func addLink(_ path: ArchiveMemberPath, to target: [UInt8]) throws {
        try count()
        let name = path.relativePath
        guard !name.isEmpty, !directories.contains(name), fileNames.insert(name).inserted else {
            throw Conflict(reason: "it occurs more than once")
        }
        guard let text = String(validating: target, as: UTF8.self), !text.isEmpty,
            target.count <= 1024, !target.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            target.first != UInt8(ascii: "/")
        else { throw Conflict(reason: "its symbolic link target is not a short relative path") }
        let parts = text.split(byte: "/")
        let parentCount = parts.prefix { $0 == ".." || $0 == "." }.count { $0 == ".." }
        guard !parts.drop(while: { $0 == ".." || $0 == "." }).contains(".."),
            parentCount <= path.directory.split(byte: "/").count
        else { throw Conflict(reason: "its symbolic link target `\(text)` may be outside") }
        try open(path.directory)?.makeLink(path.name, to: text)
    }

    // MARK: Files

    /// Begins a file, whose bytes are added by ``append(_:)``.
    func beginFile(_ path: ArchiveMemberPath, isExecutable: Bool, modified: Int) throws {
        try count()
        let name = path.relativePath
        guard !name.isEmpty else {
            throw Conflict(reason: "the top directory is a file")
        }
        guard !directories.contains(name) else {
            throw Conflict(reason: "it is both a file and a directory")
        }
        guard fileNames.insert(name).inserted else {
            throw Conflict(reason: "it occurs more than once")
        }
        let directory = try open(path.directory)
        let mode: mode_t = isExecutable ? 0o755 : 0o644
        current = OpenFile(
            directory: directory,
            name: path.name,
            mode: mode,
            modified: modified
        )
        files.append((name, mode, 0))
    }

    /// Adds bytes to the current file.
    func append(_ data: FileBytes) throws {
        current?.byteCount += data.range.count
        if let pending = current?.pending, batch?.lease === data.lease,
            pending.upperBound == data.range.lowerBound
        {
            current?.pending = pending.lowerBound..<data.range.upperBound
            return
        }
        flushPending(isLast: false)
        // A batch retains only one slab, so that threads waiting for an empty one cannot deadlock.
        if batch?.lease !== data.lease {
            try dispatch()
            batch = WriteBatch(lease: data.lease)
        }
        current?.pending = data.range
    }

    /// Ends the current file.
    func endFile() throws {
        if batch == nil { batch = WriteBatch(lease: SlabLease(Slab(byteCount: 0))) }
        if current?.pending == nil { current?.pending = 0..<0 }
        flushPending(isLast: true)
        if let current { files[files.count - 1].byteCount = current.byteCount }
        current = nil
        let isFull =
            batch.map {
                $0.parts.count >= Self.maximumPartCount
                    || $0.directoryCount >= Self.maximumDirectoryCount
            } ?? false
        // The next file may go to either writer.
        if pinned != nil || isFull { try dispatch() }
        pinned = nil
    }

    private func flushPending(isLast: Bool) {
        guard let file = current, let bytes = file.pending else { return }
        batch?.add(
            FilePart(
                directory: file.directory,
                name: file.name,
                mode: file.mode,
                modified: file.modified,
                number: files.count - 1,
                bytes: bytes,
                isLast: isLast
            )
        )
        current?.pending = nil
    }

    /// Passes the batch to the writer that has the start of the file, or to the less busy one.
    private func dispatch() throws {
        guard let batch, !batch.parts.isEmpty else { return }
        self.batch = nil
        let writer = pinned ?? writers.min { $0.backlog < $1.backlog }
        if batch.parts.last?.isLast == false { pinned = writer }
        guard writer?.write(batch) == true else { throw Stopped() }
    }

    /// The error thrown if a writer has failed; ``error`` has the cause.
    private struct Stopped: Error, CustomStringConvertible {
        let description = "writing stopped"
    }

    // MARK: End

    /// Waits until all files are written.
    ///
    /// - Returns: The index of the tree.
    func finish() throws -> TreeIndex {
        try dispatch()
        var digests = [SHA256Digest?](repeating: nil, count: files.count)
        for writer in writers {
            for (number, digest) in writer.finish() { digests[number] = digest }
        }
        try error.rethrow()
        var entries = directories.subtracting([""]).map {
            TreeIndex.Entry(path: $0, mode: 0o755, kind: .directory)
        }
        for (file, digest) in zip(files, digests) {
            guard let digest else { throw Stopped() }
            entries.append(
                TreeIndex.Entry(
                    path: file.path,
                    mode: UInt16(file.mode),
                    kind: .file(byteCount: file.byteCount, digest: digest)
                )
            )
        }
        return TreeIndex(entries)
    }

    /// Stops the writing threads; files that have been written are kept.
    func cancel() {
        for writer in writers { writer.cancel() }
    }
}
