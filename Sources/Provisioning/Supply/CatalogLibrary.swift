internal import CManifests
package import ToolchainCore
internal import ToolchainHost

/// Loads the built-in catalog and those that the configuration adds.
package enum CatalogLibrary {
    /// The maximum size of a catalog file, in bytes: of those that are read, and of those that are written.
    static let mostBytes = 16 << 20

    /// Loads and merges all catalogs.
    ///
    /// This takes a few milliseconds, so do it only when a digest or the newest version is required.
    ///
    /// - Parameters:
    ///   - files: The absolute paths of catalog files, which are trusted like the configuration.
    ///   - sites: The catalogs of sites, whose signatures were verified.
    /// - Returns: The merged catalog.
    /// - Throws: ``Failure`` of kind `configuration` for a file that cannot be read or is invalid, of
    ///   kind `integrity` for one that contradicts a pinned digest without `replaces`.
    package static func load(
        adding files: [String],
        sites: [UsedSite] = []
    ) throws(Failure) -> Catalog {
        var catalog = try builtIn()
        for path in files { try add(path, to: &catalog) }
        for site in sites {
            do {
                try catalog.add(try site.catalog())
            } catch let conflict as Catalog.Conflict {
                throw contradiction(
                    conflict,
                    "the catalog of the site \(site.name)",
                    [.init("version", site.signed.catalog.version)]
                )
            } catch {
                throw Failure(.defect, "the catalog of the site \(site.name) cannot be read")
            }
        }
        return catalog
    }

    private static func builtIn() throws(Failure) -> Catalog {
        do {
            var catalog = try unsafe parsed(cmanifests_go())
            try catalog.add(try unsafe parsed(cmanifests_delve()))
            try catalog.add(try unsafe parsed(cmanifests_gopls()))
            return catalog
        } catch {
            throw Failure(
                .defect,
                "the built-in catalog is invalid",
                facts: [.init("because", "\(error)")]
            )
        }
    }

    private static func parsed(_ file: cmanifests_file) throws(JSONError) -> Catalog {
        let bytes = unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
        return try Catalog(parsing: bytes, voucher: .builtIn)
    }

    /// Reads a catalog file, to which entries can be added.
    ///
    /// - Parameters:
    ///   - path: The absolute path of the file.
    ///   - voucher: The source of its digests.
    /// - Returns: The file, or `nil` if it does not exist.
    /// - Throws: ``Failure`` of kind `configuration` if it cannot be read or is invalid.
    static func file(
        at path: String,
        voucher: PinnedArchive.Voucher
    ) throws(Failure) -> CatalogFile? {
        guard let bytes = try contents(of: path) else { return nil }
        do {
            return try CatalogFile(parsing: bytes, voucher: voucher)
        } catch {
            throw invalid(path, bytes, error)
        }
    }

    /// Returns the day of the data of a catalog file.
    ///
    /// - Parameter path: The absolute path of the file.
    /// - Returns: The day, or `nil` if the file does not record it or does not exist.
    /// - Throws: ``Failure`` of kind `configuration` if it cannot be read or is invalid.
    package static func day(ofFile path: String) throws(Failure) -> CalendarDay? {
        try file(at: path, voucher: .catalog(path: path))?.catalog.updated
    }

    private static func contents(of path: String) throws(Failure) -> [UInt8]? {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: mostBytes + 1)
        } catch {
            throw Failure(
                .configuration,
                "cannot read the catalog file",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        }
        guard bytes.map({ $0.count <= mostBytes }) ?? true else {
            throw Failure(
                .configuration,
                "the catalog file is too large",
                facts: [.init("file", path), .init("limit", ByteCount(mostBytes))]
            )
        }
        return bytes
    }

    private static func invalid(_ path: String, _ bytes: [UInt8], _ error: JSONError) -> Failure {
        let location = error.location(in: bytes)
        return Failure(
            .configuration,
            "the catalog file is invalid",
            facts: [
                .init("file", "\(path):\(location.line):\(location.column)"),
                .init("because", error.reason),
            ],
            hint: "see docs/reference/catalog.md"
        )
    }

    private static func add(_ path: String, to catalog: inout Catalog) throws(Failure) {
        guard let bytes = try contents(of: path) else {
            throw Failure(
                .configuration,
                "the catalog file does not exist",
                facts: [.init("file", path)],
                hint:
                    "copy the file there, or correct its path in `--catalog` or in `catalogs` of the"
                    + " manifest"
            )
        }
        let added: Catalog
        do {
            added = try Catalog(parsing: bytes, voucher: .catalog(path: path))
        } catch {
            throw invalid(path, bytes, error)
        }
        do {
            try catalog.add(added)
        } catch {
            throw contradiction(error, "the catalog file", [.init("file", path)])
        }
    }

    private static func contradiction(
        _ conflict: Catalog.Conflict,
        _ subject: String,
        _ facts: [Failure.Fact]
    ) -> Failure {
        var facts =
            facts + [
                .init("archive", conflict.fileName), .init("pinned", conflict.pinned),
                .init("in this file", conflict.contradicting),
            ]
        if let replaces = conflict.replaces { facts.append(.init("replaces", replaces)) }
        return Failure(
            .integrity,
            "\(subject) contradicts a pinned digest",
            facts: facts,
            hint: "if this is intended, add `\"replaces\": \"\(conflict.pinned)\"` to the entry"
        )
    }
}
