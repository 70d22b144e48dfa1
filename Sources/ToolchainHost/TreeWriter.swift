internal import Glibc
internal import ToolchainCore

/// Makes the files and folders of one tree, below a folder that is nobody else's.
///
/// Folders are made at once, by the caller's thread; files are collected into batches and written
/// by two threads, because creating twelve thousand files is what installing a Go costs most.
final class TreeWriter {
    /// A member that does not fit what came before it.
    struct Conflict: Error {
        let reason: String
    }

    /// The first error of a writing thread.
    let error = FirstError()
    private var memberCount = 0
    private let mostMembers: Int

    private let umask: mode_t
    private let writers: [BatchWriter]
    private let spent: BoundedQueue<Slab>
    /// The open folders from the root to where the last member was.
    private var chain: [(name: String, handle: DirectoryHandle)] = []
    private let root: DirectoryHandle
    private var folders: Set<String> = [""]
    /// The files so far, by their numbers.
    private var files: [(path: String, mode: mode_t, byteCount: Int)] = []
    private var fileNames: Set<String> = []

    private var batch: WriteBatch?
    /// The writer that has the first parts of the file that is being collected.
    private var pinned: BatchWriter?
    private var current: OpenFile?

    private struct OpenFile {
        let folder: DirectoryHandle
        let name: String
        let mode: mode_t
        let modified: Int
        var partStart: Int
        var byteCount = 0
    }

    private static let slabSize = 1024 * 1024
    private static let mostPartsInBatch = 128
    /// Bounds the descriptors that waiting batches hold: six times so many, of 1024 or even 256.
    private static let mostFoldersInBatch = 16

    init(root: DirectoryHandle, mostMembers: Int, umask: UInt32) {
        self.mostMembers = mostMembers
        self.root = root
        self.umask = umask
        let spent = BoundedQueue<Slab>(capacity: 16)
        for _ in 0..<6 { _ = spent.push(Slab(byteCount: Self.slabSize)) }
        self.spent = spent
        writers = (0..<2).map { [error] _ in
            BatchWriter(umask: umask, spent: spent) { reason in
                error.record(reason)
                spent.cancel()
            }
        }
    }

    /// Counts a member, or a folder that no member is but that is made all the same.
    private func count() throws(ArchiveError) {
        memberCount += 1
        guard memberCount <= mostMembers else {
            throw .tooLarge(limit: "\(mostMembers) members")
        }
    }

    // MARK: Folders

    /// Makes a folder, unless something in it has made it already.
    func addDirectory(_ path: ArchiveMemberPath) throws {
        try count()
        _ = try open(path.components[...])
    }

    /// The folder `components`, made with all that are missing above it.
    private func open(_ components: ArraySlice<String>) throws -> DirectoryHandle {
        var depth = 0
        while depth < chain.count, depth < components.count,
            chain[depth].name.hasSameBytes(as: components[components.startIndex + depth])
        {
            depth += 1
        }
        chain.removeLast(chain.count - depth)
        var handle = chain.last?.handle ?? root
        for end in (components.startIndex + depth)..<components.endIndex {
            let path = components[...end].joined(separator: "/")
            guard !fileNames.contains(path) else {
                throw Conflict(reason: "`\(path)` is a file, so it cannot be a folder too")
            }
            let (isNew, known) = folders.insert(path)
            guard known.hasSameBytes(as: path) else {
                throw Conflict(reason: "`\(known)` is spelt with other bytes")
            }
            if isNew {
                try count()
                try handle.makeDirectory(components[end], mode: 0o755, umask: umask)
            }
            handle = try handle.directory(components[end])
            chain.append((components[end], handle))
        }
        return handle
    }

    // MARK: Files

    /// Starts a file; its bytes follow by ``append(_:)``.
    func beginFile(_ path: ArchiveMemberPath, isExecutable: Bool, modified: Int) throws {
        try count()
        let name = path.relativePath
        guard let last = path.components.last else {
            throw Conflict(reason: "the top folder is a file")
        }
        guard !folders.contains(name) else {
            throw Conflict(reason: "it is a folder too")
        }
        guard fileNames.insert(name).inserted else {
            throw Conflict(reason: "it is there twice")
        }
        let folder = try open(path.components.dropLast())
        let mode: mode_t = isExecutable ? 0o755 : 0o644
        if let batch,
            batch.parts.count >= Self.mostPartsInBatch
                || batch.folderCount >= Self.mostFoldersInBatch
        {
            try dispatch()
        }
        let batch = try openBatch()
        current = OpenFile(
            folder: folder,
            name: last,
            mode: mode,
            modified: modified,
            partStart: batch.slab.count
        )
        files.append((name, mode, 0))
    }

    /// Adds bytes to the file that was begun last.
    func append(_ data: UnsafeRawBufferPointer) throws {
        var taken = 0
        while taken < data.count {
            let slab = try openBatch().slab
            let count = unsafe min(slab.free.count, data.count - taken)
            unsafe slab.free.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: data[taken..<(taken + count)])
            )
            slab.count += count
            taken += count
            current?.byteCount += count
            if unsafe slab.free.isEmpty {
                endPart(isLast: false)
                try dispatch()
                current?.partStart = try openBatch().slab.count
            }
        }
    }

    /// Ends the file that was begun last.
    func endFile() throws {
        endPart(isLast: true)
        if let current { files[files.count - 1].byteCount = current.byteCount }
        current = nil
        // What follows need not go to the writer that has the beginning of this file.
        if pinned != nil { try dispatch() }
        pinned = nil
    }

    private func endPart(isLast: Bool) {
        guard let file = current, let slab = batch?.slab else { return }
        batch?.add(
            FilePart(
                folder: file.folder,
                name: file.name,
                mode: file.mode,
                modified: file.modified,
                number: files.count - 1,
                bytes: file.partStart..<slab.count,
                isLast: isLast
            )
        )
    }

    private func openBatch() throws -> WriteBatch {
        if let batch { return batch }
        guard let slab = spent.pop() else { throw Stopped() }
        let batch = WriteBatch(slab: slab)
        self.batch = batch
        return batch
    }

    /// Hands the batch to the writer that has the file's beginning, or to the less busy one.
    private func dispatch() throws {
        guard let batch else { return }
        self.batch = nil
        let writer = pinned ?? writers.min { $0.backlog < $1.backlog }
        if batch.parts.last?.isLast == false { pinned = writer }
        guard writer?.write(batch) == true else { throw Stopped() }
    }

    /// A writer has failed; ``error`` says why.
    private struct Stopped: Error {}

    // MARK: End

    /// Waits until all is written, and tells what it is.
    func finish() throws -> TreeIndex {
        try dispatch()
        var digests = [SHA256Digest?](repeating: nil, count: files.count)
        for writer in writers {
            for (number, digest) in writer.finish() { digests[number] = digest }
        }
        try error.rethrow()
        var entries = folders.subtracting([""]).map {
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
