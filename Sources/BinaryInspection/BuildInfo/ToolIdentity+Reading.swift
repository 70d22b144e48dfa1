package import ToolchainCore

extension ToolIdentity {
    /// What the file at `path` says it is; nil where it cannot be read or does not tell.
    package static func read(at path: String) -> ToolIdentity? {
        guard let file = try? BinaryFile.opening(path), let elf = try? ELFFile(file) else {
            return nil
        }
        return ToolIdentity(of: file, elf)
    }

    /// As above; nil also where it is something else.
    package static func read(at path: String, as name: String) -> ToolIdentity? {
        read(at: path).flatMap { $0.name == name ? $0 : nil }
    }

    /// Whether the program at a path is Delve; nil where its file does not say what it is.
    package static func isDelve(at path: String) -> Bool? {
        read(at: path).map { $0.packagePath == Tool.delve.package }
    }

    /// Its version; of a Delve that was built from a source archive the catalog tells it.
    package func release(_ table: () -> ToolCatalog?) -> ToolVersion? {
        version.flatMap { ToolVersion($0) }
            ?? delveBuild.flatMap { table()?.delveVersion(ofBlob: $0) }
    }
}
