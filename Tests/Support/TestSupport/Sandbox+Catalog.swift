extension Sandbox {
    /// Writes a catalog that pins one release for this host's architecture.
    ///
    /// - Parameters:
    ///   - digest: The SHA-256 of the archive.
    ///   - size: The size of the archive, in bytes, or `nil` to pin none.
    ///   - version: The release.
    ///   - name: The path of the catalog, relative to the sandbox's directory.
    /// - Returns: The path of the catalog.
    /// - Throws: ``SupportError`` if it cannot be written.
    @discardableResult
    public func pin(
        _ digest: String,
        size: Int? = nil,
        as version: String = "1.99.1",
        in name: String = "catalog.json"
    ) throws -> String {
        try pin([(version, digest, size)], in: name)
    }

    /// Writes a catalog that pins several releases for this host's architecture.
    ///
    /// - Parameters:
    ///   - releases: The versions, with the SHA-256 and size of their archives; a size of `nil` is not
    ///     pinned.
    ///   - name: The path of the catalog, relative to the sandbox's directory.
    /// - Returns: The path of the catalog.
    /// - Throws: ``SupportError`` if it cannot be written.
    @discardableResult
    public func pin(
        _ releases: [(version: String, digest: String, size: Int?)],
        in name: String = "catalog.json"
    ) throws -> String {
        let entries = releases.map { version, digest, size in
            let size = size.map { #", "size": \#($0)"# } ?? ""
            return """
                {"version": "\(version)", "archives": [
                  {"arch": "\(hostArchitecture)", "sha256": "\(digest)"\(size)}]}
                """
        }
        let text = #"{"schemaVersion": 1, "go": [\#(entries.joined(separator: ",\n"))]}"#
        return try directory.write(name, text)
    }
}
