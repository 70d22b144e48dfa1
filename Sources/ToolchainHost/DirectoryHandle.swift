internal import CLinux
internal import Glibc
internal import SystemPackage
internal import ToolchainCore

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
        try refuseLeaving(name)
        let child = try call("open", path) { unsafe openat(descriptor, name, Self.flags) }
        return DirectoryHandle(owning: child, path: path)
    }

    /// The last line of defence: whatever was parsed before, no name leads out of the folder.
    private func refuseLeaving(_ name: String) throws(FileError) {
        guard !name.contains(byte: "/"), !name.hasSameBytes(as: ".."), !name.isEmpty else {
            throw FileError("create", path(of: name), .invalidArgument)
        }
    }

    /// Makes the folder `name`, which must not be there, with exactly `mode`.
    func makeDirectory(_ name: String, mode: mode_t, umask: mode_t) throws(FileError) {
        try refuseLeaving(name)
        try call("create folder", path(of: name)) { unsafe mkdirat(descriptor, name, mode) }
        guard mode & umask != 0 else { return }
        try call("chmod", path(of: name)) { unsafe fchmodat(descriptor, name, mode, 0) }
    }

    /// Makes a symbolic link.
    ///
    /// - Throws: ``FileError``, also where there is anything by that name.
    func makeLink(_ name: String, to target: String) throws(FileError) {
        try refuseLeaving(name)
        let path = path(of: name)
        try call("create link", path) { unsafe symlinkat(target, descriptor, name) }
    }

    /// Makes the file `name`, which must not be there, with exactly `mode`, and opens it to write.
    func createFile(
        _ name: String,
        mode: mode_t,
        umask: mode_t
    ) throws(FileError) -> OwnedDescriptor {
        try refuseLeaving(name)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = try call("create", path(of: name)) {
            unsafe openat(descriptor, name, flags, mode)
        }
        let owned = OwnedDescriptor(owning: file, path: path(of: name))
        if mode & umask != 0 { try call("chmod", owned.path) { fchmod(file, mode) } }
        return owned
    }

    /// Makes a file with exactly these contents, `mode` and, if one is given, `group`, and puts it on
    /// disk if `isSynced`.
    func writeFile(
        _ name: String,
        _ contents: [UInt8],
        mode: mode_t,
        umask: mode_t,
        group: gid_t? = nil,
        isSynced: Bool = true
    ) throws(FileError) {
        try writtenFile(
            name,
            contents,
            mode: mode,
            umask: umask,
            group: group,
            isSynced: isSynced
        ).close()
    }

    /// As ``writeFile(_:_:mode:umask:group:isSynced:)``, with the file still open and locked: as long
    /// as it is, its maker lives.
    func writtenFile(
        _ name: String,
        _ contents: [UInt8],
        mode: mode_t,
        umask: mode_t,
        group: gid_t?,
        isSynced: Bool
    ) throws(FileError) -> OwnedDescriptor {
        // No other group may read or write it meanwhile.
        let first = group == nil ? mode : mode & 0o700
        let file = try createFile(name, mode: first, umask: umask)
        _ = flock(file.rawValue, LOCK_EX | LOCK_NB)
        if let group {
            if try file.status().st_gid != group {
                try call("set group", file.path) { fchown(file.rawValue, uid_t.max, group) }
            }
            // After the group, of which a change takes the bits for set-group-ID away.
            try call("chmod", file.path) { fchmod(file.rawValue, mode) }
        }
        try unsafe contents.withUnsafeBufferPointer { bytes throws(FileError) in
            try unsafe file.write(UnsafeRawBufferPointer(bytes))
        }
        if isSynced { try file.synchronize() }
        return file
    }

    /// Opens the file `name` for reading, whatever it is; a symbolic link is refused.
    func file(_ name: String) throws(FileError) -> OwnedDescriptor {
        try refuseLeaving(name)
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        let file = try call("open", path(of: name)) { unsafe openat(descriptor, name, flags) }
        return OwnedDescriptor(owning: file, path: path(of: name))
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

    /// The names in the folder, without `.` and `..`, in no order.
    func names() throws(FileError) -> [FileName] {
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

    /// Deletes `name` and, if it is a folder, all that is in it; links are not followed.
    ///
    /// Folders in it without write permission are made writable first, as Go's module cache has
    /// them; this one is left as it is.
    func remove(_ name: FileName) throws(FileError) {
        guard let isDirectory = try isDirectory(name) else { return }
        guard isDirectory else {
            try call("delete", path(of: name)) { unsafe unlinkat(descriptor, name.cString, 0) }
            return
        }
        let child = try openedToEmpty(name)
        // What is mounted here belongs to somebody else.
        guard try child.device() == device() else {
            throw FileError("delete", path(of: name), .improperLink)
        }
        for grandchild in try child.names() { try child.remove(grandchild) }
        try call("delete", path(of: name)) {
            unsafe unlinkat(descriptor, name.cString, AT_REMOVEDIR)
        }
    }

    /// Whether `name` itself is a folder; nil where it is nothing.
    private func isDirectory(_ name: FileName) throws(FileError) -> Bool? {
        try status(of: name).map { $0.st_mode & S_IFMT == S_IFDIR }
    }

    /// Opens the folder `name`, which is about to be emptied, with permission to do so.
    private func openedToEmpty(_ name: FileName) throws(FileError) -> DirectoryHandle {
        let path = path(of: name)
        // Where this is needed and not allowed, what needs it says so.
        _ = unsafe clinux_set_mode(descriptor, name.cString, 0o700)
        let child = try call("open", path) { unsafe openat(descriptor, name.cString, Self.flags) }
        return DirectoryHandle(owning: child, path: path)
    }

    /// Gives `name` the name `newName`, whatever has that name now.
    func rename(_ name: String, to newName: String) throws(FileError) {
        try call("rename", path(of: name)) {
            unsafe renameat(descriptor, name, descriptor, newName)
        }
    }

    /// Sets the permission bits of `name` itself; a symbolic link is refused.
    func setMode(_ mode: mode_t, of name: FileName) throws(FileError) {
        try call("chmod", path(of: name)) {
            unsafe clinux_set_mode(descriptor, name.cString, mode)
        }
    }

    /// Gives `name` the path `newPath` on the same file system, where nothing may be.
    func move(_ name: String, to newPath: String) throws(FileError) {
        try refuseLeaving(name)
        try call("rename", path(of: name)) {
            unsafe clinux_move(descriptor, name, clinux_working_folder(), newPath)
        }
    }

    /// Gives what is at `oldPath` on the same file system the name `name`, which nothing may have.
    func take(_ oldPath: String, as name: String) throws(FileError) {
        try refuseLeaving(name)
        try call("rename", oldPath) {
            unsafe clinux_move(clinux_working_folder(), oldPath, descriptor, name)
        }
    }

    /// Lets `name` and what is at `other` swap places, in one step.
    func exchange(_ name: String, with other: String) throws(FileError) {
        try refuseLeaving(name)
        try call("exchange", path(of: name)) {
            unsafe clinux_exchange_in(descriptor, name, other)
        }
    }

    /// The device of the folder's file system.
    private func device() throws(FileError) -> dev_t {
        var status = stat()
        try call("stat", path) { unsafe fstat(descriptor, &status) }
        return status.st_dev
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

    private func path(of name: FileName) -> String { path(of: name.text) }
}

/// The name of a file in its folder: any bytes but slash and NUL, UTF-8 or not.
struct FileName: Hashable, Sendable {
    let bytes: [UInt8]

    /// The name for messages, and to be looked at; not to be opened by.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The name for system calls.
    var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}

extension FileName {
    init(_ text: String) { bytes = Array(text.utf8) }
}
