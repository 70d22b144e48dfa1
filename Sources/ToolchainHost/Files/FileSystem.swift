internal import CLinux
internal import Glibc
internal import SystemPackage

/// The operations on files that use cases are made of.
///
/// Each names the system call's reason when it fails, and none follows the process's umask.
package enum FileSystem {
    /// What is at a path.
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
    }

    /// What is at `path` itself, links not followed; nil where nothing is.
    ///
    /// - Throws: ``FileError`` if that cannot be determined, mostly because of missing permission.
    package static func kind(of path: String) throws(FileError) -> Kind? {
        try status(of: path, followingLinks: false).map { Kind($0) }
    }

    /// Whether `path`, links followed, is a directory.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func isDirectory(_ path: String) throws(FileError) -> Bool {
        try status(of: path, followingLinks: true).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Whether this process may write to what is at `path`, links followed.
    package static func isWritable(_ path: String) -> Bool {
        unsafe Glibc.access(path, W_OK) == 0
    }

    /// Whether `path` is a file that this process may execute.
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

    /// The first `limit` bytes of the file at `path`, or nil where there is none.
    ///
    /// - Parameters:
    ///   - path: The file, links followed.
    ///   - offset: Where to start.
    ///   - limit: The most bytes that are read.
    ///   - owners: The users whose files are read; nil for all.
    /// - Returns: The bytes.
    /// - Throws: ``FileError`` where there is one that cannot be read.
    package static func contents(
        of path: String,
        from offset: Int = 0,
        limit: Int = 16 << 20,
        ownedBy owners: Set<UInt32>? = nil
    ) throws(FileError) -> [UInt8]? {
        guard let file = try openedIfThere(path) else { return nil }
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw FileError("read", path, .notSupported)
        }
        if let owners, try !owners.contains(file.status().st_uid) {
            throw FileError("read", path, .notPermitted)
        }
        // Files of /proc say that they are empty, so the size is only where to start.
        let expected = Int(try file.status().st_size) - offset
        var capacity = min(limit, max(4096, expected + 1))
        var contents: [UInt8] = []
        while contents.count < limit {
            let old = contents.count
            contents.append(
                contentsOf: repeatElement(0, count: min(capacity, limit - contents.count))
            )
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

    private static func openedIfThere(_ path: String) throws(FileError) -> OwnedDescriptor? {
        do {
            return try OwnedDescriptor.reading(path)
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return nil
        }
    }

    /// The names in the directory at `path`, without `.` and `..`, sorted; nil where there is none.
    ///
    /// - Throws: ``FileError`` where there is one that cannot be read.
    package static func names(in path: String) throws(FileError) -> [String]? {
        do {
            return try DirectoryHandle.opening(path, followingLinks: true).names().map(\.text)
                .sorted()
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Makes the directory at `path` with mode 0755, and all that are missing above it.
    ///
    /// - Throws: ``FileError`` for the first that cannot be made; those above it stay.
    package static func makeDirectories(_ path: String) throws(FileError) {
        var made: [String] = []
        try makeDirectories(path, adding: &made)
    }

    /// Makes the directory at `path` with mode 0755, and all that are missing above it.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - isShared: Whether a group that can write to the directory above can write to the new one, too.
    ///   - made: Gets the directories that this call makes, outermost first, also where it throws.
    /// - Throws: ``FileError`` for the first that cannot be made.
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
            // Another process created it meanwhile, or it is not a directory.
            guard try isDirectory(path) else {
                throw FileError("create directory", path, .notDirectory)
            }
        }
    }

    /// Deletes the directories at `paths`, innermost last, as far as they are empty.
    package static func removeEmptyDirectories(_ paths: [String]) {
        for path in paths.reversed() { _ = unsafe rmdir(path) }
    }

    /// Deletes what is at `path`, with all that is in it; links are not followed, and mounts not entered.
    ///
    /// - Throws: ``FileError`` for the first thing that cannot be deleted.
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

    /// Gives what is at `path` another name on the same file system; nothing is overwritten.
    ///
    /// - Throws: ``FileError``, with `Errno.fileExists` where the name is taken.
    package static func rename(_ path: String, to newPath: String) throws(FileError) {
        do {
            try call("rename", path) { unsafe clinux_rename_without_replacing(path, newPath) }
        } catch  where error.errno == .invalidArgument || error.errno == .noFunction {
            // NFS, 9p and older ZFS know no flags. Callers hold a lock on the new name, and a directory
            // never replaces a file or a directory with something in it: rename(2).
            guard try kind(of: newPath) == nil else {
                throw FileError("rename", path, .fileExists)
            }
            try call("rename", path) { unsafe Glibc.rename(path, newPath) }
        }
    }

    /// `path` with all symbolic links resolved; nil where that is not possible.
    package static func withoutLinks(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard let resolved = unsafe realpath(path, &buffer) else { return nil }
        return unsafe String(validatingCString: resolved)
    }

    /// The permission bits of what is at `path`, links followed; nil where nothing is.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func mode(of path: String) throws(FileError) -> UInt32? {
        try status(of: path, followingLinks: true).map { $0.st_mode & 0o7777 }
    }

    /// How many names the file at `path` has, links followed; nil where nothing is.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func nameCount(of path: String) throws(FileError) -> Int? {
        try status(of: path, followingLinks: true).map { Int($0.st_nlink) }
    }

    /// Sets the permission bits of the file or directory at `path`; a link in the last place is refused.
    ///
    /// - Throws: ``FileError``.
    package static func setMode(_ mode: UInt16, of path: String) throws(FileError) {
        try call("chmod", path) {
            unsafe clinux_set_mode(clinux_working_directory(), path, mode_t(mode))
        }
    }

    /// Puts the changes to the directory at `path` on disk: what was made, renamed or deleted in it.
    ///
    /// - Throws: ``FileError`` where that is not certain. A file system that cannot do it for directories
    ///   is taken at its word.
    package static func synchronizeDirectory(_ path: String) throws(FileError) {
        try DirectoryHandle.opening(path, followingLinks: true).synchronizeNames()
    }

    /// Why the file or link at `path` cannot be deleted: it or its directory is immutable, or the directory
    /// not writable; nil where nothing speaks against it.
    ///
    /// - Throws: ``FileError`` where that cannot be looked at.
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

    /// The target of the symbolic link at `path`; nil for anything else.
    package static func linkTarget(of path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The size of the file at `path` in bytes, links not followed; nil where nothing is.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func byteCount(of path: String) throws(FileError) -> Int? {
        try status(of: path, followingLinks: false).map { Int($0.st_size) }
    }

    /// Gives the file at `newPath` the name `path`, whatever has it now, and puts that on disk.
    ///
    /// - Throws: ``FileError``.
    package static func replace(_ path: String, by newPath: String) throws(FileError) {
        try call("rename", newPath) { unsafe Glibc.rename(newPath, path) }
        try synchronizeDirectory(FilePath(path).removingLastComponent().string)
    }
}
