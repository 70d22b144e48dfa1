internal import Glibc
internal import SystemPackage
package import ToolchainHost

/// A file that is read in pieces.
///
/// It is read with pread(2) instead of being mapped, because accessing a mapped file that another process
/// has truncated raises SIGBUS. Reads outside of the file return nil.
package final class BinaryFile: Sendable {
    private enum Storage {
        case descriptor(FileDescriptor)
        case memory([UInt8])
    }

    /// The maximum number of bytes to search, because a sparse file may be larger than any disk.
    static let searchLimit: UInt64 = 512 << 20

    package let path: String
    /// The size in bytes at the time the file was opened.
    package let byteCount: Int
    private let storage: Storage
    private let problem = Guarded<FileError?>(nil)

    /// The first error of a read, after which conclusions from the contents are invalid.
    package var readError: FileError? { problem.withLock { $0 } }

    /// Opens the regular file at `path`, following links.
    ///
    /// - Throws: ``FileError`` if it does not exist, cannot be read or is not a regular file.
    package static func opening(_ path: String) throws(FileError) -> BinaryFile {
        let descriptor: FileDescriptor
        do {
            // With nonBlocking, opening a named pipe does not block.
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

    /// Creates a file from its contents.
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

    /// Returns whether the file contains all of the `count` bytes from `offset`.
    func contains(offset: UInt64, count: UInt64) -> Bool {
        let (end, overflows) = offset.addingReportingOverflow(count)
        return !overflows && end <= UInt64(byteCount)
    }

    /// Reads `count` bytes from `offset`; returns nil if the file does not contain all of them, or if `count`
    /// exceeds `limit`.
    func bytes(at offset: UInt64, count: UInt64, limit: Int = 1 << 20) -> [UInt8]? {
        guard count <= UInt64(limit), contains(offset: offset, count: count) else { return nil }
        // The conversions cannot overflow, because the file's size is an Int.
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

    /// Reads up to `count` bytes from `offset`; none at or after the end of the file.
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
