internal import CLinux
internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// An open directory, relative to which everything below it is looked at, made, moved and deleted.
///
/// This is the one place that decides what is below a directory: never what a symbolic link leads to,
/// and never what is mounted there, even if it is a bind mount of the same file system. Both belong to
/// somebody else, and a path that is resolved again for each step can be led there in between.
///
/// Records of files still to be written hold on to their directory, whichever thread they are on; the
/// descriptor is closed with the last of them.
package final class DirectoryHandle: Sendable {
    /// The directory's path, for messages.
    package let path: String
    let descriptor: CInt

    private init(owning descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = close(descriptor) }

    /// Opens a directory by its path; a symbolic link in the last place is refused unless
    /// `followingLinks`.
    ///
    /// - Throws: ``FileError``.
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
    /// - Throws: ``FileError``; with ``FileError/isMountPoint`` where something is mounted there, and with
    ///   `Errno.notDirectory` for a symbolic link.
    package func directory(_ name: String) throws(FileError) -> DirectoryHandle {
        try directory(FileName(name))
    }

    func directory(_ name: FileName) throws(FileError) -> DirectoryHandle {
        DirectoryHandle(owning: try open(name, O_RDONLY | O_DIRECTORY), path: path(of: name))
    }

    /// Opens the directory `name` in this one to look for names in it, without permission to list it.
    ///
    /// A link is refused; a mount is entered, as nothing is changed by looking.
    ///
    /// - Throws: ``FileError``.
    package func lookup(_ name: String) throws(FileError) -> DirectoryHandle {
        let path = path(of: name)
        try refuseLeaving(FileName(name))
        let child = try call("open", path) { unsafe clinux_lookup(descriptor, name) }
        return DirectoryHandle(owning: child, path: path)
    }

    /// Opens what `name` is in this directory, under the rules of this type.
    private func open(_ name: FileName, _ flags: CInt) throws(FileError) -> CInt {
        try refuseLeaving(name)
        do {
            return try call("open", path(of: name)) {
                unsafe clinux_open_beneath(descriptor, name.cString, flags)
            }
        } catch  where error.errno == .improperLink {
            throw FileError.mountPoint(error.path)
        }
    }

    /// The last line of defense: whatever was parsed before, no name leads out of the directory.
    func refuseLeaving(_ name: FileName) throws(FileError) {
        guard !name.bytes.contains(UInt8(ascii: "/")), name.bytes != Array("..".utf8),
            !name.bytes.isEmpty
        else { throw FileError("create", path(of: name), .invalidArgument) }
    }

    /// Opens the directory `name`, which is made with exactly `mode` where it is missing.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - mode: Its permission bits where it is made.
    ///   - made: Gets the path if it is made, also where this throws.
    /// - Returns: The directory.
    /// - Throws: ``FileError``.
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
                // Whatever the umask.
                try setMode(mode, of: name)
            } catch  where error.errno == .fileExists {}
            return try directory(name)
        }
    }

    /// As the other of this name, for a directory that is to stay whatever happens next.
    ///
    /// - Throws: ``FileError``.
    package func makingDirectory(
        _ name: String,
        mode: UInt16 = 0o755
    ) throws(FileError) -> DirectoryHandle {
        var made: [String] = []
        return try makingDirectory(name, mode: mode, adding: &made)
    }

    /// Makes the directory `name`, which must not exist, with exactly `mode`.
    func makeDirectory(_ name: String, mode: mode_t, umask: mode_t) throws(FileError) {
        try makeDirectory(FileName(name), mode: mode, umask: umask)
    }

    func makeDirectory(
        _ name: FileName,
        mode: mode_t,
        umask: mode_t = 0o777
    ) throws(FileError) {
        try refuseLeaving(name)
        try call("create directory", path(of: name)) {
            unsafe mkdirat(descriptor, name.cString, mode)
        }
        guard mode & umask != 0 else { return }
        try setMode(UInt16(mode), of: name)
    }

    /// Makes a symbolic link.
    ///
    /// - Throws: ``FileError``, also where there is anything by that name.
    func makeLink(_ name: String, to target: String) throws(FileError) {
        try refuseLeaving(FileName(name))
        let path = path(of: name)
        try call("create link", path) { unsafe symlinkat(target, descriptor, name) }
    }

    /// Creates the file `name`, which must not exist, with exactly `mode`, and opens it for writing.
    func createFile(
        _ name: String,
        mode: mode_t,
        umask: mode_t
    ) throws(FileError) -> OwnedDescriptor {
        try refuseLeaving(FileName(name))
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = try call("create", path(of: name)) {
            unsafe openat(descriptor, name, flags, mode)
        }
        let owned = OwnedDescriptor(owning: file, path: path(of: name))
        if mode & umask != 0 { try call("chmod", owned.path) { fchmod(file, mode) } }
        return owned
    }

    /// Makes a file with exactly these contents and `mode`, and puts it on disk if `isSynced`.
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

    /// Opens the file `name` for reading, whatever it is.
    func file(_ name: String) throws(FileError) -> OwnedDescriptor {
        try file(FileName(name), O_RDONLY)
    }

    func file(_ name: FileName, _ access: CInt) throws(FileError) -> OwnedDescriptor {
        let file = try open(name, access | O_NONBLOCK | O_NOCTTY)
        return OwnedDescriptor(owning: file, path: path(of: name))
    }

    /// The first `limit` bytes of the regular file `name`; nil where nothing has the name.
    ///
    /// - Throws: ``FileError``; with `Errno.tooManySymbolicLinkLevels` for a symbolic link, with
    ///   `Errno.notSupported` for anything else that is not a file.
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

    /// What `name` itself is, links not followed; nil where it is nothing.
    ///
    /// - Throws: ``FileError``.
    package func kind(of name: String) throws(FileError) -> FileSystem.Kind? {
        try status(of: FileName(name)).map { FileSystem.Kind($0) }
    }

    /// What keeps the file `name` from being used, as far as its status tells: `is missing`; nil for
    /// nothing.
    ///
    /// - Throws: ``FileError``.
    package func problem(of name: String, isProgram: Bool) throws(FileError) -> String? {
        guard let status = try status(of: FileName(name)) else { return "is missing" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is not a file" }
        guard status.st_size > 0 else { return "is empty" }
        return isProgram && status.st_mode & 0o111 == 0 ? "is not executable" : nil
    }

    /// Whether `name` in this directory is still what was opened as `directory`.
    ///
    /// - Throws: ``FileError``.
    package func has(_ directory: DirectoryHandle, as name: String) throws(FileError) -> Bool {
        guard let found = try status(of: FileName(name)),
            let opened = try directory.status(of: FileName("."))
        else { return false }
        return found.st_ino == opened.st_ino && found.st_dev == opened.st_dev
    }

    /// Where the symbolic link `name` points; nil if it is not one.
    package func linkTarget(of name: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlinkat(descriptor, name, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The status of `name` itself; nil where it is nothing.
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

    /// The names in the directory, without `.` and `..`, in no order.
    ///
    /// - Throws: ``FileError``.
    package func names() throws(FileError) -> [FileName] {
        let copy = try call("open", path) { unsafe openat(descriptor, ".", Self.flags) }
        guard let stream = unsafe fdopendir(copy) else {
            let error = FileError.last("read", path)
            _ = close(copy)
            throw error
        }
        defer { _ = unsafe closedir(stream) }
        var names: [FileName] = []
        while true {
            Glibc.errno = 0
            guard let entry = unsafe readdir(stream) else {
                if Glibc.errno != 0 { throw FileError.last("read", path) }
                return names
            }
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { field in
                unsafe Array(field.prefix { $0 != 0 })
            }
            if bytes != Array(".".utf8), bytes != Array("..".utf8) {
                names.append(FileName(bytes: bytes))
            }
        }
    }

    func path(of name: String) -> String { "\(path)/\(name)" }

    func path(of name: FileName) -> String { path(of: name.text) }
}
