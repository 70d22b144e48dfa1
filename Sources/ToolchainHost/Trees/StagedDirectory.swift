internal import Glibc
internal import SystemPackage

/// A directory in which something is made that appears under its own name whole or not at all.
///
/// Everything is done relative to directories that are open, so that nobody who can write to the staging
/// directory's parents can lead it elsewhere. Destroying the value without ``commit(to:durably:)`` deletes
/// the directory.
package struct StagedDirectory: ~Copyable {
    /// Where the directory is.
    package var path: String { directory.path }
    package let directory: DirectoryHandle
    private let parent: DirectoryHandle
    private let name: FileName
    private var isCommitted = false

    /// Makes a directory in `parent` whose name starts with `name` and a dot; nothing else there does
    /// while its lock is held.
    ///
    /// - Throws: ``FileError``.
    package static func make(
        named name: String,
        in parent: DirectoryHandle
    ) throws(FileError) -> StagedDirectory {
        let name = FileName(TemporaryName(for: name, isHidden: false).text)
        do {
            try parent.makeDirectory(name, mode: 0o755)
            let directory = try parent.directory(name)
            return StagedDirectory(directory: directory, parent: parent, name: name)
        } catch {
            // Too few descriptors, most likely; deleting an empty directory needs none.
            try? parent.removeEmptyDirectory(name)
            throw error
        }
    }

    private init(directory: DirectoryHandle, parent: DirectoryHandle, name: FileName) {
        self.directory = directory
        self.parent = parent
        self.name = name
    }

    deinit {
        // Nothing can be done about a failure: the next run sweeps what is left.
        if !isCommitted { try? parent.remove(name) }
    }

    /// Writes a new file into the directory; ``synchronize()`` puts it on disk.
    ///
    /// - Throws: ``FileError``.
    package func writeFile(_ path: String, _ contents: [UInt8]) throws(FileError) {
        let components = FilePath(path).components.map(\.string)
        var directory = directory
        for component in components.dropLast() {
            directory = try directory.makingDirectory(component)
        }
        try directory.writeFile(
            components.last ?? path,
            contents,
            mode: 0o644,
            umask: 0o777,
            isSynced: false
        )
    }

    /// Puts everything in the directory on disk.
    ///
    /// On Linux before 5.8 a failed write-back may go unreported: syncfs(2).
    ///
    /// - Throws: ``FileError``; nothing is then certain about the contents.
    package func synchronize() throws(FileError) { try directory.synchronizeContents() }

    /// Lets the directory and the one at `destination` swap places, so that there is no moment without
    /// either; the old one is then at `retirement`, where nothing may be yet.
    ///
    /// The directory waits at `retirement` for the swap, so that the old one is there at once, whatever
    /// happens next. Where the file system cannot swap, the old one is moved away first.
    ///
    /// - Returns: Nil, or the directory again where the old one can neither be swapped nor moved: it is in
    ///   a lower layer of overlayfs.
    /// - Throws: ``FileError``; where `operation` is `sync`, the new directory is in its place and may
    ///   not be after a power cut, else the old one still is.
    package consuming func exchange(
        with destination: DirectoryHandle.Place,
        retiringTo retirement: DirectoryHandle.Place,
        durably: Bool
    ) throws(FileError) -> StagedDirectory? {
        try parent.rename(name, to: retirement)
        do {
            try Self.exchange(retirement, with: destination)
            isCommitted = true
        } catch {
            try retirement.directory.rename(retirement.name, to: .init(parent, name))
            if error.errno == .improperLink { return self }
            guard error.isForLackOfSupport else { throw error }
            try destination.directory.rename(destination.name, to: retirement)
            do {
                try parent.rename(name, to: destination)
            } catch {
                try? retirement.directory.rename(retirement.name, to: destination)
                throw error
            }
            isCommitted = true
        }
        if durably {
            try destination.directory.synchronizeNames()
            try retirement.directory.synchronizeNames()
        }
        return nil
    }

    private static func exchange(
        _ retirement: DirectoryHandle.Place,
        with destination: DirectoryHandle.Place
    ) throws(FileError) {
        do {
            try retirement.directory.exchange(retirement.name, with: destination)
        } catch  where error.errno == .permissionDenied {
            // A directory that moves to another one has to be writable itself: rename(2).
            try destination.directory.setMode(0o755, of: destination.name)
            try retirement.directory.exchange(retirement.name, with: destination)
        }
    }

    /// Gives the directory its place, where nothing may be yet, and puts that on disk if `durably`.
    ///
    /// - Throws: ``FileError``; the directory is then deleted.
    package consuming func commit(
        to destination: DirectoryHandle.Place,
        durably: Bool
    ) throws(FileError) {
        try parent.rename(name, to: destination)
        isCommitted = true
        guard durably else { return }
        do {
            try destination.directory.synchronizeNames()
        } catch {
            // Whether it is there after a power cut is not certain, so it must not be there now.
            isCommitted =
                (try? destination.directory.rename(destination.name, to: .init(parent, name)))
                == nil
            throw error
        }
    }
}
