internal import Glibc
internal import SystemPackage

/// Tries what a directory's file system does, because its name does not tell: WSL's drvfs, 9p, network
/// and FAT file systems take calls that they do not carry out.
///
/// The trials leave their files in the directory, which is a staged one of their own and is deleted as a
/// whole: what cannot be deleted at once, as on NFS, must not end up in a tree.
package enum DirectoryTrial {
    /// What a file system does not do.
    package enum Shortcoming: Hashable, Sendable {
        /// Two processes can have one lock: flock(2).
        case locks
        /// Permission bits do not stay as they are set.
        case modes
        /// Programs cannot be executed, for a mount option most likely.
        case execution
        /// A rename loses what has the new name although it was not to.
        case rename
    }

    /// Makes some small files in an empty directory of their own.
    ///
    /// - Returns: The first problem for trees; nil for a suitable directory.
    /// - Throws: ``FileError`` where files cannot be made there at all.
    package static func shortcoming(of directory: DirectoryHandle) throws(FileError) -> Shortcoming?
    {
        let names = ["trial", "trial2"]
        for name in names {
            try directory.writeFile(name, [], mode: 0o755, umask: 0o777, isSynced: false)
        }
        let permissions = try directory.status(of: FileName(names[0])).map { $0.st_mode & 0o7777 }
        guard permissions == 0o755 else { return .modes }
        guard unsafe Glibc.faccessat(directory.descriptor, names[0], X_OK, 0) == 0 else {
            return .execution
        }
        do {
            try directory.rename(FileName(names[0]), to: .init(directory, names[1]))
            return .rename
        } catch  where error.errno == .fileExists {
            return nil
        }
    }

    /// Whether new files and directories get the modes that they are made with, less the umask.
    ///
    /// - Parameters:
    ///   - directory: An empty directory of the trial's own.
    ///   - umask: The process's umask.
    /// - Returns: Whether they do; not where the directory has default access lists, for instance.
    /// - Throws: ``FileError`` where they cannot be made there at all.
    package static func respectsModes(
        in directory: DirectoryHandle,
        umask: UInt32
    ) throws(FileError) -> Bool {
        let names = ["file", "directory"]
        try directory.createFile(names[0], mode: 0o755, umask: 0).close()
        try directory.makeDirectory(names[1], mode: 0o755, umask: 0)
        for name in names {
            let mode = try directory.status(of: FileName(name)).map { $0.st_mode & 0o7777 }
            guard mode == 0o755 & ~umask else { return false }
        }
        return true
    }
}
