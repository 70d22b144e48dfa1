internal import Glibc
internal import SystemPackage

/// A file or symbolic link that takes the place of another in one step, or leaves no trace.
///
/// It is made beside its target, under a name that begins with a dot, and deleted with the value unless
/// it was committed. A file is locked as long as the value lives, a link has the number of its process in
/// its name: so ``sweep(_:in:where:)`` recognizes what killed processes left. A reader of
/// the target sees the old one or the new one at any time.
package struct AtomicReplacement: ~Copyable {
    private let directory: DirectoryHandle
    private let temporary: TemporaryName
    /// The open file; nil for a link.
    private let file: OwnedDescriptor?
    private var isCommitted = false

    /// How often another name is tried where somebody sweeps the first before it is locked.
    private static let mostAttempts = 3

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
        // Nothing can be done about a failure: the next run sweeps what is left.
        if !isCommitted { try? directory.remove(FileName(temporary.text)) }
    }

    /// Begins an empty file, which only its owner can read until it is committed.
    ///
    /// - Parameters:
    ///   - name: The name that it gets, unless ``commit(as:mode:group:durably:)`` gives it another.
    ///   - directory: The directory.
    /// - Returns: The replacement.
    /// - Throws: ``FileError``.
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
            // A sweep by another process may have come between creating and locking.
            let isSwept = isLocked ? try file.status().st_nlink == 0 : Glibc.errno == EWOULDBLOCK
            if !isSwept || attempts == mostAttempts {
                return AtomicReplacement(directory: directory, temporary: temporary, file: file)
            }
        }
    }

    /// Begins an empty file in the directory of `path`, of which the directory's own path may be a link.
    ///
    /// - Returns: The replacement of what is at `path`.
    /// - Throws: ``FileError``.
    package static func opening(_ path: String) throws(FileError) -> AtomicReplacement {
        let (directory, name) = try FileSystem.openedParent(of: path, to: "create")
        return try opening(name, in: directory)
    }

    private static func makingLink(
        _ name: String,
        to target: String,
        in directory: DirectoryHandle
    ) throws(FileError) -> AtomicReplacement {
        let temporary = TemporaryName(for: name, isHidden: true, maker: getpid())
        try directory.makeLink(temporary.text, to: target)
        return AtomicReplacement(directory: directory, temporary: temporary, file: nil)
    }

    /// Adds bytes at the end of the file.
    ///
    /// - Throws: ``FileError``.
    package func write(_ bytes: [UInt8]) throws(FileError) {
        try unsafe bytes.withUnsafeBufferPointer { bytes throws(FileError) in
            try unsafe write(UnsafeRawBufferPointer(bytes))
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try unsafe file?.write(bytes)
    }

    /// Gives the file its name, whatever has that name now.
    ///
    /// - Parameters:
    ///   - name: The name; nil for the one that it was opened for.
    ///   - mode: Its permission bits from then on.
    ///   - group: Its group; nil for the one that new files get.
    ///   - durably: Whether file and name are to be on disk when this returns. A file system that cannot
    ///     do that is taken at its word.
    /// - Throws: ``FileError``; the old file is then still there, unless `operation` is `sync` and `path`
    ///   that of the directory.
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
        // After the group, of which a change takes the bits for set-group-ID away.
        try file?.setMode(mode)
        if durably {
            do {
                try file?.synchronize()
            } catch  where error.errno == .invalidArgument || error.errno == .notSupported {}
        }
        // Closing any descriptor of it reports a failed write; this one keeps the lock.
        try file?.duplicated().close()
    }

    private consuming func commitLink(durably: Bool) throws(FileError) {
        try directory.rename(temporary.text, to: temporary.target)
        isCommitted = true
        if durably { try directory.synchronizeNames() }
    }

    // MARK: In one go

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
            } catch  where error.errno == .noSuchFileOrDirectory && attempts < mostAttempts {
                // A process in another container, where no process has this number, has swept it.
            }
        }
    }
}

extension DirectoryHandle {
    /// Puts a file with these contents in the place of whatever has the name, in one step.
    ///
    /// - Throws: ``FileError`` as ``AtomicReplacement/commit(as:mode:group:durably:)``.
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

    /// Lets the symbolic link `name` point to `target`, in one step; what had the name may be a link or
    /// nothing.
    ///
    /// - Throws: ``FileError``; the old link is then still there.
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
    /// Puts a file with these contents in the place of whatever is at `path`, in one step: a reader
    /// sees the old file or the new one, and if `durably`, so it is after a power cut.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - contents: All that is to be in it.
    ///   - mode: Its permission bits.
    ///   - group: Its group, or nil for the one that new files get.
    ///   - durably: Whether it is to be on disk when this returns.
    ///   - isSweeping: Whether what killed processes left of this file is deleted.
    /// - Throws: ``FileError`` as ``AtomicReplacement/commit(as:mode:group:durably:)``.
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

    /// Lets the symbolic link at `path` point to `target`, in one step; what was there may be a link
    /// or nothing.
    ///
    /// - Throws: ``FileError``; the old link is then still there.
    package static func replaceLink(
        at path: String,
        to target: String,
        durably: Bool
    ) throws(FileError) {
        let (directory, name) = try openedParent(of: path, to: "create link")
        try directory.replaceLink(name, to: target, durably: durably)
    }

    /// The directory that holds `path`, which may be a link, and the name there.
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
