internal import Glibc
internal import ToolchainCore

/// Makes the files and directories of one tree, below a directory that is nobody else's.
///
/// Directories are made at once, by the caller's thread; files are collected into batches and written
/// by two threads, because creating twelve thousand files is what installing a Go costs most.
final class TreeWriter {
    /// A member that conflicts with an earlier one.
    struct Conflict: Error {
        let reason: String
    }

    /// The first error of a writing thread.
    let error = FirstError()
    private var memberCount = 0
    private let mostMembers: Int

    private let umask: mode_t
    private let writers: [BatchWriter]
    /// The open directories from the root to where the last member was.
    private var chain: [(name: String, handle: DirectoryHandle)] = []
    private let root: DirectoryHandle
    /// The directory that was needed last.
    private var lastDirectory: (path: String, handle: DirectoryHandle)
    private var directories: Set<String> = [""]
    /// The files so far, by their numbers.
    private var files: [(path: String, mode: mode_t, byteCount: Int)] = []
    private var fileNames: Set<String> = []

    private var batch: WriteBatch?
    /// The writer that has the first parts of the file that is being collected.
    private var pinned: BatchWriter?
    private var current: OpenFile?

    private struct OpenFile {
        let directory: DirectoryHandle
        let name: String
        let mode: mode_t
        let modified: Int
        /// The bytes of it that are not yet in the batch, in the batch's slab.
        var pending: Range<Int>?
        var byteCount = 0
    }

    private static let mostPartsInBatch = 128
    /// Bounds the descriptors that waiting batches hold: 23 batches of so many, of 256 or more.
    private static let mostDirectoriesInBatch = 8

    init(root: DirectoryHandle, mostMembers: Int, umask: UInt32, isDurable: Bool) {
        self.mostMembers = mostMembers
        self.root = root
        lastDirectory = ("", root)
        self.umask = umask
        writers = (0..<2).map { [error] _ in
            BatchWriter(umask: umask, isDurable: isDurable, error: error)
        }
    }

    /// Counts a member, or a directory that no member is but that is made all the same.
    private func count() throws(ArchiveError) {
        memberCount += 1
        guard memberCount <= mostMembers else {
            throw .tooLarge(limit: "\(mostMembers) members")
        }
    }

    // MARK: Directories

    /// Makes a directory, unless something in it has made it already.
    func addDirectory(_ path: ArchiveMemberPath) throws {
        try count()
        _ = try open(path.relativePath)
    }

    /// The directory at `path`, made with all that are missing above it.
    private func open(_ path: String) throws -> DirectoryHandle {
        // Most files are in the directory that the one before them is in.
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
                try handle.makeDirectory(components[end], mode: 0o755, umask: umask)
            }
            handle = try handle.directory(components[end])
            chain.append((components[end], handle))
        }
        lastDirectory = (path, handle)
        return handle
    }

    // MARK: Links

    /// Makes a symbolic link that stays inside the tree.
    ///
    /// It may go up only at its start: after the name of another link, `..` is not what it seems.
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
        let ups = parts.prefix { $0 == ".." || $0 == "." }.count { $0 == ".." }
        guard !parts.drop(while: { $0 == ".." || $0 == "." }).contains(".."),
            ups <= path.directory.split(byte: "/").count
        else { throw Conflict(reason: "its symbolic link target `\(text)` may be outside") }
        try open(path.directory).makeLink(path.name, to: text)
    }

    // MARK: Files

    /// Starts a file; its bytes follow by ``append(_:)``.
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

    /// Adds bytes to the file that was begun last.
    func append(_ data: FileBytes) throws {
        current?.byteCount += data.range.count
        if let pending = current?.pending, batch?.lease === data.lease,
            pending.upperBound == data.range.lowerBound
        {
            current?.pending = pending.lowerBound..<data.range.upperBound
            return
        }
        flushPending(isLast: false)
        // A batch holds on to one slab, so that those who wait for an empty one never wait for ever.
        if batch?.lease !== data.lease {
            try dispatch()
            batch = WriteBatch(lease: data.lease)
        }
        current?.pending = data.range
    }

    /// Ends the file that was begun last.
    func endFile() throws {
        if batch == nil { batch = WriteBatch(lease: SlabLease(Slab(byteCount: 0))) }
        if current?.pending == nil { current?.pending = 0..<0 }
        flushPending(isLast: true)
        if let current { files[files.count - 1].byteCount = current.byteCount }
        current = nil
        let isFull =
            batch.map {
                $0.parts.count >= Self.mostPartsInBatch
                    || $0.directoryCount >= Self.mostDirectoriesInBatch
            } ?? false
        // What follows need not go to the writer that has the beginning of this file.
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

    /// Hands the batch to the writer that has the file's beginning, or to the less busy one.
    private func dispatch() throws {
        guard let batch, !batch.parts.isEmpty else { return }
        self.batch = nil
        let writer = pinned ?? writers.min { $0.backlog < $1.backlog }
        if batch.parts.last?.isLast == false { pinned = writer }
        guard writer?.write(batch) == true else { throw Stopped() }
    }

    /// A writer has failed; ``error`` says why.
    private struct Stopped: Error, CustomStringConvertible {
        let description = "writing stopped"
    }

    // MARK: End

    /// Waits until everything is written.
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

    /// Ends the writing threads; what is written so far stays.
    func cancel() {
        for writer in writers { writer.cancel() }
    }
}
