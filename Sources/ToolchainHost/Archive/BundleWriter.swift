internal import CLibArchive
internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// Writes regular files into an uncompressed tar archive, optionally cut into parts.
///
/// The same members in the same order give the same bytes: there are no times, owners or modes of the host. The parts
/// are one byte stream, so `cat OUT.tar.* | tar t` reads them. Unless ``finish()`` returns, all parts are deleted.
@safe
package final class BundleWriter {
    /// The largest number of parts, whose suffix has three digits.
    package static let mostParts = 999

    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let output: Output
    private let monitor: ProgressMonitor
    private let expectedByteCount: Int
    private var byteCount = 0

    /// Creates the archive, or its first part.
    ///
    /// - Parameters:
    ///   - path: The path of the archive, to which parts append `.001`, `.002` and so on.
    ///   - partByteCount: The size of each part but the last; nil for one file without a suffix.
    ///   - expectedByteCount: The size of all members, for progress.
    ///   - isDurable: Whether the files are flushed to disk.
    ///   - monitor: Receives the number of bytes, and cancels the work.
    /// - Throws: ``FileError``.
    package init(
        path: String,
        partByteCount: Int?,
        expectedByteCount: Int,
        isDurable: Bool,
        monitor: ProgressMonitor
    ) throws(FileError) {
        guard let archive = unsafe archive_write_new() else {
            throw FileError("create", path, .noMemory)
        }
        guard let entry = unsafe archive_entry_new() else {
            _ = unsafe archive_write_free(archive)
            throw FileError("create", path, .noMemory)
        }
        unsafe self.archive = archive
        unsafe self.entry = entry
        output = Output(path: path, partByteCount: partByteCount, isDurable: isDurable)
        self.monitor = monitor
        self.expectedByteCount = expectedByteCount
        // ustar, and pax only for names that ustar cannot store.
        try check(unsafe archive_write_set_format_pax_restricted(archive))
        try check(unsafe archive_write_set_bytes_per_block(archive, 1 << 18))
        try check(unsafe archive_write_set_bytes_in_last_block(archive, 10_240))
        let client = unsafe Unmanaged.passUnretained(output).toOpaque()
        try check(
            unsafe archive_write_open(
                archive,
                client,
                nil,
                { _, client, bytes, count in
                    guard let client = unsafe client, let bytes = unsafe bytes else { return -1 }
                    let output = unsafe Unmanaged<Output>.fromOpaque(client).takeUnretainedValue()
                    return unsafe output.write(UnsafeRawBufferPointer(start: bytes, count: count))
                },
                nil
            )
        )
    }

    deinit {
        output.isClosed = true
        unsafe archive_entry_free(entry)
        _ = unsafe archive_write_free(archive)
        output.removeParts()
    }

    /// Appends a small file.
    ///
    /// - Returns: Its digest.
    @discardableResult
    package func add(_ bytes: [UInt8], as name: String) throws -> SHA256Digest {
        try begin(name, byteCount: bytes.count)
        try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
        return try SHA256Digest(of: bytes)
    }

    /// Appends the regular file at a path.
    ///
    /// - Returns: Its digest.
    /// - Throws: ``FileError``, also if the file becomes shorter while it is read; ``ProgressMonitor/Interrupted``.
    package func add(fileAt path: String, as name: String) throws -> SHA256Digest {
        let file = try OwnedDescriptor.reading(path)
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError("open", path, .invalidArgument)
        }
        let size = Int(status.st_size)
        try begin(name, byteCount: size)
        var hasher = try SHA256Hasher.starting()
        let slab = Slab(byteCount: 1 << 18)
        var offset = 0
        while offset < size {
            let count = try unsafe min(file.read(into: slab.bytes, at: offset), size - offset)
            guard count > 0 else { throw FileError("read", path, .ioError) }
            slab.count = count
            try unsafe hasher.update(slab.filled)
            try unsafe write(slab.filled)
            offset += count
        }
        return try hasher.finish()
    }

    /// Ends the archive.
    ///
    /// - Returns: The paths of its parts, in order.
    package func finish() throws -> [String] {
        try check(unsafe archive_write_close(archive))
        try output.finish()
        return output.keepParts()
    }

    private func begin(_ name: String, byteCount: Int) throws(FileError) {
        _ = unsafe archive_entry_clear(entry)
        unsafe archive_entry_set_pathname(entry, name)
        unsafe archive_entry_set_filetype(entry, UInt32(0o100000))
        unsafe archive_entry_set_perm(entry, 0o644)
        unsafe archive_entry_set_size(entry, Int64(byteCount))
        unsafe archive_entry_set_mtime(entry, 0, 0)
        try check(unsafe archive_write_header(archive, entry))
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count > 0 else { return }
        let written = unsafe archive_write_data(archive, bytes.baseAddress, bytes.count)
        guard written == bytes.count else { return try check(ARCHIVE_FATAL) }
        byteCount += bytes.count
        try monitor.advance(.copying, to: byteCount, of: max(expectedByteCount, byteCount))
    }

    private func check(_ status: CInt) throws(FileError) {
        guard status != ARCHIVE_OK else { return }
        if let error = output.error { throw error }
        let code = unsafe archive_errno(archive)
        throw FileError("write", output.path, code > 0 ? Errno(rawValue: code) : .ioError)
    }
}

extension BundleWriter {
    /// The parts, which libarchive writes to.
    private final class Output {
        let path: String
        /// Whether libarchive's bytes are discarded, because the archive is given up.
        var isClosed = false
        private(set) var error: FileError?
        private let partByteCount: Int?
        private let isDurable: Bool
        private var current: AtomicReplacement?
        private var currentByteCount = 0
        private var parts: [String] = []

        init(path: String, partByteCount: Int?, isDurable: Bool) {
            self.path = path
            self.partByteCount = partByteCount
            self.isDurable = isDurable
        }

        func write(_ bytes: UnsafeRawBufferPointer) -> la_ssize_t {
            guard !isClosed else { return bytes.count }
            do throws(FileError) {
                var start = 0
                while start < bytes.count {
                    if let partByteCount, currentByteCount == partByteCount { try finish() }
                    if current == nil { try begin() }
                    let count = min(
                        bytes.count - start,
                        (partByteCount ?? Int.max) - currentByteCount
                    )
                    try unsafe current?.write(
                        UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
                    )
                    start += count
                    currentByteCount += count
                }
                return bytes.count
            } catch {
                self.error = error
                return -1
            }
        }

        private func begin() throws(FileError) {
            guard parts.count < BundleWriter.mostParts else {
                throw FileError("create", path, .fileTooLarge)
            }
            let digits = "00\(parts.count + 1)".suffix(3)
            let part = partByteCount == nil ? path : "\(path).\(digits)"
            current = try AtomicReplacement.opening(part)
            currentByteCount = 0
            parts.append(part)
        }

        /// Renames the current part to its name.
        func finish() throws(FileError) {
            guard let finished = current.take() else { return }
            try finished.commit(mode: 0o644, durably: isDurable)
        }

        /// Returns the parts, which are not deleted any more.
        func keepParts() -> [String] {
            let kept = parts
            parts = []
            return kept
        }

        /// Deletes what was written.
        func removeParts() {
            let isUnfinished = current != nil
            current = nil
            // The last part has its name only when it is finished.
            for part in isUnfinished ? parts.dropLast() : parts[...] {
                try? FileSystem.remove(part)
            }
        }
    }
}
