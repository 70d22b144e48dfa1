internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The first and the last moments of a tree.
extension Store {
    /// The mode bits that new files have to be given by hand: all of them where a directory's default
    /// access lists take the umask's place, acl(5).
    ///
    /// - Parameter name: What is being made; its lock is held.
    /// - Returns: The bits.
    /// - Throws: ``FileError`` where that cannot be tried.
    func effectiveUmask(_ name: String) throws -> UInt32 {
        let trial = try installations.staged(name)
        return try DirectoryTrial.respectsModes(
            in: trial.directory,
            umask: session.environment.umask
        )
            ? session.environment.umask : 0o777
    }

    /// Writes receipt and index of a tree that is complete, and puts it on disk.
    func seal(
        _ staged: borrowing StagedDirectory,
        as installation: Installation,
        _ index: TreeIndex,
        compilation: Receipt.Compilation? = nil,
        archiveByteCount: Int,
        source: ArchiveSource
    ) throws {
        let monitor = session.monitor(installation.name)
        let specification = index.specification
        guard specification.count <= TreeIndex.mostBytes else {
            throw ArchiveError.tooLarge(limit: "an index of \(TreeIndex.mostBytes) bytes")
        }
        let receipt = Receipt(
            of: installation,
            compilation: compilation,
            archive: source.pin,
            archiveByteCount: archiveByteCount,
            source: source.origin,
            index: Receipt.IndexSummary(
                digest: try SHA256Digest(of: specification),
                fileCount: index.fileCount,
                byteCount: index.byteCount
            ),
            installedAt: UTCTime.now.description,
            installedBy: "gotoolprov \(ProgramIdentity.version)"
        )
        try staged.writeFile(Installations.Name.index, specification)
        try staged.writeFile(Installations.Name.receipt, Array(receipt.document.rendered.utf8))
        try staged.writeFile(Installations.Name.unpacked, [])
        if session.isDurable {
            try monitor.advance(.synchronizing, to: 0, of: 1)
            try staged.synchronize()
        }
        try monitor.check()
    }

    /// Deletes a tree in its place, the marks of a complete tree first, and last the mark that it is
    /// being deleted.
    ///
    /// Tree and bookkeeping are directories, and neither links nor mounts: what those lead to is not ours.
    func finishRemoval(of installation: Installation) throws(FileError) {
        let place = try installations.place(of: installation)
        let tree = try place.directory.directory(installation.name)
        if try tree.kind(of: Installations.Name.bookkeeping) != nil {
            let bookkeeping = try tree.directory(Installations.Name.bookkeeping)
            let mark = Installations.Name.removalFile
            if try bookkeeping.kind(of: mark) == nil {
                try bookkeeping.writeFile(mark, [])
            }
            // First, so that a tree with this mark and that of a removal is one that somebody else has
            // unpacked over what was left.
            try tree.remove(FileName(Installations.Name.unpacked))
            try tree.synchronizeNames()
            try bookkeeping.remove(FileName(Installations.Name.receiptFile))
            try bookkeeping.synchronizeNames()
            for name in try tree.names() where name != FileName(Installations.Name.bookkeeping) {
                try tree.remove(name)
            }
            for name in try bookkeeping.names() where name != FileName(mark) {
                try bookkeeping.remove(name)
            }
            try bookkeeping.remove(FileName(mark))
        }
        // With the bookkeeping directory, which is empty by now.
        try place.directory.remove(place.name)
    }
}
