internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// Changes single things in a tree.
///
/// Every directory on the way to them is opened without following links or entering mounts, and what is
/// changed is named relative to it: a user who can write to a directory of the tree cannot redirect a
/// change out of it.
package struct TreeEditor: Sendable {
    private let root: DirectoryHandle

    /// An editor of the tree in `root`.
    package init(root: DirectoryHandle) { self.root = root }

    /// Sets the permission bits of the file or directory at `path` below the root.
    ///
    /// - Throws: ``FileError``; with `Errno.tooManyLinks` for a file that has other names too, which
    ///   may lie outside of the tree.
    package func setMode(_ mode: UInt16, of path: String) throws(FileError) {
        let place = try place(path)
        if let status = try place.directory.status(of: place.name),
            status.st_mode & S_IFMT != S_IFDIR, status.st_nlink > 1
        {
            throw FileError("chmod", path, .tooManyLinks)
        }
        try place.directory.setMode(mode, of: place.name)
    }

    /// Moves what is at `path` below the root to `newPlace` on the same file system, where nothing may
    /// be.
    ///
    /// - Throws: ``FileError``.
    package func move(_ path: String, to newPlace: DirectoryHandle.Place) throws(FileError) {
        let place = try place(path)
        try place.directory.move(place.name, to: newPlace)
    }

    /// Moves what is at `path` below the root of `other` to the same path below this one, where nothing
    /// may be.
    ///
    /// - Throws: ``FileError``.
    package func take(_ path: String, from other: TreeEditor) throws(FileError) {
        try other.move(path, to: place(path))
    }

    /// What is at `path` below the root; nil where nothing is.
    ///
    /// - Throws: ``FileError``.
    package func kind(of path: String) throws(FileError) -> FileSystem.Kind? {
        let place = try place(path)
        return try place.directory.status(of: place.name).map { FileSystem.Kind($0) }
    }

    /// Lets what is at `path` below the root of `other` take the place of what is there in this tree, in
    /// one step where the file system can do that; the old thing is then at `kept`, where nothing may
    /// be yet.
    ///
    /// The new one waits for that at `kept`, so that the old one is there at once.
    ///
    /// - Throws: ``FileError``.
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
            guard error.isForLackOfSupport || error.errno == .improperLink else { throw error }
            try place.directory.move(place.name, to: kept)
            try new.directory.rename(new.name, to: place)
        }
    }

    /// The open directory that `path` lies in, and its name there.
    private func place(_ path: String) throws(FileError) -> DirectoryHandle.Place {
        let parts = path.split(byte: "/")
        guard let name = parts.last else { throw FileError("open", path, .invalidArgument) }
        var directory = root
        for part in parts.dropLast() { directory = try directory.directory(part) }
        return DirectoryHandle.Place(directory, name)
    }
}
