internal import CLinux
internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// An open directory, and the operations relative to it.
///
/// The operations do not follow symbolic links or enter mounts, including bind mounts of the same file
/// system, because these may lead to files of other users. A path that is resolved again for each operation
/// could be redirected there between two of them.
///
/// The descriptor is closed when the last reference is released, on whichever thread.
package final class DirectoryHandle: Sendable {
    /// The path of the directory, for messages.
    package let path: String
    let descriptor: CInt

    private init(owning descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = close(descriptor) }

    /// Opens the directory at `path`.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - followingLinks: Whether the last component may be a symbolic link.
    /// - Returns: The directory.
    /// - Throws: ``FileError`` if it cannot be opened.
    package static func opening(
        _ path: String,
        followingLinks: Bool = false
    ) throws(FileError) -> DirectoryHandle {
        let flags = followingLinks ? Self.flags & ~O_NOFOLLOW : Self.flags
        let descriptor = try call("open", path) { unsafe Glibc.open(path, flags) }
        return DirectoryHandle(owning: descriptor, path: path)
    }

    static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

    /// Opens the directory `name` in this one.
    ///
    /// - Throws: ``FileError``; ``FileError/isMountPoint`` for a mount point, and with `Errno.notDirectory`
    ///   for a symbolic link.
    package func directory(_ name: String) throws(FileError) -> DirectoryHandle {
        try directory(FileName(name))
    }

    func directory(_ name: FileName) throws(FileError) -> DirectoryHandle {
        DirectoryHandle(owning: try open(name, O_RDONLY | O_DIRECTORY), path: path(of: name))
    }

    /// Opens the directory `name` for lookups of names, which does not require permission to list it.
    ///
    /// Unlike other operations, this enters mounts, because a lookup does not change anything.
    ///
    /// - Throws: ``FileError``, also for a symbolic link.
    package func lookup(_ name: String) throws(FileError) -> DirectoryHandle {
        let path = path(of: name)
        try requireSafeName(FileName(name))
        let child = try call("open", path) { unsafe clinux_lookup(descriptor, name) }
        return DirectoryHandle(owning: child, path: path)
    }

    /// Opens `name`, without following links or entering mounts.
    private func open(_ name: FileName, _ flags: CInt) throws(FileError) -> CInt {
        try requireSafeName(name)
        do {
            return try call("open", path(of: name)) {
                unsafe clinux_open_beneath(descriptor, name.cString, flags)
            }
        } catch  where error.errno == .improperLink {
            throw FileError.mountPoint(error.path)
        }
    }

    /// Throws if `name` would escape the directory; the last line of defense after all parsing.
    func requireSafeName(_ name: FileName) throws(FileError) {
        guard !name.bytes.contains(UInt8(ascii: "/")), !name.bytes.elementsEqual("..".utf8),
            !name.bytes.isEmpty
        else { throw FileError("create", path(of: name), .invalidArgument) }
    }

    /// Opens the directory `name`, creating it if it does not exist.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - mode: The permission bits of a new directory, regardless of the umask.
    ///   - made: The path is appended if the directory was created, even if this throws.
    /// - Returns: The directory.
    /// - Throws: ``FileError`` if it cannot be created or opened.
    package func makingDirectory(
        _ name: String,
        mode: UInt16 = 0o755,
        adding made: inout [String]
    ) throws(FileError) -> DirectoryHandle {
        do {
            return try directory(name)
        } catch  where error.errno == .noSuchFileOrDirectory {
            do {
                try makeDirectory(name, mode: mode_t(mode), umask: 0)
                made.append(path(of: name))
                // mkdirat(2) applies the umask of the process.
                try setMode(mode, of: name)
            } catch  where error.errno == .fileExists {}
            return try directory(name)
        }
    }

    /// Opens the directory `name`, creating it with permission bits `mode` if it does not exist.
    ///
    /// - Throws: ``FileError`` if it cannot be created or opened.
    package func makingDirectory(
        _ name: String,
        mode: UInt16 = 0o755
    ) throws(FileError) -> DirectoryHandle {
        var made: [String] = []
        return try makingDirectory(name, mode: mode, adding: &made)
    }

    /// Creates the directory `name`, which must not exist, with permission bits `mode`.
    func makeDirectory(_ name: String, mode: mode_t, umask: mode_t) throws(FileError) {
        try makeDirectory(FileName(name), mode: mode, umask: umask)
    }

    func makeDirectory(
        _ name: FileName,
        mode: mode_t,
        umask: mode_t = 0o777
    ) throws(FileError) {
        try requireSafeName(name)
        try call("create directory", path(of: name)) {
            unsafe mkdirat(descriptor, name.cString, mode)
        }
        guard mode & umask != 0 else { return }
        try setMode(UInt16(mode), of: name)
    }

    /// Creates a symbolic link.
    ///
    /// - Throws: ``FileError``, also if `name` exists.
    func makeLink(_ name: String, to target: String) throws(FileError) {
        try requireSafeName(FileName(name))
        let path = path(of: name)
        try call("create link", path) { unsafe symlinkat(target, descriptor, name) }
    }

    /// Creates the file `name`, which must not exist, with permission bits `mode`, and opens it for writing.
    func createFile(
        _ name: String,
        mode: mode_t,
        umask: mode_t
    ) throws(FileError) -> OwnedDescriptor {
        try requireSafeName(FileName(name))
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = try call("create", path(of: name)) {
            unsafe openat(descriptor, name, flags, mode)
        }
        let owned = OwnedDescriptor(owning: file, path: path(of: name))
        if mode & umask != 0 { try call("chmod", owned.path) { fchmod(file, mode) } }
        return owned
    }

    /// Creates a file with permission bits `mode`, and flushes it to disk if `isSynced`.
    func writeFile(
        _ name: String,
        _ contents: [UInt8],
        mode: mode_t,
        umask: mode_t,
        isSynced: Bool = true
    ) throws(FileError) {
        let file = try createFile(name, mode: mode, umask: umask)
        try unsafe contents.withUnsafeBufferPointer { bytes throws(FileError) in
            try unsafe file.write(UnsafeRawBufferPointer(bytes))
        }
        if isSynced { try file.synchronize() }
        try file.close()
    }

    /// Opens `name` for reading, without checking that it is a regular file.
    func file(_ name: String) throws(FileError) -> OwnedDescriptor {
        try file(FileName(name), O_RDONLY)
    }

    /// Opens `name`, without checking that it is a regular file.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - access: The access mode: `O_RDONLY` or another one.
    ///   - path: The path for messages, or nil for the full path.
    /// - Returns: The open file.
    /// - Throws: ``FileError`` if it cannot be opened.
    func file(
        _ name: FileName,
        _ access: CInt,
        path: String? = nil
    ) throws(FileError) -> OwnedDescriptor {
        let file = try open(name, access | O_NONBLOCK | O_NOCTTY)
        return OwnedDescriptor(owning: file, path: path ?? self.path(of: name))
    }

    /// Returns the first `limit` bytes of the regular file `name`; nil if it does not exist.
    ///
    /// - Throws: ``FileError``; with `Errno.tooManySymbolicLinkLevels` for a symbolic link, and with
    ///   `Errno.notSupported` for anything else that is not a regular file.
    package func contents(of name: String, limit: Int) throws(FileError) -> [UInt8]? {
        let file: OwnedDescriptor
        do {
            file = try self.file(name)
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError("read", file.path, .notSupported)
        }
        let slab = Slab(byteCount: min(limit, Int(status.st_size)))
        slab.count = try unsafe file.read(into: slab.bytes, at: 0)
        return unsafe Array(slab.filled)
    }

    /// Returns the kind of `name`, without following links; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package func kind(of name: String) throws(FileError) -> FileSystem.Kind? {
        try kind(of: FileName(name))
    }

    func kind(of name: FileName) throws(FileError) -> FileSystem.Kind? {
        try status(of: name).map { FileSystem.Kind($0) }
    }

    /// Returns why the file `name` cannot be used, according to its status.
    ///
    /// - Returns: The predicate of a sentence, such as `is missing`; nil if the file can be used.
    /// - Throws: ``FileError`` if the status cannot be read.
    package func problem(of name: String, isProgram: Bool) throws(FileError) -> String? {
        guard let status = try status(of: FileName(name)) else { return "is missing" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is not a file" }
        guard status.st_size > 0 else { return "is empty" }
        return isProgram && status.st_mode & 0o111 == 0 ? "is not executable" : nil
    }

    /// Returns whether `name` in this directory still refers to the open `directory`.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package func contains(
        _ directory: DirectoryHandle,
        named name: String
    ) throws(FileError) -> Bool {
        guard let found = try status(of: FileName(name)),
            let opened = try directory.status(of: FileName("."))
        else { return false }
        return found.st_ino == opened.st_ino && found.st_dev == opened.st_dev
    }

    /// Returns the target of the symbolic link `name`; nil if it is not a symbolic link.
    package func linkTarget(of name: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlinkat(descriptor, name, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Returns the status of `name`, without following links; nil if it does not exist.
    func status(of name: FileName) throws(FileError) -> stat? {
        var status = stat()
        do {
            try call("stat", path(of: name)) {
                unsafe fstatat(descriptor, name.cString, &status, AT_SYMLINK_NOFOLLOW)
            }
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
        return status
    }

    /// Returns the names in the directory, without `.` and `..`, in no particular order.
    ///
    /// - Throws: ``FileError`` if the directory cannot be read.
    package func names() throws(FileError) -> [FileName] {
        try entries().map(\.name)
    }

    /// Returns the entries of the directory, without `.` and `..`, in no particular order.
    ///
    /// - Returns: The name of each, and its kind if the file system returns it with the name.
    /// - Throws: ``FileError`` if the directory cannot be read.
    func entries() throws(FileError) -> [(name: FileName, kind: FileSystem.Kind?)] {
        let copy = try call("open", path) { unsafe openat(descriptor, ".", Self.flags) }
        guard let stream = unsafe fdopendir(copy) else {
            let error = FileError.last("read", path)
            _ = close(copy)
            throw error
        }
        defer { _ = unsafe closedir(stream) }
        var entries: [(name: FileName, kind: FileSystem.Kind?)] = []
        while true {
            Glibc.errno = 0
            guard let entry = unsafe readdir(stream) else {
                if Glibc.errno != 0 { throw FileError.last("read", path) }
                return entries
            }
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { field in
                unsafe Array(field.prefix { $0 != 0 })
            }
            if !bytes.elementsEqual(".".utf8), !bytes.elementsEqual("..".utf8) {
                let kind = unsafe FileSystem.Kind(directoryEntry: entry.pointee.d_type)
                entries.append((FileName(bytes: bytes), kind))
            }
        }
    }

    func path(of name: String) -> String { "\(path)/\(name)" }

    func path(of name: FileName) -> String { path(of: name.text) }
}
