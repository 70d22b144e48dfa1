internal import CLinux
internal import Glibc
internal import SystemPackage

/// An open folder, relative to which files are made without ever following a symbolic link.
///
/// Records of files still to be written hold on to their folder, whichever thread they are on; the
/// descriptor is closed with the last of them.
final class DirectoryHandle: Sendable {
    /// The folder's path, for messages.
    let path: String
    private let descriptor: CInt

    private init(owning descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = close(descriptor) }

    /// Opens a folder by its path; a symbolic link in the last place is refused unless
    /// `followingLinks`.
    static func opening(
        _ path: String,
        followingLinks: Bool = false
    ) throws(FileError) -> DirectoryHandle {
        let flags = followingLinks ? Self.flags & ~O_NOFOLLOW : Self.flags
        let descriptor = try call("open", path) { unsafe open(path, flags) }
        return DirectoryHandle(owning: descriptor, path: path)
    }

    private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

    /// Opens the folder `name` in this one.
    func directory(_ name: String) throws(FileError) -> DirectoryHandle {
        let path = path(of: name)
        let child = try call("open", path) { unsafe openat(descriptor, name, Self.flags) }
        return DirectoryHandle(owning: child, path: path)
    }

    /// Makes the folder `name`, which must not be there, with exactly `mode`.
    func makeDirectory(_ name: String, mode: mode_t, umask: mode_t) throws(FileError) {
        try call("create folder", path(of: name)) { unsafe mkdirat(descriptor, name, mode) }
        guard mode & umask != 0 else { return }
        try call("chmod", path(of: name)) { unsafe fchmodat(descriptor, name, mode, 0) }
    }

    /// Makes the file `name`, which must not be there, with exactly `mode`, and opens it to write.
    func createFile(
        _ name: String,
        mode: mode_t,
        umask: mode_t
    ) throws(FileError) -> OwnedDescriptor {
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

    /// The names in the folder, without `.` and `..`, in no order.
    func names() throws(FileError) -> [String] {
        let copy = try call("open", path) { unsafe openat(descriptor, ".", Self.flags) }
        guard let stream = unsafe fdopendir(copy) else {
            let error = FileError.last("read", path)
            _ = close(copy)
            throw error
        }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while true {
            Glibc.errno = 0
            guard let entry = unsafe readdir(stream) else {
                if Glibc.errno != 0 { throw FileError.last("read", path) }
                return names
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// Deletes `name` and, if it is a folder, all that is in it; links are not followed.
    ///
    /// Folders without write permission are made writable first, as Go's module cache has them.
    func remove(_ name: String) throws(FileError) {
        if unsafe unlinkat(descriptor, name, 0) == 0 { return }
        let error = FileError.last("delete", path(of: name))
        if error.errno == .noSuchFileOrDirectory { return }
        // unlink(2) on a folder: EISDIR on Linux, EPERM by POSIX. EACCES: this folder is read-only.
        if error.errno == .permissionDenied {
            try makeWritable()
            if unsafe unlinkat(descriptor, name, 0) == 0 { return }
        }
        let child: DirectoryHandle
        do {
            child = try directory(name)
        } catch  where error.errno == .notDirectory || error.errno == .tooManySymbolicLinkLevels {
            throw error
        } catch {
            guard error.errno == .permissionDenied else { throw error }
            try call("chmod", path(of: name)) { unsafe fchmodat(descriptor, name, 0o700, 0) }
            child = try directory(name)
        }
        for grandchild in try child.names() { try child.remove(grandchild) }
        if unsafe unlinkat(descriptor, name, AT_REMOVEDIR) == 0 { return }
        let last = FileError.last("delete", path(of: name))
        guard last.errno == .permissionDenied else { throw last }
        try makeWritable()
        try call("delete", path(of: name)) { unsafe unlinkat(descriptor, name, AT_REMOVEDIR) }
    }

    private func makeWritable() throws(FileError) {
        try call("chmod", path) { fchmod(descriptor, 0o700) }
    }

    /// Gives `name` the name `newName`, whatever has that name now.
    func rename(_ name: String, to newName: String) throws(FileError) {
        try call("rename", path(of: name)) {
            unsafe renameat(descriptor, name, descriptor, newName)
        }
    }

    /// Puts all of the file system that this folder is on, on disk.
    func synchronizeFileSystem() throws(FileError) {
        try call("sync", path) { clinux_sync_file_system(descriptor) }
    }

    /// Puts what was created, renamed or deleted in this folder on disk.
    func synchronize() throws(FileError) {
        try call("sync", path) { fsync(descriptor) }
    }

    private func path(of name: String) -> String { "\(path)/\(name)" }
}
