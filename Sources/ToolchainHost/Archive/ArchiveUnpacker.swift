internal import Glibc
package import ToolchainCore

/// Unpacks verified archives: one thread inflates, the caller's thread parses, and two threads write.
package struct ArchiveUnpacker: Sendable {
    /// The limits for the contents of an archive.
    ///
    /// go1.27.2 has 17,373 members and less than 300 MiB (docs/facts/archives.md#contents).
    package struct Limits: Sendable {
        /// The maximum number of members.
        package var memberCount = TreeIndex.maximumEntryCount
        /// The maximum uncompressed size of the tar archive in bytes.
        package var byteCount = 1 << 30

        /// Creates the limits for Go archives.
        package init() {}

        /// The limits for archives whose digest nobody vouches for.
        package static var unpinned: Limits {
            var limits = Limits()
            limits.memberCount = 40_000
            limits.byteCount = 3 << 29
            return limits
        }
    }

    /// The members that are unpacked, and their modes.
    package enum Form: Sendable {
        /// All of them; a file is executable if it is in the archive.
        case archive
        /// Only the files that the module of a toolchain has, with the modes of published toolchains:
        /// what Go's checksum database cannot prove is left out. Directories are made for files only.
        case toolchainModule
    }

    let limits: Limits
    var form: Form
    /// The library that inflates; tests select each of them.
    var inflation = Inflation.fastest
    let umask: UInt32
    let isDurable: Bool
    let allowsLinks: Bool
    let monitor: ProgressMonitor

    /// Creates an unpacker.
    ///
    /// - Parameters:
    ///   - limits: The limits for the contents of an archive.
    ///   - form: Which members are unpacked, and with which modes.
    ///   - umask: The file mode creation mask of the process.
    ///   - isDurable: Whether the caller will flush the tree to disk, in which case writing starts early.
    ///   - allowsLinks: Whether symbolic links inside the tree are allowed; they are not in the index.
    ///   - monitor: Receives the number of bytes read, and cancels the work.
    package init(
        limits: Limits = Limits(),
        form: Form = .archive,
        umask: UInt32,
        isDurable: Bool = false,
        allowsLinks: Bool = false,
        monitor: ProgressMonitor
    ) {
        self.limits = limits
        self.form = form
        self.umask = umask
        self.isDurable = isDurable
        self.allowsLinks = allowsLinks
        self.monitor = monitor
    }

    /// Unpacks the contents of an archive's top directory into an empty directory.
    ///
    /// - Parameters:
    ///   - archive: The archive.
    ///   - topDirectory: The directory that must contain all members; nil if the archive has none.
    ///   - reserved: Names that must not occur in the top directory.
    ///   - destination: The empty directory.
    /// - Returns: The index of the files and directories that were written.
    /// - Throws: ``ArchiveError``, ``FileError`` or ``ProgressMonitor/Interrupted``; the destination then
    ///   contains a part of the archive.
    package func unpack(
        _ archive: borrowing VerifiedArchive,
        topDirectory: String?,
        reserved: Set<String>,
        into destination: DirectoryHandle
    ) throws -> TreeIndex {
        try read(archive, topDirectory, reserved, into: destination)
    }

    /// Reads the contents of an archive's top directory as strictly as ``unpack(_:topDirectory:reserved:into:)``
    /// does, and writes nothing.
    ///
    /// - Parameters:
    ///   - archive: The archive.
    ///   - topDirectory: The directory that must contain all members; nil if the archive has none.
    /// - Returns: The index of the files and directories that would be written.
    /// - Throws: ``ArchiveError``, ``FileError`` or ``ProgressMonitor/Interrupted``.
    package func index(
        of archive: borrowing VerifiedArchive,
        topDirectory: String?
    ) throws -> TreeIndex {
        try read(archive, topDirectory, [], into: nil)
    }

    /// Reads an archive.
    ///
    /// - Parameters:
    ///   - archive: The archive.
    ///   - topDirectory: The directory that must contain all members; nil if the archive has none.
    ///   - reserved: Names that must not occur in the top directory.
    ///   - destination: The directory to unpack into; nil to write no files.
    ///   - module: Also receives the contents of each file.
    /// - Returns: The index of the files and directories.
    /// - Throws: As ``unpack(_:topDirectory:reserved:into:)``.
    func read(
        _ archive: borrowing VerifiedArchive,
        _ topDirectory: String?,
        _ reserved: Set<String>,
        into destination: DirectoryHandle?,
        module: ModuleZip? = nil
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
            memberLimit: limits.memberCount,
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
                    into: tree,
                    module
                )
            }
            let index = try tree.finish()
            guard index.fileCount > 0 else {
                throw ArchiveError.malformed("tar: the archive contains no files")
            }
            return index
        } catch {
            tree.cancel()
            // If a writer failed, its error is the cause of this one.
            try tree.error.rethrow()
            throw error
        }
    }

    private func take(
        _ header: TarReader.Header,
        from reader: inout TarReader,
        topDirectory: String?,
        reserved: Set<String>,
        into tree: TreeWriter,
        _ module: ModuleZip?
    ) throws {
        func refusal(_ reason: String) -> ArchiveError {
            .refusedMember(name: header.displayName, reason: reason)
        }
        let link = allowsLinks ? header.linkTarget : nil
        if let reason = header.rejectionReason, link == nil { throw refusal(reason) }
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
            if form == .toolchainModule,
                header.isDirectory || ToolchainFileList.omits(path.relativePath)
            {
                // The reader skips the data of files.
                return try tree.skip()
            }
            guard !header.isDirectory else { return try tree.addDirectory(path) }
            if let link { return try tree.addLink(path, to: link) }
            guard header.byteCount >= 0, header.byteCount <= limits.byteCount else {
                throw refusal("its size is invalid: \(header.byteCount)")
            }
            try tree.beginFile(
                path,
                isExecutable: form == .archive
                    ? header.mode & 0o111 != 0
                    : ToolchainFileMode.isExecutable(path.relativePath),
                modified: header.modified
            )
        } catch let conflict as TreeWriter.Conflict {
            throw refusal(conflict.reason)
        }
        var byteCount = 0
        try module?.beginFile(path.relativePath)
        while let data = try reader.nextData() {
            try tree.append(data)
            try module?.append(data)
            byteCount += data.range.count
        }
        guard byteCount == header.byteCount else {
            throw refusal("expected \(header.byteCount) bytes, found \(byteCount)")
        }
        try tree.endFile()
        try module?.endFile()
    }
}
