internal import CLinux
internal import Glibc
internal import SystemPackage

/// Operations on files and directories by path.
///
/// Errors have the reason of the system call. The modes of new files do not depend on the umask.
package enum FileSystem {
    /// The kind of a file.
    package enum Kind: Hashable, Sendable {
        case file
        case directory
        case symbolicLink
        case other

        init(_ status: stat) {
            self =
                switch status.st_mode & S_IFMT {
                case S_IFREG: .file
                case S_IFDIR: .directory
                case S_IFLNK: .symbolicLink
                default: .other
                }
        }

        /// Creates a kind from `d_type` of a directory entry; nil if the file system does not report it.
        init?(directoryEntry type: UInt8) {
            switch Int(type) {
            case Int(DT_UNKNOWN): return nil
            case Int(DT_REG): self = .file
            case Int(DT_DIR): self = .directory
            case Int(DT_LNK): self = .symbolicLink
            default: self = .other
            }
        }
    }

    /// Returns the kind of `path`, without following links; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if that cannot be determined, for example without permission.
    package static func kind(of path: String) throws(FileError) -> Kind? {
        try status(of: path, followingLinks: false).map { Kind($0) }
    }

    /// Returns whether `path` is a directory, following links.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func isDirectory(_ path: String) throws(FileError) -> Bool {
        try status(of: path, followingLinks: true).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Returns whether this process can write to `path`, following links.
    package static func isWritable(_ path: String) -> Bool {
        unsafe Glibc.access(path, W_OK) == 0
    }

    /// Returns whether `path` is a file that this process can execute.
    package static func isExecutable(_ path: String) -> Bool {
        guard unsafe Glibc.access(path, X_OK) == 0 else { return false }
        return (try? isDirectory(path)) == false
    }

    static func status(
        of path: String,
        followingLinks: Bool
    ) throws(FileError) -> stat? {
        var status = stat()
        do {
            try call("stat", path) {
                followingLinks
                    ? unsafe stat(path, &status) : unsafe lstat(path, &status)
            }
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return nil
        }
        return status
    }

    /// Reads the contents of a regular file.
    ///
    /// - Parameters:
    ///   - path: The path; links are followed.
    ///   - offset: The offset of the first byte.
    ///   - limit: The maximum number of bytes.
    ///   - owners: The users who may own the file; nil for any.
    /// - Returns: The bytes; nil if the file does not exist.
    /// - Throws: ``FileError`` if the file cannot be read; with `Errno.notSupported` if it is not a regular
    ///   file, and with `Errno.notPermitted` for another owner.
    package static func contents(
        of path: String,
        from offset: Int = 0,
        limit: Int = 16 << 20,
        ownedBy owners: Set<UInt32>? = nil
    ) throws(FileError) -> [UInt8]? {
        guard let file = try openedIfPresent(path) else { return nil }
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw FileError("read", path, .notSupported)
        }
        if let owners, try !owners.contains(file.status().st_uid) {
            throw FileError("read", path, .notPermitted)
        }
        // Files in /proc have size 0, so the size is only a first estimate.
        // It may be as large as Int.max.
        let expected = min(max(Int(try file.status().st_size) - offset, 0), max(limit, 1) - 1)
        var capacity = min(limit, max(4096, expected + 1))
        var contents: [UInt8] = []
        while contents.count < limit {
            let old = contents.count
            // Without optimization, appending single elements takes a second for 8 MiB.
            let more = min(capacity, limit - contents.count)
            if contents.isEmpty {
                contents = [UInt8](repeating: 0, count: more)
            } else {
                contents += [UInt8](repeating: 0, count: more)
            }
            let count = try unsafe contents.withUnsafeMutableBufferPointer {
                buffer throws(FileError) in
                try unsafe file.read(
                    into: UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(
                            buffer
                        )[old...]
                    ),
                    at: offset + old
                )
            }
            let isWhole = old + count < contents.count
            contents.removeLast(contents.count - old - count)
            if isWhole { break }
            capacity *= 2
        }
        return contents
    }

    private static func openedIfPresent(_ path: String) throws(FileError) -> OwnedDescriptor? {
        do {
            return try OwnedDescriptor.reading(path)
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return nil
        }
    }

    /// Returns the sorted names in the directory at `path`, without `.` and `..`; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if the directory cannot be read.
    package static func names(in path: String) throws(FileError) -> [String]? {
        do {
            return try DirectoryHandle.opening(path, followingLinks: true).names().map(\.text)
                .sorted()
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Creates the directory at `path` with mode 0755, and its missing parents.
    ///
    /// - Throws: ``FileError`` for the first directory that cannot be created; its new parents are kept.
    package static func makeDirectories(_ path: String) throws(FileError) {
        var made: [String] = []
        try makeDirectories(path, adding: &made)
    }

    /// Creates the directory at `path` with mode 0755, and its missing parents.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - isShared: Whether a group that can write to the parent can also write to the new directory.
    ///   - made: New directories are appended, outermost first, even if this throws.
    /// - Throws: ``FileError`` for the first directory that cannot be created.
    package static func makeDirectories(
        _ path: String,
        isShared: Bool = false,
        adding made: inout [String]
    ) throws(FileError) {
        if try isDirectory(path) { return }
        let parent = FilePath(path).removingLastComponent()
        if !parent.isEmpty, parent.string != path {
            try makeDirectories(parent.string, isShared: isShared, adding: &made)
        }
        do {
            try call("create directory", path) { unsafe mkdir(path, 0o755) }
            made.append(path)
            try call("chmod", path) { unsafe chmod(path, 0o755) }
            if isShared { try share(path, like: parent.string) }
        } catch  where error.errno == .fileExists {
            // Another process may have created it, or it is not a directory.
            guard try isDirectory(path) else {
                throw FileError("create directory", path, .notDirectory)
            }
        }
    }

    /// Deletes those directories at `paths`, which list the innermost last, that are empty.
    package static func removeEmptyDirectories(_ paths: [String]) {
        for path in paths.reversed() { _ = unsafe rmdir(path) }
    }

    /// Deletes the file or directory at `path` with its contents, without following links or entering
    /// mounts.
    ///
    /// - Throws: ``FileError`` for the first file or directory that cannot be deleted.
    package static func remove(_ path: String) throws(FileError) {
        let target = FilePath(path)
        guard let name = target.lastComponent?.string else {
            throw FileError("delete", path, .invalidArgument)
        }
        let parent: DirectoryHandle
        do {
            parent = try DirectoryHandle.opening(
                target.removingLastComponent().string,
                followingLinks: true
            )
        } catch  where error.errno == .noSuchFileOrDirectory {
            return
        }
        try parent.remove(FileName(name))
    }

    /// Renames a file or directory on the same file system, without replacing an existing one.
    ///
    /// - Throws: ``FileError``; with `Errno.fileExists` if `newPath` exists.
    package static func rename(_ path: String, to newPath: String) throws(FileError) {
        do {
            try call("rename", path) { unsafe clinux_rename_without_replacing(path, newPath) }
        } catch  where error.errno == .invalidArgument || error.errno == .noFunction {
            // NFS, 9p and older ZFS do not support flags. Callers hold a lock for the new name, and a
            // directory never replaces a file or a directory that is not empty; see rename(2).
            guard try kind(of: newPath) == nil else {
                throw FileError("rename", path, .fileExists)
            }
            try call("rename", path) { unsafe Glibc.rename(path, newPath) }
        }
    }

    /// Returns `path` with all symbolic links resolved; nil if that fails.
    package static func withoutLinks(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard let resolved = unsafe realpath(path, &buffer) else { return nil }
        return unsafe String(validatingCString: resolved)
    }

    /// Returns the permission bits of `path`, following links; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func mode(of path: String) throws(FileError) -> UInt32? {
        try status(of: path, followingLinks: true).map { $0.st_mode & 0o7777 }
    }

    /// Returns the number of hard links of `path`, following symbolic links; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func nameCount(of path: String) throws(FileError) -> Int? {
        try status(of: path, followingLinks: true).map { Int($0.st_nlink) }
    }

    /// Sets the permission bits of the file or directory at `path`.
    ///
    /// - Throws: ``FileError``, also if the last component is a symbolic link.
    package static func setMode(_ mode: UInt16, of path: String) throws(FileError) {
        try call("chmod", path) {
            unsafe clinux_set_mode(clinux_working_directory(), path, mode_t(mode))
        }
    }

    /// Flushes the names in the directory at `path` to disk, after files were created, renamed or deleted.
    ///
    /// - Throws: ``FileError``, but not if the file system does not support that for directories.
    package static func synchronizeDirectory(_ path: String) throws(FileError) {
        try DirectoryHandle.opening(path, followingLinks: true).synchronizeNames()
    }

    /// Returns the error that the deletion of the file or link at `path` would cause.
    ///
    /// - Returns: The error, because the file or its directory is immutable or the directory is not
    ///   writable; nil if the deletion is expected to succeed.
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func obstacle(toDeleting path: String) throws(FileError) -> FileError? {
        let target = FilePath(path)
        guard let name = target.lastComponent?.string, try kind(of: path) != nil else { return nil }
        let directory = try DirectoryHandle.opening(
            target.removingLastComponent().string,
            followingLinks: true
        )
        for (name, path) in [(name, path), (".", directory.path)] where directory.isImmutable(name)
        {
            return FileError("delete", path, .notPermitted)
        }
        guard unsafe Glibc.access(directory.path, W_OK | X_OK) == 0 else {
            return FileError.last("delete", path)
        }
        return nil
    }

    /// Returns the target of the symbolic link at `path`; nil if it is not a symbolic link.
    package static func linkTarget(of path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Returns the size of `path` in bytes, without following links; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func byteCount(of path: String) throws(FileError) -> Int? {
        try status(of: path, followingLinks: false).map { Int($0.st_size) }
    }

    /// Renames the file at `newPath` to `path`, replacing any existing file, and flushes that to disk.
    ///
    /// - Throws: ``FileError`` if that fails.
    package static func replace(_ path: String, by newPath: String) throws(FileError) {
        try call("rename", newPath) { unsafe Glibc.rename(newPath, path) }
        try synchronizeDirectory(FilePath(path).removingLastComponent().string)
    }
}
