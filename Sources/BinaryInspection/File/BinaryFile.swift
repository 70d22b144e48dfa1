internal import Glibc
internal import SystemPackage
package import ToolchainHost

/// A file to be looked into, read in pieces by offset.
///
/// It is read with pread(2) and not mapped: where somebody truncates a mapped file, the next look at
/// it is a SIGBUS that ends the process; here it is a piece that is not there. Nothing outside the
/// file's bounds is ever asked for, and a piece is whole or nil.
package final class BinaryFile: Sendable {
    private enum Storage {
        case descriptor(FileDescriptor)
        case memory([UInt8])
    }

    /// No more than this is searched for a mark, in bytes: a file with holes may be larger than any disk.
    static let searchLimit: UInt64 = 512 << 20

    /// The path that it was opened by.
    package let path: String
    /// Its size when it was opened.
    package let byteCount: Int
    private let storage: Storage
    private let problem = Guarded<FileError?>(nil)

    /// The first system call on the file that failed; what is concluded from a file that cannot be
    /// read is worth nothing.
    package var readError: FileError? { problem.withLock { $0 } }

    /// Opens the regular file at `path`, links followed.
    ///
    /// - Throws: ``FileError`` where it is missing, unreadable or no regular file.
    package static func opening(_ path: String) throws(FileError) -> BinaryFile {
        let descriptor: FileDescriptor
        do {
            // nonBlocking: a named pipe in the place of a file must not make us wait.
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: [.closeOnExec, .nonBlocking]
            )
        } catch {
            throw FileError("open", path, error as? Errno ?? .ioError)
        }
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else {
            let reason = Errno(rawValue: errno)
            try? descriptor.close()
            throw FileError("stat", path, reason)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            try? descriptor.close()
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            throw FileError("read", path, isDirectory ? .isDirectory : .notSupported)
        }
        return BinaryFile(path: path, byteCount: Int(status.st_size), .descriptor(descriptor))
    }

    /// A file that is in memory already.
    package convenience init(bytes: [UInt8], path: String = "") {
        self.init(path: path, byteCount: bytes.count, .memory(bytes))
    }

    private init(path: String, byteCount: Int, _ storage: Storage) {
        self.path = path
        self.byteCount = byteCount
        self.storage = storage
    }

    deinit {
        if case .descriptor(let descriptor) = storage { try? descriptor.close() }
    }

    /// Whether the file goes that far.
    func contains(offset: UInt64, count: UInt64) -> Bool {
        let (end, overflows) = offset.addingReportingOverflow(count)
        return !overflows && end <= UInt64(byteCount)
    }

    /// `count` bytes from `offset` on; nil unless the file has all of them, or where `count` is more
    /// than `limit`.
    func bytes(at offset: UInt64, count: UInt64, limit: Int = 1 << 20) -> [UInt8]? {
        guard count <= UInt64(limit), contains(offset: offset, count: count) else { return nil }
        // Both fit: the file's size is an Int.
        let (start, length) = (Int(offset), Int(count))
        switch storage {
        case .memory(let bytes): return Array(bytes[start..<(start + length)])
        case .descriptor(let descriptor):
            let read = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, filled in
                filled = unsafe fill(UnsafeMutableRawBufferPointer(buffer), descriptor, at: start)
            }
            return read.count == length ? read : nil
        }
    }

    /// As many of `count` bytes from `offset` on as the file has, and none outside of it.
    func prefix(at offset: UInt64, count: Int) -> [UInt8] {
        guard offset < UInt64(byteCount), count > 0 else { return [] }
        let available = min(UInt64(count), UInt64(byteCount) - offset)
        return bytes(at: offset, count: available, limit: count) ?? []
    }

    private func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        _ descriptor: FileDescriptor,
        at offset: Int
    ) -> Int {
        var filled = 0
        while filled < buffer.count {
            do {
                let count = try unsafe descriptor.read(
                    fromAbsoluteOffset: Int64(offset + filled),
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]),
                    retryOnInterrupt: true
                )
                if count == 0 { break }
                filled += count
            } catch {
                let reason = FileError("read", path, error as? Errno ?? .ioError)
                problem.withLock { $0 = $0 ?? reason }
                break
            }
        }
        return filled
    }
}
