internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// An editor for individual files and directories in a tree.
///
/// Each directory on a path is opened without following symbolic links or entering mounts, and changes are
/// made relative to it, so users who can write to the tree cannot redirect them out of it.
package struct TreeEditor: Sendable {
    private let root: DirectoryHandle

    /// Creates an editor for the tree in `root`.
    package init(root: DirectoryHandle) { self.root = root }

    /// Sets the permission bits of the file or directory at `path`, relative to the root.
    ///
    /// - Throws: ``FileError``; with `Errno.tooManyLinks` for a file with several hard links, which may be
    ///   outside of the tree.
    package func setMode(_ mode: UInt16, of path: String) throws(FileError) {
        let place = try place(path)
        if let status = try place.directory.status(of: place.name),
            status.st_mode & S_IFMT != S_IFDIR, status.st_nlink > 1
        {
            throw FileError("chmod", path, .tooManyLinks)
        }
        try place.directory.setMode(mode, of: place.name)
    }

    /// Moves the file or directory at `path`, relative to the root, to `destination` on the same file
    /// system, which must not exist.
    ///
    /// - Throws: ``FileError`` if it cannot be moved.
    package func move(_ path: String, to destination: DirectoryHandle.Place) throws(FileError) {
        let place = try place(path)
        try place.directory.move(place.name, to: destination)
    }

    /// Moves the file or directory at `path` in `other` to the same path in this tree, which must not
    /// exist.
    ///
    /// - Throws: ``FileError`` if it cannot be moved.
    package func take(_ path: String, from other: TreeEditor) throws(FileError) {
        try other.move(path, to: place(path))
    }

    /// Returns the kind of the file at `path`, relative to the root; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package func kind(of path: String) throws(FileError) -> FileSystem.Kind? {
        let place = try place(path)
        return try place.directory.status(of: place.name).map { FileSystem.Kind($0) }
    }

    /// Replaces the file or directory at `path` with the one in `other`, and moves the old one to `kept`,
    /// which must not exist.
    ///
    /// The new one is moved to `kept` before the exchange, so a single call replaces the old one and moves
    /// it. If the file system does not support the exchange, the old one is moved first.
    ///
    /// - Throws: ``FileError`` if it cannot be replaced.
    package func replace(
        _ path: String,
        from other: TreeEditor,
        keeping kept: DirectoryHandle.Place
    ) throws(FileError) {
        let place = try place(path)
        let new = try other.place(path)
        try new.directory.rename(new.name, to: kept)
        do {
            try place.directory.exchange(place.name, with: kept)
        } catch {
            try kept.directory.rename(kept.name, to: new)
            guard error.isUnsupported || error.errno == .improperLink else { throw error }
            try place.directory.move(place.name, to: kept)
            try new.directory.rename(new.name, to: place)
        }
    }

    /// Opens the directory that contains `path`, and returns it with the last component.
    private func place(_ path: String) throws(FileError) -> DirectoryHandle.Place {
        let parts = path.split(byte: "/")
        guard let name = parts.last else { throw FileError("open", path, .invalidArgument) }
        var directory = root
        for part in parts.dropLast() { directory = try directory.directory(part) }
        return DirectoryHandle.Place(directory, name)
    }
}
