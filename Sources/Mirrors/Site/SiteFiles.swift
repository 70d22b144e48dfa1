internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The catalog of the site in a mirror, and its signature.
enum SiteFiles {
    static let catalogName = "catalog.json"
    static let signatureName = "catalog.json.sig"

    /// Reads a file; nil if it does not exist.
    ///
    /// - Throws: ``Failure`` if it cannot be read or is too large.
    static func contents(
        _ name: String,
        of tree: MirrorTree,
        limit: Int
    ) throws(Failure) -> [UInt8]? {
        let path = tree.path(of: name)
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: limit + 1)
        } catch {
            throw Failure(reading: error, what: "cannot read the site catalog of the mirror")
        }
        guard let bytes, bytes.count > limit else { return bytes }
        throw Failure(
            .integrity,
            "the file is larger than \(ByteCount(limit))",
            facts: [.init("file", path)]
        )
    }

    /// Reads the catalog; nil if the mirror has none.
    ///
    /// - Throws: ``Failure`` if the file is not a catalog of a site.
    static func catalog(of tree: MirrorTree) throws(Failure) -> SiteCatalog? {
        guard let bytes = try contents(catalogName, of: tree, limit: SiteCatalog.mostBytes) else {
            return nil
        }
        do {
            return try SiteCatalog(parsing: bytes)
        } catch {
            let location = error.location(in: bytes)
            throw Failure(
                .integrity,
                "\(catalogName) of the mirror is not a catalog of a site",
                facts: [
                    .init(
                        "file",
                        "\(tree.path(of: catalogName)):\(location.line):\(location.column)"
                    ), .init("because", error.reason),
                ],
                hint:
                    "if it is a catalog file, move it away and name it with `--artifacts`; never edit a"
                    + " catalog of a site by hand"
            )
        }
    }
}
