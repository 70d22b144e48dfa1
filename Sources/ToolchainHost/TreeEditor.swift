internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// Changes single things in a tree.
///
/// Every folder on the way to them is opened without following links, and what is changed is
/// named relative to it: whoever may write to a folder of the tree cannot lead a change out of it.
public struct TreeEditor: Sendable {
    private let root: DirectoryHandle

    /// An editor of the tree in the folder at `root`, which must not be a link.
    ///
    /// - Throws: ``FileError``.
    public init(root: String) throws(FileError) {
        self.root = try DirectoryHandle.opening(root)
    }

    /// Sets the permission bits of the file or folder at `path` below the root.
    ///
    /// - Throws: ``FileError``; with `Errno.tooManyLinks` for a file that has other names too, which
    ///   may lie outside of the tree.
    public func setMode(_ mode: UInt16, of path: String) throws(FileError) {
        let (folder, name) = try place(path)
        if let status = try folder.status(of: FileName(name)),
            status.st_mode & S_IFMT != S_IFDIR, status.st_nlink > 1
        {
            throw FileError("chmod", path, .tooManyLinks)
        }
        try folder.setMode(mode_t(mode), of: FileName(name))
    }

    /// Moves what is at `path` below the root to `newPath` on the same file system, where nothing
    /// may be.
    ///
    /// - Throws: ``FileError``.
    public func move(_ path: String, to newPath: String) throws(FileError) {
        let (folder, name) = try place(path)
        do {
            try folder.move(name, to: newPath)
        } catch  where error.errno == .permissionDenied {
            // A folder that moves to another one has to be writable itself: rename(2).
            guard let status = try folder.status(of: FileName(name)),
                status.st_mode & S_IFMT == S_IFDIR
            else { throw error }
            try folder.setMode(0o700, of: FileName(name))
            try folder.move(name, to: newPath)
        } catch  where error.isForLackOfSupport {
            guard try FileSystem.kind(of: newPath) == nil else {
                throw FileError("rename", newPath, .fileExists)
            }
            try FileSystem.rename("\(folder.path)/\(name)", to: newPath)
        }
    }

    /// Moves what is at `oldPath` on the same file system to `path` below the root, where nothing
    /// may be.
    ///
    /// - Throws: ``FileError``.
    public func take(_ oldPath: String, as path: String) throws(FileError) {
        let (folder, name) = try place(path)
        do {
            try folder.take(oldPath, as: name)
        } catch  where error.isForLackOfSupport {
            try FileSystem.rename(oldPath, to: "\(folder.path)/\(name)")
        }
    }

    /// Lets what is at `path` below the root and what is at `other` swap places, in one step.
    ///
    /// - Throws: ``FileError``; ``FileError/isForLackOfSupport`` where the file system cannot.
    public func exchange(_ path: String, with other: String) throws(FileError) {
        let (folder, name) = try place(path)
        try folder.exchange(name, with: other)
    }

    /// The open folder that `path` lies in, and its name there.
    private func place(_ path: String) throws(FileError) -> (DirectoryHandle, String) {
        let parts = path.split(byte: "/")
        guard let name = parts.last else { throw FileError("open", path, .invalidArgument) }
        var folder = root
        for part in parts.dropLast() { folder = try folder.directory(part) }
        return (folder, name)
    }
}
