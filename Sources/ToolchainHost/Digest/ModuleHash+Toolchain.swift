package import ToolchainCore

extension ModuleHash {
    /// Computes the hash of a toolchain's files, as Go's checksum database records it.
    ///
    /// - Parameter files: The list of files and digests; the files themselves are not read.
    /// - Throws: ``HashingError`` if OpenSSL fails.
    package init(of files: ToolchainFileList) throws {
        var hasher = try SHA256Hasher.starting()
        try files.forEachPiece { piece in
            unsafe try piece.withUnsafeBytes { try unsafe hasher.update($0) }
        }
        self.init(try hasher.finish())
    }
}
