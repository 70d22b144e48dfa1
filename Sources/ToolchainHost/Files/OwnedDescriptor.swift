internal import CLinux
internal import Glibc
internal import SystemPackage

/// A file descriptor with unique ownership, which is closed exactly once.
struct OwnedDescriptor: ~Copyable {
    let rawValue: CInt
    /// The path of the file, for messages.
    let path: String
    private var isClosed = false

    init(owning rawValue: CInt, path: String) {
        self.rawValue = rawValue
        self.path = path
    }

    deinit { if !isClosed { _ = Glibc.close(rawValue) } }

    /// Closes the descriptor; a network file system may report a failed write only now.
    consuming func close() throws(FileError) {
        let result = Glibc.close(rawValue)
        let error = result == 0 ? nil : FileError.last("close", path)
        isClosed = true
        // Linux releases the descriptor even if close fails, including with EINTR; see close(2).
        if let error, error.errno != .interrupted { throw error }
    }

    /// Returns a duplicate of the descriptor; closing it does not release the lock.
    borrowing func duplicated() throws(FileError) -> OwnedDescriptor {
        let copy = try call("open", path) { fcntl(rawValue, F_DUPFD_CLOEXEC, 0) }
        return OwnedDescriptor(owning: copy, path: path)
    }

    /// Opens `path` for reading.
    static func reading(_ path: String) throws(FileError) -> OwnedDescriptor {
        // With O_NONBLOCK, opening a named pipe does not block.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
        let descriptor = try call("open", path) { unsafe Glibc.open(path, flags) }
        return OwnedDescriptor(owning: descriptor, path: path)
    }

    /// Writes all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe Glibc.write(
                rawValue,
                bytes.baseAddress.map { unsafe $0 + written },
                bytes.count - written
            )
            if count < 0 {
                let error = FileError.last("write", path)
                guard error.errno == .interrupted else { throw error }
            } else {
                written += count
            }
        }
    }

    /// Reads from `offset` until `buffer` is full or the file ends, and returns the number of bytes.
    ///
    /// With `once`, a single system call may read less, which saves a call for most files.
    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int,
        once: Bool = false
    ) throws(FileError) -> Int {
        try unsafe Self.read(rawValue, path, into: buffer, at: offset, once: once)
    }

    /// Reads as the instance method does, for a thread that does not own the descriptor.
    static func read(
        _ descriptor: CInt,
        _ path: String,
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int,
        once: Bool = false
    ) throws(FileError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = unsafe pread(
                descriptor,
                buffer.baseAddress.map { unsafe $0 + filled },
                buffer.count - filled,
                offset + filled
            )
            if count == 0 { break }
            if count < 0 {
                let error = FileError.last("read", path)
                guard error.errno == .interrupted else { throw error }
            } else {
                filled += count
                if once { break }
            }
        }
        return filled
    }

    /// Sets the group of the file, unless it already has it.
    func setGroup(_ group: gid_t) throws(FileError) {
        guard try status().st_gid != group else { return }
        try call("set group", path) { fchown(rawValue, uid_t.max, group) }
    }

    /// Sets the permission bits of the file.
    func setMode(_ mode: mode_t) throws(FileError) {
        try call("chmod", path) { fchmod(rawValue, mode) }
    }

    /// Flushes the contents of the file to disk.
    func synchronize() throws(FileError) {
        try call("sync", path) { fsync(rawValue) }
    }

    /// Starts flushing the contents of the file to disk, without waiting.
    func startWriteBack() { clinux_start_write_back(rawValue) }

    /// Returns the status of the file.
    func status() throws(FileError) -> stat {
        var status = stat()
        try call("stat", path) { unsafe fstat(rawValue, &status) }
        return status
    }
}
