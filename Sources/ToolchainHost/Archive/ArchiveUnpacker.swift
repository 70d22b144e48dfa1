internal import Glibc
package import ToolchainCore

/// Unpacks verified archives: one thread inflates, the caller's parses, two write.
package struct ArchiveUnpacker: Sendable {
    /// What an archive may hold.
    ///
    /// go1.27.2 has 17,373 members and less than 300 MiB: docs/facts/archives.md#contents.
    package struct Limits: Sendable {
        /// How many members.
        package var memberCount = TreeIndex.maximumEntryCount
        /// How many inflated bytes, tar's own included.
        package var byteCount = 1 << 30

        /// The limits for Go archives.
        package init() {}
    }

    let limits: Limits
    /// Which library inflates; tests try all.
    var inflation = Inflation.fastest
    let umask: UInt32
    let isDurable: Bool
    let allowsLinks: Bool
    let monitor: ProgressMonitor

    /// An unpacker.
    ///
    /// - Parameters:
    ///   - limits: What an archive may hold.
    ///   - umask: The process's file mode creation mask.
    ///   - isDurable: Whether the caller will put the tree on disk, so that it pays to start early.
    ///   - allowsLinks: Whether symbolic links are taken that stay inside; they are not in the index.
    ///   - monitor: Receives the number of bytes read, and decides whether to continue.
    package init(
        limits: Limits = Limits(),
        umask: UInt32,
        isDurable: Bool = false,
        allowsLinks: Bool = false,
        monitor: ProgressMonitor
    ) {
        self.limits = limits
        self.umask = umask
        self.isDurable = isDurable
        self.allowsLinks = allowsLinks
        self.monitor = monitor
    }

    /// Unpacks `archive`, all of whose members have to lie in `topDirectory`, into the empty directory
    /// `destination`, without that top directory.
    ///
    /// - Parameters:
    ///   - archive: What to unpack.
    ///   - topDirectory: The one top directory that the archive has to have; nil where it needs none.
    ///   - reserved: Names that the archive may not have in its top directory.
    ///   - destination: Where the contents of the top directory go.
    /// - Returns: What was written.
    /// - Throws: ``ArchiveError``, ``FileError`` or ``ProgressMonitor/Interrupted``; the destination then
    ///   holds part of the archive.
    package func unpack(
        _ archive: borrowing VerifiedArchive,
        topDirectory: String?,
        reserved: Set<String>,
        into destination: DirectoryHandle
    ) throws -> TreeIndex {
        let stream = try InflatedStream(
            archive,
            limit: limits.byteCount,
            inflation: inflation,
            monitor: monitor
        )
        defer { stream.finish() }
        let tree = TreeWriter(
            root: destination,
            mostMembers: limits.memberCount,
            umask: umask,
            isDurable: isDurable
        )
        do {
            var reader = try TarReader.opening(stream)
            while let header = try reader.next() {
                try take(
                    header,
                    from: &reader,
                    topDirectory: topDirectory,
                    reserved: reserved,
                    into: tree
                )
            }
            let index = try tree.finish()
            guard index.fileCount > 0 else {
                throw ArchiveError.malformed("tar: the archive contains no files")
            }
            return index
        } catch {
            tree.cancel()
            // A writer that failed has stopped the reader; its error is the one to tell.
            try tree.error.rethrow()
            throw error
        }
    }

    private func take(
        _ header: TarReader.Header,
        from reader: inout TarReader,
        topDirectory: String?,
        reserved: Set<String>,
        into tree: TreeWriter
    ) throws {
        func refusal(_ reason: String) -> ArchiveError {
            .refusedMember(name: header.displayName, reason: reason)
        }
        let link = allowsLinks ? header.linkTarget : nil
        if let oddity = header.oddity, link == nil { throw refusal(oddity) }
        let path: ArchiveMemberPath
        do {
            path = try ArchiveMemberPath(parsing: header.name, topDirectory: topDirectory)
        } catch {
            throw refusal(error.description)
        }
        if reserved.contains(where: { path.relativePath.isInside($0) }) {
            throw refusal("its name is reserved for gotoolprov")
        }
        do {
            guard !header.isDirectory else { return try tree.addDirectory(path) }
            if let link { return try tree.addLink(path, to: link) }
            guard header.byteCount >= 0, header.byteCount <= limits.byteCount else {
                throw refusal("its size is invalid: \(header.byteCount)")
            }
            try tree.beginFile(
                path,
                isExecutable: header.mode & 0o111 != 0,
                modified: header.modified
            )
        } catch let conflict as TreeWriter.Conflict {
            throw refusal(conflict.reason)
        }
        var byteCount = 0
        while let data = try reader.nextData() {
            try tree.append(data)
            byteCount += data.range.count
        }
        guard byteCount == header.byteCount else {
            throw refusal("expected \(header.byteCount) bytes, found \(byteCount)")
        }
        try tree.endFile()
    }
}
