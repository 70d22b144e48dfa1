internal import Glibc
internal import SystemPackage

/// Tests what the file system of a directory supports.
///
/// The type of the file system is not enough, because WSL's drvfs, 9p, network and FAT file systems may
/// report success without carrying out an operation. The test files are left in the directory, which the
/// caller deletes: on NFS, a file that is open cannot be deleted immediately, and it must not end up in a
/// tree.
package enum DirectoryProbe {
    /// A required feature that a file system does not support.
    package enum Shortcoming: Hashable, Sendable {
        /// Locks do not exclude other processes; see flock(2).
        case locks
        /// Permission bits are not preserved.
        case modes
        /// Files cannot be executed, most likely because of a mount option.
        case execution
        /// A rename replaces an existing file although it must not.
        case rename
    }

    /// Tests whether a file system is suitable for installations, using files in an empty directory.
    ///
    /// - Returns: The first shortcoming; nil if the file system is suitable.
    /// - Throws: ``FileError`` if the test files cannot be created.
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

    /// Returns whether new files and directories have the requested mode, less the umask.
    ///
    /// - Parameters:
    ///   - directory: An empty directory for the test files.
    ///   - umask: The file mode creation mask of the process.
    /// - Returns: Whether they do; false, for example, if the directory has a default access control list.
    /// - Throws: ``FileError`` if the test files cannot be created.
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
