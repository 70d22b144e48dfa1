package import ToolchainCore
internal import ToolchainHost

extension Supply {
    /// Reads a saved copy of the official list of releases.
    ///
    /// - Parameter path: The absolute path of the file.
    /// - Returns: The list.
    /// - Throws: ``Failure`` of kind `unavailable` if it does not exist or cannot be read, of kind
    ///   `integrity` if it is not such a list.
    package func officialReleases(inFile path: String) throws(Failure) -> OfficialReleases {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: OfficialReleases.mostBytes + 1)
        } catch {
            throw Failure(
                .unavailable,
                "cannot read the list of releases",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        }
        guard let bytes else {
            throw Failure(
                .unavailable,
                "the list of releases does not exist",
                facts: [.init("file", path)]
            )
        }
        do {
            return try OfficialReleases(parsing: bytes)
        } catch {
            throw Failure(
                .integrity,
                "the file is not a list of Go releases",
                facts: [.init("file", path), .init("because", error)],
                hint: "save https://go.dev/dl/?mode=json&include=all"
            )
        }
    }
}
