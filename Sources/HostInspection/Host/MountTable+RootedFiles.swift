package import ToolchainHost

extension MountTable {
    /// The file systems of the host that `files` are of; nil where that cannot be told.
    package init?(in files: RootedFiles) {
        guard let table = files.bytes(Self.path, limit: Self.mostBytes) else { return nil }
        self.init(parsing: table)
    }
}
