package import ToolchainHost

extension MountTable {
    /// Reads the mount table in `files`; `nil` if it cannot be read.
    package init?(in files: RootedFiles) {
        guard let table = files.bytes(Self.path, limit: Self.maximumByteCount) else { return nil }
        self.init(parsing: table)
    }
}
