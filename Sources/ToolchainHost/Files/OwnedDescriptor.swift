internal import CLinux
internal import Glibc
internal import SystemPackage

/// A file descriptor with one owner, closed exactly once.
struct OwnedDescriptor: ~Copyable {
    let rawValue: CInt
    /// What was opened, for messages.
    let path: String
    private var isClosed = false

    init(owning rawValue: CInt, path: String) {
        self.rawValue = rawValue
        self.path = path
    }

    deinit { if !isClosed { _ = Glibc.close(rawValue) } }

    /// Closes it and reports an error of that: a network file system may report a failed write
    /// only now.
    consuming func close() throws(FileError) {
        let result = Glibc.close(rawValue)
        let error = result == 0 ? nil : FileError.last("close", path)
        isClosed = true
        // Linux has released the descriptor whatever close says, EINTR included: close(2).
        if let error, error.errno != .interrupted { throw error }
    }

    /// Another descriptor of the same open file, which keeps its lock.
    borrowing func duplicated() throws(FileError) -> OwnedDescriptor {
        let copy = try call("open", path) { fcntl(rawValue, F_DUPFD_CLOEXEC, 0) }
        return OwnedDescriptor(owning: copy, path: path)
    }

    /// Opens `path` for reading.
    static func reading(_ path: String) throws(FileError) -> OwnedDescriptor {
        // O_NONBLOCK: a named pipe in the place of a file must not make us wait.
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

    /// Fills `buffer` from `offset` on as far as the file goes; returns the count of bytes.
    ///
    /// With `once`, a single call may fill less; that spares one for most files.
    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int,
        once: Bool = false
    ) throws(FileError) -> Int {
        try unsafe Self.read(rawValue, path, into: buffer, at: offset, once: once)
    }

    /// As the method of an owned descriptor, for a thread that is lent one.
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

    /// Gives the file to a group, unless it has it.
    func setGroup(_ group: gid_t) throws(FileError) {
        guard try status().st_gid != group else { return }
        try call("set group", path) { fchown(rawValue, uid_t.max, group) }
    }

    /// Sets the file's permission bits.
    func setMode(_ mode: mode_t) throws(FileError) {
        try call("chmod", path) { fchmod(rawValue, mode) }
    }

    /// Puts the file's contents on disk.
    func synchronize() throws(FileError) {
        try call("sync", path) { fsync(rawValue) }
    }

    /// Lets the kernel start to write the file's contents to disk, without waiting for it.
    func startWriteBack() { clinux_start_write_back(rawValue) }

    /// The file's status.
    func status() throws(FileError) -> stat {
        var status = stat()
        try call("stat", path) { unsafe fstat(rawValue, &status) }
        return status
    }
}
