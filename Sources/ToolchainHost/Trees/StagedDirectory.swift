internal import Glibc
internal import SystemPackage

/// A temporary directory whose contents become visible under their final name atomically.
///
/// All operations are relative to open directories, so users who can write to a parent directory cannot
/// redirect them. The directory is deleted with the value unless it was committed or exchanged.
package struct StagedDirectory: ~Copyable {
    /// The path of the directory, for messages.
    package var path: String { directory.path }
    package let directory: DirectoryHandle
    private let parent: DirectoryHandle
    private let name: FileName
    private var isCommitted = false

    /// Creates a directory in `parent` whose name starts with `name` and a dot.
    ///
    /// The caller holds the lock for `name`, so nothing else in `parent` has such a name.
    ///
    /// - Throws: ``FileError`` if the directory cannot be created.
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
            // Most likely there are no free descriptors, but deleting an empty directory requires none.
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
        // A failure is ignored, because the next run deletes leftover directories.
        if !isCommitted { try? parent.remove(name) }
    }

    /// Writes a new file in the directory; call ``synchronize()`` to flush it to disk.
    ///
    /// - Throws: ``FileError`` if it cannot be written.
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

    /// Flushes the contents of the directory to disk.
    ///
    /// Linux before 5.8 may not report a failed write-back; see syncfs(2).
    ///
    /// - Throws: ``FileError``; the contents on disk are then undefined.
    package func synchronize() throws(FileError) { try directory.synchronizeContents() }

    /// Atomically exchanges the directory with the one at `destination`, and moves the old one to
    /// `retirement`, which must not exist.
    ///
    /// The new directory is moved to `retirement` before the exchange, so a single call replaces the old
    /// one and retires it. If the file system does not support the exchange, the old one is moved first.
    ///
    /// - Returns: Nil, or this directory if the old one can be neither exchanged nor moved because it is in
    ///   a lower layer of overlayfs.
    /// - Throws: ``FileError``. If `operation` is `sync`, the directories have been exchanged, but that may
    ///   not survive a power failure; otherwise the old directory is still at `destination`.
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
            guard error.isUnsupported else { throw error }
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
            // A directory must be writable to get another parent; see rename(2).
            try destination.directory.setMode(0o755, of: destination.name)
            try retirement.directory.exchange(retirement.name, with: destination)
        }
    }

    /// Renames the directory to `destination`, which must not exist, and flushes that to disk if `durably`.
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
            // It might not survive a power failure, so it must not be visible now.
            isCommitted =
                (try? destination.directory.rename(destination.name, to: .init(parent, name)))
                == nil
            throw error
        }
    }
}
