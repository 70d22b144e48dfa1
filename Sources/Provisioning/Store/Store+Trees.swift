internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Completing and deleting trees.
extension Store {
    /// Returns the mode bits to set explicitly on new files: all of them if a default access control
    /// list of the directory replaces the umask, as acl(5) describes.
    ///
    /// - Parameter name: The name of the installation, whose lock is held.
    /// - Returns: A umask for new files.
    /// - Throws: ``FileError`` if the trial fails.
    func effectiveUmask(_ name: String) throws -> UInt32 {
        let trial = try installations.staged(name)
        return try DirectoryProbe.respectsModes(
            in: trial.directory,
            umask: session.environment.umask
        )
            ? session.environment.umask : 0o777
    }

    /// Writes the receipt, the index and the completion marker of a tree, and flushes it to disk.
    func seal(
        _ staged: borrowing StagedDirectory,
        as installation: Installation,
        _ index: TreeIndex,
        compilation: Receipt.Compilation? = nil,
        archiveByteCount: Int,
        source: ArchiveSource,
        log: Receipt.LogRecord? = nil
    ) throws {
        let monitor = session.monitor(installation.name)
        let specification = index.specification
        guard specification.count <= TreeIndex.maximumByteCount else {
            throw ArchiveError.tooLarge(limit: "an index of \(TreeIndex.maximumByteCount) bytes")
        }
        let receipt = Receipt(
            of: installation,
            compilation: compilation,
            archive: source.pin,
            archiveByteCount: archiveByteCount,
            source: source.origin,
            log: log,
            index: Receipt.IndexSummary(
                digest: try SHA256Digest(of: specification),
                fileCount: index.fileCount,
                byteCount: index.byteCount
            ),
            installedAt: UTCTime.now.description,
            installedBy: "gotoolprov \(ProgramIdentity.version)"
        )
        try staged.writeFile(Installations.Name.index, specification)
        if let proof = source.claim?.proof {
            try staged.writeFile(Installations.Name.proof, proof.document)
        }
        try staged.writeFile(Installations.Name.receipt, Array(receipt.document.rendered.utf8))
        try staged.writeFile(Installations.Name.unpacked, [])
        if session.isDurable {
            try monitor.advance(.synchronizing, to: 0, of: 1)
            try staged.synchronize()
        }
        try monitor.check()
    }

    /// Deletes a tree in place: the markers of a complete tree first, the marker of the deletion last.
    ///
    /// Neither the tree nor its bookkeeping directory may be a link or a mount point: their targets are
    /// not managed.
    func finishRemoval(of installation: Installation) throws(FileError) {
        let place = try installations.place(of: installation)
        let tree = try place.directory.directory(installation.name)
        if try tree.kind(of: Installations.Name.bookkeeping) != nil {
            let bookkeeping = try tree.directory(Installations.Name.bookkeeping)
            let marker = Installations.Name.removalFile
            if try bookkeeping.kind(of: marker) == nil {
                try bookkeeping.writeFile(marker, [])
            }
            // First, so that a tree with both this marker and the deletion marker is one that was
            // unpacked over the rest.
            try tree.remove(FileName(Installations.Name.unpacked))
            try tree.synchronizeNames()
            try bookkeeping.remove(FileName(Installations.Name.receiptFile))
            try bookkeeping.synchronizeNames()
            for name in try tree.names() where name != FileName(Installations.Name.bookkeeping) {
                try tree.remove(name)
            }
            for name in try bookkeeping.names() where name != FileName(marker) {
                try bookkeeping.remove(name)
            }
            try bookkeeping.remove(FileName(marker))
        }
        // Also deletes the bookkeeping directory, which is empty now.
        try place.directory.remove(place.name)
    }
}
