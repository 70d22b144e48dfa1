package import ToolchainCore

extension ModuleHash {
    /// The hash of a toolchain's files, as Go's checksum database records it for the published toolchain.
    ///
    /// Nothing is read: the digests of the files are those of the list.
    ///
    /// - Parameter files: The files.
    /// - Throws: An error where OpenSSL has no SHA-256.
    package init(of files: ToolchainFileList) throws {
        var hasher = try SHA256Hasher.starting()
        try files.forEachPiece { piece in
            unsafe try piece.withUnsafeBytes { try unsafe hasher.update($0) }
        }
        self.init(try hasher.finish())
    }
}
