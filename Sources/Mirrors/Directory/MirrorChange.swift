internal import Provisioning
internal import SystemPackage
internal import ToolchainCore
package import ToolchainHost

/// A change of a mirror, whose lock is held.
///
/// Files are prepared in the staging directory, on the same file system, and renamed to their places; the index is
/// replaced after them. Deleted files are first removed from the index. So after a kill at any moment the index is the
/// old one or the new one, and every archive that it lists is complete.
package struct MirrorChange: ~Copyable {
    package let tree: MirrorTree
    /// The index as it will be written.
    package private(set) var index: MirrorIndex
    /// The index as it is on disk.
    private var written: MirrorIndex
    private let isDurable: Bool
    /// Whether files have been renamed to their places since the index was written.
    private var hasNewFiles = false
    /// The paths of files to delete after the index has been written.
    private var deletions: [String] = []

    init(_ tree: MirrorTree, _ session: Session) throws(Failure) {
        self.tree = tree
        index = try tree.index()
        written = index
        isDurable = session.isDurable
    }

    /// Whether anything has been changed.
    package var isPending: Bool { hasNewFiles || index != written || !deletions.isEmpty }

    /// Moves a verified file from the staging directory to its place, and lists it.
    ///
    /// - Parameters:
    ///   - staged: The path of the file, on the same file system.
    ///   - entry: What it contains.
    /// - Throws: ``FileError``.
    package mutating func publish(
        _ staged: String,
        as entry: MirrorEntry
    ) throws(FileError) {
        // While the old index is in place, it must not list this file with another digest.
        if let old = written[entry.path], old.digest != entry.digest {
            var without = written
            without.remove(entry.path)
            try tree.write(without, durably: isDurable)
            written = without
        }
        try makeDirectory(entry.path.directory)
        try FileSystem.setMode(0o644, of: staged)
        try FileSystem.replace(tree.path(of: entry.path), by: staged)
        hasNewFiles = true
        list(entry)
    }

    /// Lists a file that is in its place, and was verified there.
    package mutating func list(_ entry: MirrorEntry) {
        index.insert(entry)
        let path = tree.path(of: entry.path)
        deletions.removeAll { $0 == path || $0 == path + MirrorEntry.proofSuffix && entry.hasProof }
    }

    /// Writes a small file, such as a log proof, atomically.
    ///
    /// - Parameters:
    ///   - bytes: The contents.
    ///   - name: The path in the mirror: one directory and a file name, or a file name.
    /// - Returns: Whether the file has changed.
    /// - Throws: ``FileError``.
    @discardableResult
    package mutating func write(_ bytes: [UInt8], as name: String) throws(FileError) -> Bool {
        let path = tree.path(of: name)
        if try FileSystem.kind(of: path) == .file,
            try FileSystem.contents(of: path, limit: bytes.count + 1) == bytes
        {
            return false
        }
        let parts = name.split(byte: "/")
        if parts.count > 1 { try makeDirectory(parts[0]) }
        try FileSystem.replaceFile(
            at: path,
            with: bytes,
            mode: 0o644,
            durably: false,
            isSweeping: true
        )
        hasNewFiles = true
        return true
    }

    /// Removes an archive and its proof.
    ///
    /// - Returns: The archive; nil if the index does not list it.
    @discardableResult
    package mutating func remove(_ path: MirrorPath) -> MirrorEntry? {
        guard let entry = index.remove(path) else { return nil }
        delete(path.description)
        delete(path.description + MirrorEntry.proofSuffix)
        return entry
    }

    /// Deletes a file that the index does not list, once the index has been written.
    package mutating func delete(_ name: String) { deletions.append(tree.path(of: name)) }

    /// Writes the index, if anything has changed.
    ///
    /// - Throws: ``FileError``; the old index is then in place.
    package mutating func commit() throws(FileError) {
        if hasNewFiles, isDurable {
            try DirectoryHandle.opening(tree.path, followingLinks: true).synchronizeContents()
        }
        hasNewFiles = false
        if index != written {
            try tree.write(index, durably: isDurable)
            written = index
        }
        while let path = deletions.last {
            if try FileSystem.kind(of: path) != nil { try FileSystem.remove(path) }
            deletions.removeLast()
        }
    }

    /// Creates a subdirectory of the mirror; it must not be a symbolic link.
    private func makeDirectory(_ name: String) throws(FileError) {
        _ = try DirectoryHandle.opening(tree.path, followingLinks: true).makingDirectory(name)
    }
}
