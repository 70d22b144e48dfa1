internal import Glibc
internal import SystemPackage

/// Tries what a folder's file system does, because its name does not tell: WSL's drvfs, 9p, network
/// and FAT file systems take calls that they do not carry out.
public enum FolderTrial {
    /// What a file system does not do.
    public enum Shortcoming: Hashable, Sendable {
        /// Two processes can have one lock: flock(2).
        case locks
        /// Permission bits do not stay as they are set.
        case modes
        /// Programs cannot be executed, for a mount option most likely.
        case execution
        /// A rename loses what has the new name although it was not to.
        case rename
    }

    /// Makes some small files in `folder`, whose own they have to be, and deletes them again.
    ///
    /// - Parameter folder: An empty folder that nobody else uses.
    /// - Returns: The first shortcoming that trees would suffer from; nil for a folder that will do.
    /// - Throws: ``FileError`` where files cannot be made there at all.
    public static func shortcoming(of folder: String) throws(FileError) -> Shortcoming? {
        let handle = try DirectoryHandle.opening(folder)
        defer { for name in names { try? handle.remove(FileName(name)) } }
        for name in names {
            try handle.writeFile(name, [], mode: 0o755, umask: 0o777, isSynced: false)
        }
        let permissions = try handle.status(of: FileName(names[0])).map { $0.st_mode & 0o7777 }
        guard permissions == 0o755 else { return .modes }
        guard unsafe Glibc.access("\(folder)/\(names[0])", X_OK) == 0 else { return .execution }
        do {
            try FileSystem.rename("\(folder)/\(names[0])", to: "\(folder)/\(names[1])")
            return .rename
        } catch  where error.errno == .fileExists {
            return nil
        }
    }

    /// Whether new files and folders get the modes that they are made with, less the umask.
    ///
    /// - Parameters:
    ///   - folder: An empty folder that nobody else uses.
    ///   - umask: The process's umask.
    /// - Returns: Whether they do; not where the folder has default access lists, for instance.
    /// - Throws: ``FileError`` where they cannot be made there at all.
    public static func respectsModes(
        in folder: String,
        umask: UInt32
    ) throws(FileError) -> Bool {
        let handle = try DirectoryHandle.opening(folder)
        defer { for name in names { try? handle.remove(FileName(name)) } }
        try handle.createFile(names[0], mode: 0o755, umask: 0).close()
        try handle.makeDirectory(names[1], mode: 0o755, umask: 0)
        for name in names {
            let mode = try handle.status(of: FileName(name)).map { $0.st_mode & 0o7777 }
            guard mode == 0o755 & ~umask else { return false }
        }
        return true
    }

    private static let names = ["trial", "trial2"]
}
