internal import Glibc
package import SystemPackage
internal import ToolchainCore

/// Files that killed processes left: each is locked while its maker lives.
extension FileSystem {
    /// Deletes the file at `path` unless a living process is making it.
    ///
    /// - Returns: Whether it was deleted.
    @discardableResult
    package static func removeAbandoned(_ path: String) -> Bool {
        let raw = unsafe open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard raw >= 0 else { return false }
        let descriptor = OwnedDescriptor(owning: raw, path: path)
        guard let status = try? descriptor.status(), status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid(), flock(raw, LOCK_EX | LOCK_NB) == 0
        else { return false }
        return unsafe unlink(path) == 0
    }

    /// Marks a file as one that this process is making, until its descriptor is closed.
    package static func lockWhileMaking(_ file: FileDescriptor) {
        _ = flock(file.rawValue, LOCK_EX | LOCK_NB)
    }

    /// Puts the contents of a file on disk, as far as its file system can.
    ///
    /// - Throws: ``FileError``.
    package static func synchronize(_ file: FileDescriptor) throws(FileError) {
        do {
            try call("sync", "the new file") { fsync(file.rawValue) }
        } catch  where error.errno == .invalidArgument || error.errno == .notSupported {}
    }

    /// Deletes what killed processes left that were writing the file at `path`.
    ///
    /// Their names are that of the file between a dot and a random number; shorter numbers, as people
    /// give them, are left alone.
    package static func sweepTemporaries(of path: String) {
        let target = FilePath(path)
        guard let name = target.lastComponent?.string else { return }
        let folder = target.removingLastComponent().string
        for entry in (try? names(in: folder)) ?? [] where entry.hasPrefix(".\(name).") {
            let number = String(entry.utf8.dropFirst(name.utf8.count + 2)) ?? ""
            guard number.utf8.count > 4, UInt32(number) != nil else { continue }
            removeAbandoned("\(folder)/\(entry)")
        }
    }
}
