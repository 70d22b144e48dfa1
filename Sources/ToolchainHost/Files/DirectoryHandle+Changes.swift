internal import CLinux
internal import Glibc
internal import SystemPackage

extension DirectoryHandle {
    /// A name in an open directory, which may or may not exist.
    package struct Place: Sendable {
        package let directory: DirectoryHandle
        package let name: FileName

        /// The path, for messages.
        package var path: String { directory.path(of: name) }

        /// Creates a place.
        package init(_ directory: DirectoryHandle, _ name: String) {
            self.init(directory, FileName(name))
        }

        /// Creates a place.
        package init(_ directory: DirectoryHandle, _ name: FileName) {
            self.directory = directory
            self.name = name
        }
    }

    // MARK: Deleting

    /// Deletes `name` and, if it is a directory, its contents, without following links or entering mounts.
    ///
    /// Read-only directories, such as those of Go's module cache, are made writable first; the permissions of
    /// this directory are not changed.
    ///
    /// - Throws: ``FileError`` for the first file or directory that cannot be deleted.
    package func remove(_ name: FileName) throws(FileError) {
        guard let status = try status(of: name) else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            try call("delete", path(of: name)) { unsafe unlinkat(descriptor, name.cString, 0) }
            return
        }
        let child = try openedToEmpty(name, mode: status.st_mode)
        for grandchild in try child.names() { try child.remove(grandchild) }
        try removeEmptyDirectory(name)
    }

    /// Deletes the directory `name`, which must be empty.
    func removeEmptyDirectory(_ name: FileName) throws(FileError) {
        try call("delete", path(of: name)) {
            unsafe unlinkat(descriptor, name.cString, AT_REMOVEDIR)
        }
    }

    /// Opens the directory `name` after making it writable, so that its contents can be deleted.
    private func openedToEmpty(
        _ name: FileName,
        mode: mode_t
    ) throws(FileError) -> DirectoryHandle {
        if mode & 0o700 != 0o700 {
            // If this fails, the deletion reports the error.
            _ = unsafe clinux_set_mode_beneath(descriptor, name.cString, 0o700)
        }
        return try directory(name)
    }

    // MARK: Writing

    /// Writes a new file and flushes it to disk.
    ///
    /// - Throws: ``FileError``, also if `name` exists.
    package func writeFile(_ name: String, _ contents: [UInt8]) throws(FileError) {
        try writeFile(name, contents, mode: 0o644, umask: 0o777)
    }

    // MARK: Renaming

    /// Renames `name` to `newName`, replacing any existing file.
    func rename(_ name: String, to newName: String) throws(FileError) {
        try call("rename", path(of: name)) {
            unsafe renameat(descriptor, name, descriptor, newName)
        }
    }

    /// Atomically renames `name` to `place` on the same file system, which must not exist.
    ///
    /// A read-only directory is made writable if that is required.
    ///
    /// - Throws: ``FileError``; with `Errno.fileExists` if `place` exists, and with `Errno.improperLink` for
    ///   a directory in a lower layer of overlayfs, which cannot be renamed.
    package func rename(_ name: FileName, to place: Place) throws(FileError) {
        do {
            try renameWithoutReplacing(name, to: place)
        } catch  where error.errno == .permissionDenied {
            // A directory must be writable to get another parent; see rename(2).
            guard let mode = try status(of: name)?.st_mode, mode & S_IFMT == S_IFDIR,
                mode & 0o200 == 0
            else { throw error }
            try setMode(UInt16(mode & 0o7777 | 0o200), of: name)
            do {
                try renameWithoutReplacing(name, to: place)
            } catch {
                try? setMode(UInt16(mode & 0o7777), of: name)
                throw error
            }
        }
    }

    private func renameWithoutReplacing(
        _ name: FileName,
        to place: Place
    ) throws(FileError) {
        try requireSafeName(place.name)
        do {
            try call("rename", path(of: name)) {
                unsafe clinux_move(
                    descriptor,
                    name.cString,
                    place.directory.descriptor,
                    place.name.cString
                )
            }
        } catch  where error.isUnsupported {
            // NFS, 9p and older ZFS do not support flags. Callers hold a lock for the new name, and a
            // directory never replaces a file or a directory that is not empty; see rename(2).
            guard try place.directory.status(of: place.name) == nil else {
                throw FileError("rename", path(of: name), .fileExists)
            }
            try call("rename", path(of: name)) {
                unsafe renameat(
                    descriptor,
                    name.cString,
                    place.directory.descriptor,
                    place.name.cString
                )
            }
        }
    }

    /// Moves `name` to `place`, which must not exist, atomically if possible.
    ///
    /// A directory in a lower layer of overlayfs cannot be renamed, but its files can, so they are moved one
    /// by one to a new directory. If that is interrupted, the files that have been moved stay at `place`.
    ///
    /// - Throws: ``FileError`` if it cannot be moved.
    package func move(_ name: FileName, to place: Place) throws(FileError) {
        do {
            try rename(name, to: place)
        } catch  where error.errno == .improperLink {
            guard let status = try status(of: name), status.st_mode & S_IFMT == S_IFDIR else {
                throw error
            }
            let old = try directory(name)
            try place.directory.makeDirectory(place.name, mode: 0o700)
            do {
                let new = try place.directory.directory(place.name)
                for child in try old.names() {
                    try old.move(child, to: Place(new, child))
                }
                try removeEmptyDirectory(name)
                try place.directory.setMode(UInt16(status.st_mode & 0o7777), of: place.name)
            } catch {
                // This fails, as it should, if files have been moved to it.
                try? place.directory.removeEmptyDirectory(place.name)
                throw error
            }
        }
    }

    /// Atomically exchanges `name` and `place`.
    ///
    /// - Throws: ``FileError``; ``FileError/isUnsupported`` if the file system does not support that, and
    ///   with `Errno.improperLink` for a directory in a lower layer of overlayfs.
    package func exchange(_ name: FileName, with place: Place) throws(FileError) {
        try requireSafeName(name)
        try requireSafeName(place.name)
        try call("exchange", path(of: name)) {
            unsafe clinux_exchange_between(
                descriptor,
                name.cString,
                place.directory.descriptor,
                place.name.cString
            )
        }
    }

    /// Sets the permission bits of `name`.
    ///
    /// - Throws: ``FileError``, also for symbolic links and mount points.
    package func setMode(_ mode: UInt16, of name: String) throws(FileError) {
        try setMode(mode, of: FileName(name))
    }

    func setMode(_ mode: UInt16, of name: FileName) throws(FileError) {
        do {
            try call("chmod", path(of: name)) {
                unsafe clinux_set_mode_beneath(descriptor, name.cString, mode_t(mode))
            }
        } catch  where error.errno == .improperLink {
            throw FileError.mountPoint(error.path)
        }
    }

    /// Returns whether `name`, which may be `.`, is immutable and cannot be deleted; see chattr(1).
    func isImmutable(_ name: String) -> Bool { unsafe clinux_is_immutable(descriptor, name) }

    // MARK: Flushing

    /// Flushes the contents of this directory to disk.
    ///
    /// This flushes the whole file system in one call, or each file if syncfs(2) is not supported, as in
    /// gVisor, with some FUSE servers and with some seccomp filters.
    ///
    /// - Throws: ``FileError``; the contents on disk are then undefined.
    package func synchronizeContents() throws(FileError) {
        do {
            try call("sync", path) { clinux_sync_file_system(descriptor) }
        } catch  where error.isUnsupported || error.errno == .notPermitted {
            try synchronizeEach()
        }
    }

    private func synchronizeEach() throws(FileError) {
        for name in try names() {
            switch try status(of: name).map({ FileSystem.Kind($0) }) {
            case .directory: try directory(name).synchronizeEach()
            case .file: try file(name, O_RDONLY).synchronize()
            case .symbolicLink, .other, nil: break
            }
        }
        try synchronizeNames()
    }

    /// Flushes the names in this directory to disk, after files were created, renamed or deleted.
    ///
    /// - Throws: ``FileError``, but not if the file system does not support that for directories.
    package func synchronizeNames() throws(FileError) {
        do {
            try call("sync", path) { fsync(descriptor) }
        } catch  where error.errno == .invalidArgument || error.errno == .notSupported {}
    }
}
