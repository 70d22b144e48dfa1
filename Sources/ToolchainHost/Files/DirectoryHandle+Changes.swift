internal import CLinux
internal import Glibc
internal import SystemPackage

extension DirectoryHandle {
    /// A name in an open directory: where something is, or is to be.
    package struct Place: Sendable {
        package let directory: DirectoryHandle
        package let name: FileName

        /// Its path, for messages.
        package var path: String { directory.path(of: name) }

        /// A name in a directory.
        package init(_ directory: DirectoryHandle, _ name: String) {
            self.init(directory, FileName(name))
        }

        /// A name in a directory.
        package init(_ directory: DirectoryHandle, _ name: FileName) {
            self.directory = directory
            self.name = name
        }
    }

    // MARK: Deleting

    /// Deletes `name` and, if it is a directory, all that is in it; links are not followed, and mounts
    /// not entered.
    ///
    /// Directories in it without write permission are made writable first, as Go's module cache has
    /// them; this one is left as it is.
    ///
    /// - Throws: ``FileError`` for the first thing that cannot be deleted.
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

    /// Deletes the directory `name`, which has to be empty.
    func removeEmptyDirectory(_ name: FileName) throws(FileError) {
        try call("delete", path(of: name)) {
            unsafe unlinkat(descriptor, name.cString, AT_REMOVEDIR)
        }
    }

    /// Opens the directory `name`, which is about to be emptied, with permission to do so.
    private func openedToEmpty(
        _ name: FileName,
        mode: mode_t
    ) throws(FileError) -> DirectoryHandle {
        if mode & 0o700 != 0o700 {
            // Where this is needed and not allowed, what needs it reports so.
            _ = unsafe clinux_set_mode_beneath(descriptor, name.cString, 0o700)
        }
        return try directory(name)
    }

    // MARK: Writing

    /// Writes a new, small file, and puts it on disk.
    ///
    /// - Throws: ``FileError``, also where there is anything by that name.
    package func writeFile(_ name: String, _ contents: [UInt8]) throws(FileError) {
        try writeFile(name, contents, mode: 0o644, umask: 0o777)
    }

    // MARK: Renaming

    /// Gives `name` the name `newName`, whatever has that name now.
    func rename(_ name: String, to newName: String) throws(FileError) {
        try call("rename", path(of: name)) {
            unsafe renameat(descriptor, name, descriptor, newName)
        }
    }

    /// Renames `name` to `place` on the same file system, where nothing may be, in one step; a directory
    /// also where it is not writable.
    ///
    /// - Throws: ``FileError``; with `Errno.fileExists` where the name is taken, and with
    ///   `Errno.improperLink` for a directory of a lower layer of overlayfs, which cannot be renamed.
    package func rename(_ name: FileName, to place: Place) throws(FileError) {
        do {
            try renameWithoutReplacing(name, to: place)
        } catch  where error.errno == .permissionDenied {
            // A directory that moves to another one has to be writable itself: rename(2).
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
        try refuseLeaving(place.name)
        do {
            try call("rename", path(of: name)) {
                unsafe clinux_move(
                    descriptor,
                    name.cString,
                    place.directory.descriptor,
                    place.name.cString
                )
            }
        } catch  where error.isForLackOfSupport {
            // NFS, 9p and older ZFS know no flags. Callers hold a lock on the new name, and a directory
            // never replaces a file or a directory with something in it: rename(2).
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

    /// Moves `name` to `place`, where nothing may be: in one step where that is possible, else one file
    /// after the other.
    ///
    /// A directory of a lower layer of overlayfs cannot be renamed and its files can, so a new directory
    /// takes its place. If that is interrupted, what is moved by then stays at `place`.
    ///
    /// - Throws: ``FileError``.
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
                // Stays where something was moved into it.
                try? place.directory.removeEmptyDirectory(place.name)
                throw error
            }
        }
    }

    /// Lets `name` and what is at `place` swap places, in one step.
    ///
    /// - Throws: ``FileError``; ``FileError/isForLackOfSupport`` where the file system cannot do that,
    ///   `Errno.improperLink` for a directory of a lower layer of overlayfs.
    package func exchange(_ name: FileName, with place: Place) throws(FileError) {
        try refuseLeaving(name)
        try refuseLeaving(place.name)
        try call("exchange", path(of: name)) {
            unsafe clinux_exchange_between(
                descriptor,
                name.cString,
                place.directory.descriptor,
                place.name.cString
            )
        }
    }

    /// Sets the permission bits of `name` itself; a symbolic link is refused, and so is a mount.
    ///
    /// - Throws: ``FileError``.
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

    /// Whether `name`, which may be `.`, is immutable, so that it cannot be deleted: chattr(1).
    func isImmutable(_ name: String) -> Bool { unsafe clinux_is_immutable(descriptor, name) }

    // MARK: Onto the disk

    /// Puts all that is in this directory on disk: with the whole file system in one call, or file by
    /// file where there is no syncfs(2).
    ///
    /// gVisor, some FUSE servers and seccomp filters have none.
    ///
    /// - Throws: ``FileError``; nothing is then certain about the contents.
    package func synchronizeContents() throws(FileError) {
        do {
            try call("sync", path) { clinux_sync_file_system(descriptor) }
        } catch  where error.isForLackOfSupport || error.errno == .notPermitted {
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

    /// Puts what was created, renamed or deleted in this directory on disk.
    ///
    /// A file system that cannot do that for directories is taken at its word.
    ///
    /// - Throws: ``FileError``.
    package func synchronizeNames() throws(FileError) {
        do {
            try call("sync", path) { fsync(descriptor) }
        } catch  where error.errno == .invalidArgument || error.errno == .notSupported {}
    }
}
