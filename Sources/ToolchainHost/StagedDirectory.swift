internal import Glibc
internal import SystemPackage

/// A folder in which something is made that appears under its own name whole or not at all.
///
/// Destroying the value without ``commit(to:)`` deletes the folder.
public struct StagedDirectory: ~Copyable {
    /// Where the folder is.
    public let path: String
    private var isCommitted = false

    /// Makes a folder in `parent` whose name starts with `name` and a dot; nothing else there does
    /// while its lock is held.
    ///
    /// - Throws: ``FileError``.
    public static func make(
        named name: String,
        in parent: String
    ) throws(FileError) -> StagedDirectory {
        let path = "\(parent)/\(name).\(UInt32.random(in: 0...UInt32.max))"
        do {
            try call("create folder", path) { unsafe mkdir(path, 0o700) }
        } catch  where error.errno == .noSuchFileOrDirectory {
            // Another process has just deleted the empty staging folder that it had made.
            try FileSystem.makeDirectories(parent)
            try call("create folder", path) { unsafe mkdir(path, 0o700) }
        }
        try call("chmod", path) { unsafe chmod(path, 0o755) }
        return StagedDirectory(path: path)
    }

    private init(path: String) { self.path = path }

    deinit {
        // Nothing can be done about a failure: the next run sweeps what is left.
        if !isCommitted { try? FileSystem.remove(path) }
    }

    /// Writes a new file into the folder; ``synchronize()`` puts it on disk.
    ///
    /// - Throws: ``FileError``.
    public func writeFile(_ name: String, _ contents: [UInt8]) throws(FileError) {
        let target = FilePath(path).appending(name)
        try FileSystem.makeDirectories(target.removingLastComponent().string)
        try DirectoryHandle.opening(target.removingLastComponent().string)
            .writeFile(
                target.lastComponent?.string ?? name,
                contents,
                mode: 0o644,
                umask: 0o777,
                isSynced: false
            )
    }

    /// Puts everything in the folder on disk.
    ///
    /// On Linux before 5.8 a failed write-back may go unreported: syncfs(2).
    ///
    /// - Throws: ``FileError``; nothing is then certain about the contents.
    public func synchronize() throws(FileError) {
        try DirectoryHandle.opening(path).synchronizeFileSystem()
    }

    /// Lets the folder and the one at `destination` swap places, so that there is no moment without
    /// either; the old one is then at `retirement`, where nothing may be yet.
    ///
    /// The folder waits at `retirement` for the swap, so that the old one is there at once, whatever
    /// happens next. Where the file system cannot swap, the old one is moved away first.
    ///
    /// - Throws: ``FileError``; where `operation` is `sync`, the new folder is in its place and may
    ///   not be after a power cut, else the old one still is.
    public consuming func exchange(
        with destination: String,
        retiringTo retirement: String,
        durably: Bool
    ) throws(FileError) {
        try FileSystem.rename(path, to: retirement)
        do {
            do {
                try FileSystem.exchange(retirement, with: destination)
            } catch  where error.errno == .permissionDenied {
                // A folder that moves to another one has to be writable itself: rename(2).
                try FileSystem.setMode(0o755, of: destination)
                try FileSystem.exchange(retirement, with: destination)
            }
            isCommitted = true
        } catch {
            try FileSystem.rename(retirement, to: path)
            guard error.isForLackOfSupport else { throw error }
            try FileSystem.moveFolder(destination, to: retirement)
            do {
                try FileSystem.rename(path, to: destination)
            } catch {
                try? FileSystem.rename(retirement, to: destination)
                throw error
            }
            isCommitted = true
        }
        guard durably else { return }
        for folder in [destination, retirement] {
            try FileSystem.synchronizeDirectory(FilePath(folder).removingLastComponent().string)
        }
    }

    /// Gives the folder its place, where nothing may be yet, and puts that on disk if `durably`.
    ///
    /// - Throws: ``FileError``; the folder is then deleted.
    public consuming func commit(to destination: String, durably: Bool) throws(FileError) {
        try FileSystem.rename(path, to: destination)
        isCommitted = true
        guard durably else { return }
        do {
            try FileSystem.synchronizeDirectory(
                FilePath(destination).removingLastComponent().string
            )
        } catch {
            // Whether it is there after a power cut is not certain, so it must not be there now.
            isCommitted = (try? FileSystem.rename(destination, to: path)) == nil
            throw error
        }
    }
}
