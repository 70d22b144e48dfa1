internal import SystemPackage
package import ToolchainCore

extension ModuleHash {
    /// The maximum size of the zip archive of a toolchain in bytes.
    package static let maximumZipByteCount = ArchiveFile.maximumByteCount

    /// Computes the hash of the files in the zip archive of a toolchain, as the `go` command does.
    ///
    /// Lengths and CRC-32 of all members are verified, too.
    ///
    /// - Parameters:
    ///   - path: The path of the zip archive.
    ///   - module: The toolchain that it should contain.
    ///   - monitor: Receives the progress.
    /// - Throws: ``ArchiveError`` if the archive is damaged, or has a file that a toolchain module cannot have;
    ///   ``FileError`` if it cannot be read; ``HashingError``; ``ProgressMonitor/Interrupted``.
    package init(
        ofZip path: String,
        module: ToolchainModule,
        monitor: ProgressMonitor
    ) throws {
        guard
            let bytes = try FileSystem.contents(of: path, limit: Self.maximumZipByteCount + 1)
        else { throw FileError("read", path, .noSuchFileOrDirectory) }
        guard bytes.count <= Self.maximumZipByteCount else {
            throw ArchiveError.tooLarge(limit: "\(ByteCount(Self.maximumZipByteCount))")
        }
        let prefix = "\(ToolchainModule.path)@\(module.version)/"
        var limits = ZipReader.Limits()
        limits.memberByteCount = 1 << 29
        limits.byteCount = 3 << 29
        var files: [(path: String, digest: SHA256Digest)] = []
        var done = 0
        func isAny(_ name: String) -> Bool { true }
        try ZipReader.forEachFile(in: bytes, limits: limits, where: isAny) { name, contents in
            guard name.utf8.starts(with: prefix.utf8),
                let path = ToolchainFileList.originalName(
                    of: String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
                )
            else {
                throw ArchiveError.refusedMember(
                    name: name,
                    reason: "no file of this toolchain module has this name"
                )
            }
            files.append((path, try SHA256Digest(of: contents)))
            done += contents.count
            try monitor.advance(.verifying, to: done, of: max(done, bytes.count))
        }
        do {
            self = try ModuleHash(of: ToolchainFileList(module, files: files))
        } catch let problem as ToolchainFileList.Problem {
            throw ArchiveError.refusedMember(
                name: problem.path,
                reason: "no file of this toolchain module has this name"
            )
        }
    }
}
