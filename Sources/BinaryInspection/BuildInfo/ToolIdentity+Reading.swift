package import ToolchainCore

extension ToolIdentity {
    /// Identifies the file at `path`; returns nil if it cannot be read or is not a Go program.
    package static func read(at path: String) -> ToolIdentity? {
        guard let file = try? BinaryFile.opening(path), let elf = try? ELFFile(file) else {
            return nil
        }
        return ToolIdentity(of: file, elf)
    }

    /// Identifies the file at `path`; also returns nil if it is not the tool `name`.
    package static func read(at path: String, as name: String) -> ToolIdentity? {
        read(at: path).flatMap { $0.name == name ? $0 : nil }
    }

    /// Returns whether the program at a path is Delve; nil if it cannot be identified.
    package static func isDelve(at path: String) -> Bool? {
        read(at: path).map { $0.packagePath == Tool.delve.package }
    }

    /// Returns the version; for a Delve built from a source archive, the catalog determines it.
    ///
    /// - Parameter table: Loads the catalog; called only if it is required.
    /// - Returns: The version; nil if it is unknown.
    package func release(_ table: () -> ToolCatalog?) -> ToolVersion? {
        version.flatMap { ToolVersion($0) }
            ?? delveBuild.flatMap { table()?.delveVersion(ofBlob: $0) }
    }
}
