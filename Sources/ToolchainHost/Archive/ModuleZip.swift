package import ToolchainCore

/// The zip archive in which module proxies serve a toolchain
/// (docs/facts/go-toolchains.md#hash-of-a-toolchain).
final class ModuleZip {
    private let writer: ZipWriter
    private let prefix: String

    init(_ module: ToolchainModule, _ file: consuming OwnedDescriptor) throws {
        writer = try ZipWriter(file)
        prefix = "\(ToolchainModule.path)@\(module.version)/"
    }

    func beginFile(_ path: String) throws {
        try writer.beginFile(prefix + ToolchainFileList.nameInModule(of: path))
    }

    func append(_ data: FileBytes) throws {
        try unsafe writer.append(
            UnsafeRawBufferPointer(rebasing: data.lease.slab.filled[data.range])
        )
    }

    func endFile() throws { try writer.endFile() }

    func finish(durably: Bool) throws { try writer.finish(durably: durably) }
}

extension ArchiveUnpacker {
    /// Writes the module that has the toolchain of an archive, in one pass and with bounded memory.
    ///
    /// The archive is read as strictly as ``index(of:topDirectory:)`` does. The same archive gives the same bytes.
    ///
    /// - Parameters:
    ///   - module: The toolchain.
    ///   - archive: The archive.
    ///   - topDirectory: The directory that must contain all members; nil if the archive has none.
    ///   - name: The name of the file to create; the caller deletes it if an error is thrown.
    ///   - directory: The directory of the file.
    /// - Returns: The hash of the module's files, which is to be compared with the recorded one.
    /// - Throws: ``ArchiveError``, ``FileError``, ``HashingError``, ``ToolchainFileList/Problem`` or
    ///   ``ProgressMonitor/Interrupted``.
    package func writeModule(
        _ module: ToolchainModule,
        of archive: borrowing VerifiedArchive,
        topDirectory: String?,
        to name: String,
        in directory: DirectoryHandle
    ) throws -> ModuleHash {
        var reader = self
        reader.form = .toolchainModule
        let file = try directory.createFile(name, mode: 0o600, umask: umask)
        let zip = try ModuleZip(module, file)
        let index = try reader.read(archive, topDirectory, [], into: nil, module: zip)
        let hash = try ModuleHash(of: ToolchainFileList(module, index: index))
        try zip.finish(durably: isDurable)
        return hash
    }
}
