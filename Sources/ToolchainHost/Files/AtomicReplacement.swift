internal import Glibc
internal import SystemPackage

/// A file or symbolic link that atomically replaces another.
///
/// It is created in the same directory, with a name that begins with a dot, and deleted with the value
/// unless it was committed. Readers see either the old file or the new one. A file is locked during the
/// lifetime of the value, and the name of a link contains the process ID, so that
/// ``sweep(_:in:where:)`` recognizes those of killed processes.
package struct AtomicReplacement: ~Copyable {
    private let directory: DirectoryHandle
    private let temporary: TemporaryName
    /// The open file; nil for a link.
    private let file: OwnedDescriptor?
    private var isCommitted = false

    /// The maximum number of attempts if another process deletes a file before it is locked.
    private static let maximumAttemptCount = 3

    private init(
        directory: DirectoryHandle,
        temporary: TemporaryName,
        file: consuming OwnedDescriptor?
    ) {
        self.directory = directory
        self.temporary = temporary
        self.file = file
    }

    deinit {
        // A failure is ignored, because the next run deletes leftover files.
        if !isCommitted { try? directory.remove(FileName(temporary.text)) }
    }

    /// Creates an empty file, which only its owner can read until it is committed.
    ///
    /// - Parameters:
    ///   - name: The name of the file to replace, unless ``commit(as:mode:group:durably:)`` has another.
    ///   - directory: The directory.
    /// - Returns: The replacement.
    /// - Throws: ``FileError`` if the file cannot be created.
    package static func opening(
        _ name: String,
        in directory: DirectoryHandle
    ) throws(FileError) -> AtomicReplacement {
        var attempts = 0
        while true {
            attempts += 1
            let temporary = TemporaryName(for: name, isHidden: true)
            let file = try directory.createFile(temporary.text, mode: 0o600, umask: 0o777)
            let isLocked = flock(file.rawValue, LOCK_EX | LOCK_NB) == 0
            // Another process may have deleted or locked the file before it was locked here.
            let isSwept = isLocked ? try file.status().st_nlink == 0 : Glibc.errno == EWOULDBLOCK
            if !isSwept || attempts == maximumAttemptCount {
                return AtomicReplacement(directory: directory, temporary: temporary, file: file)
            }
        }
    }

    /// Creates an empty file that will replace the one at `path`, whose parent may be a symbolic link.
    ///
    /// - Returns: The replacement.
    /// - Throws: ``FileError`` if the file cannot be created.
    package static func opening(_ path: String) throws(FileError) -> AtomicReplacement {
        let (directory, name) = try FileSystem.openedParent(of: path, to: "create")
        return try opening(name, in: directory)
    }

    private static func makingLink(
        _ name: String,
        to target: String,
        in directory: DirectoryHandle
    ) throws(FileError) -> AtomicReplacement {
        let temporary = TemporaryName(for: name, isHidden: true, processID: getpid())
        try directory.makeLink(temporary.text, to: target)
        return AtomicReplacement(directory: directory, temporary: temporary, file: nil)
    }

    /// Appends bytes to the file.
    ///
    /// - Throws: ``FileError`` if they cannot be written.
    package func write(_ bytes: [UInt8]) throws(FileError) {
        try unsafe bytes.withUnsafeBufferPointer { bytes throws(FileError) in
            try unsafe write(UnsafeRawBufferPointer(bytes))
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try unsafe file?.write(bytes)
    }

    /// Renames the file, replacing any existing file.
    ///
    /// - Parameters:
    ///   - name: The name; nil for the one that the replacement was created for.
    ///   - mode: The permission bits.
    ///   - group: The group; nil for the default of new files.
    ///   - durably: Whether the file and its name are flushed to disk before this returns. It is not an error
    ///     if the file system does not support that.
    /// - Throws: ``FileError``; the old file has then not been replaced, unless `operation` is `sync` and
    ///   `path` is that of the directory.
    package consuming func commit(
        as name: String? = nil,
        mode: UInt32,
        group: UInt32? = nil,
        durably: Bool
    ) throws(FileError) {
        try finishFile(mode: mode, group: group, durably: durably)
        try directory.rename(temporary.text, to: name ?? temporary.target)
        isCommitted = true
        if durably { try directory.synchronizeNames() }
    }

    private func finishFile(mode: UInt32, group: UInt32?, durably: Bool) throws(FileError) {
        if let group { try file?.setGroup(group) }
        // A change of the group clears the set-group-ID bit, so the mode is set after it.
        try file?.setMode(mode)
        if durably {
            do {
                try file?.synchronize()
            } catch  where error.errno == .invalidArgument || error.errno == .notSupported {}
        }
        // Closing a duplicate reports failed writes too, and keeps the lock.
        try file?.duplicated().close()
    }

    private consuming func commitLink(durably: Bool) throws(FileError) {
        try directory.rename(temporary.text, to: temporary.target)
        isCommitted = true
        if durably { try directory.synchronizeNames() }
    }

    // MARK: Links

    fileprivate static func replaceLink(
        _ name: String,
        to target: String,
        in directory: DirectoryHandle,
        durably: Bool
    ) throws(FileError) {
        var attempts = 0
        while true {
            attempts += 1
            do {
                return try makingLink(name, to: target, in: directory).commitLink(durably: durably)
            } catch  where error.errno == .noSuchFileOrDirectory && attempts < maximumAttemptCount {
                // A process in another container, where this process ID is unused, has deleted it.
            }
        }
    }
}

extension DirectoryHandle {
    /// Atomically replaces or creates the file `name`.
    ///
    /// - Throws: ``FileError``, as ``AtomicReplacement/commit(as:mode:group:durably:)`` does.
    package func replaceFile(
        _ name: String,
        with contents: [UInt8],
        mode: UInt32,
        group: UInt32? = nil,
        durably: Bool
    ) throws(FileError) {
        let replacement = try AtomicReplacement.opening(name, in: self)
        try replacement.write(contents)
        try replacement.commit(mode: mode, group: group, durably: durably)
    }

    /// Atomically replaces or creates the symbolic link `name`.
    ///
    /// - Throws: ``FileError``, also if `name` exists and is not a symbolic link; the old link has then not
    ///   been replaced.
    package func replaceLink(
        _ name: String,
        to target: String,
        durably: Bool
    ) throws(FileError) {
        if let kind = try kind(of: name), kind != .symbolicLink {
            throw FileError("replace link", path(of: name), .fileExists)
        }
        try AtomicReplacement.replaceLink(name, to: target, in: self, durably: durably)
    }
}

extension FileSystem {
    /// Atomically replaces or creates the file at `path`: readers see the old file or the new one, and so
    /// do those after a power failure if `durably`.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - contents: The contents.
    ///   - mode: The permission bits.
    ///   - group: The group; nil for the default of new files.
    ///   - durably: Whether the file is flushed to disk before this returns.
    ///   - isSweeping: Whether temporary files that killed processes left are deleted.
    /// - Throws: ``FileError``, as ``AtomicReplacement/commit(as:mode:group:durably:)`` does.
    package static func replaceFile(
        at path: String,
        with contents: [UInt8],
        mode: UInt32,
        group: UInt32? = nil,
        durably: Bool = true,
        isSweeping: Bool = false
    ) throws(FileError) {
        let (directory, name) = try openedParent(of: path, to: "create")
        if isSweeping { AtomicReplacement.sweep([name], in: directory) }
        try directory.replaceFile(name, with: contents, mode: mode, group: group, durably: durably)
    }

    /// Atomically replaces or creates the symbolic link at `path`.
    ///
    /// - Throws: ``FileError``, also if `path` exists and is not a symbolic link; the old link has then not
    ///   been replaced.
    package static func replaceLink(
        at path: String,
        to target: String,
        durably: Bool
    ) throws(FileError) {
        let (directory, name) = try openedParent(of: path, to: "create link")
        try directory.replaceLink(name, to: target, durably: durably)
    }

    /// Opens the parent directory of `path`, which may be a link, and returns it with the last component.
    static func openedParent(
        of path: String,
        to operation: String
    ) throws(FileError) -> (directory: DirectoryHandle, name: String) {
        let target = FilePath(path)
        guard let name = target.lastComponent?.string else {
            throw FileError(operation, path, .invalidArgument)
        }
        let parent = target.removingLastComponent()
        let directory = try DirectoryHandle.opening(
            parent.isEmpty ? "." : parent.string,
            followingLinks: true
        )
        return (directory, name)
    }
}
