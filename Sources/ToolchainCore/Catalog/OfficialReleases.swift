/// The releases in Go's official download list: https://go.dev/dl/?mode=json&include=all.
///
/// The list is not signed. It names releases, and is a second witness of the digest of an archive.
package struct OfficialReleases: Equatable, Sendable {
    /// One release with at least one Linux archive.
    package struct Release: Hashable, Sendable {
        package let version: GoVersion
        /// Whether the list calls the release stable.
        package let isStable: Bool
        /// The archives for Linux with their official names, one for each architecture.
        package let archives: [GoArchitecture: Archive]
    }

    /// The digest and the size of one archive.
    package struct Archive: Hashable, Sendable {
        package let digest: SHA256Digest
        /// The size in bytes.
        package let byteCount: Int
    }

    /// The largest list that is read, in bytes.
    package static let mostBytes = 16 << 20
    private static let mostReleases = 10_000
    private static let mostFiles = 1_000
    private static let largestArchive = 1 << 40

    /// The releases by version.
    package let releases: [GoVersion: Release]

    /// Parses the list as the official site serves it.
    ///
    /// Only Linux archives with their official names count. The first releases have no SHA-256 there, and
    /// are skipped; so are names that are not versions, and unknown members.
    ///
    /// - Throws: ``DocumentError`` with the path of the first invalid row.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        guard document.count <= Self.mostBytes else {
            throw DocumentError("larger than \(Self.mostBytes) bytes")
        }
        try self.init(
            ObjectReader.list(parsing: document, limit: Self.mostReleases, Self.release)
        )
    }

    /// Reads the list for `key` of an object.
    ///
    /// - Throws: ``DocumentError`` as ``init(parsing:)`` does, also if the list is absent.
    init(_ key: String, of reader: ObjectReader) throws(DocumentError) {
        guard reader.contains(key) else { throw reader.error("is missing", at: key) }
        do {
            try self.init(reader.list(key, limit: Self.mostReleases, Self.release))
        } catch {
            throw error.path.hasPrefix(key) ? error : error.within(key)
        }
    }

    private init(_ rows: [Release?]) throws(DocumentError) {
        var releases: [GoVersion: Release] = [:]
        for (index, row) in rows.enumerated() {
            guard let release = row else { continue }
            guard releases.updateValue(release, forKey: release.version) == nil else {
                throw DocumentError("\(release.version) occurs twice", at: "[\(index)].version")
            }
        }
        self.releases = releases.filter { !$0.value.archives.isEmpty }
    }

    private static func release(_ reader: ObjectReader) throws(DocumentError) -> Release? {
        let name = try reader.requiredString("version")
        guard let isStable = try reader.boolean("stable") else {
            throw reader.error("is missing", at: "stable")
        }
        // The first release is called `go1`, which is not a version of Go's grammar.
        let version = GoVersion(name).flatMap { $0.toolchainName == name ? $0 : nil }
        let files = try reader.list("files", limit: mostFiles) { file throws(DocumentError) in
            try archive(file, of: version, named: name)
        }
        guard let version, !version.isLanguageVersion, version.suffix.isEmpty else { return nil }
        var archives: [GoArchitecture: Archive] = [:]
        for (index, file) in files.enumerated() {
            guard let (architecture, archive) = file else { continue }
            guard archives.updateValue(archive, forKey: architecture) == nil else {
                throw DocumentError("a second archive for \(architecture)", at: "files[\(index)]")
            }
        }
        return Release(version: version, isStable: isStable, archives: archives)
    }

    /// Returns the archive in a row, or nil for a file of another kind.
    private static func archive(
        _ reader: ObjectReader,
        of version: GoVersion?,
        named name: String
    ) throws(DocumentError) -> (GoArchitecture, Archive)? {
        let system = try reader.requiredString("os")
        let kind = try reader.requiredString("kind")
        let fileName = try reader.requiredString("filename")
        let architectureName = try reader.requiredString("arch")
        guard let version, system == GoPlatform.operatingSystem, kind == "archive",
            let architecture = GoArchitecture(archiveName: architectureName),
            fileName == version.archiveFileName(for: GoPlatform(architecture))
        else { return nil }
        guard try reader.string("version") ?? name == name else {
            throw reader.error("expected \(name)", at: "version")
        }
        // The digests of the first releases are SHA-1, and are not in the list.
        guard try reader.requiredString("sha256") != "" else { return nil }
        guard let digest: SHA256Digest = try reader.value("sha256"),
            let byteCount = try reader.count("size", upTo: largestArchive)
        else { throw reader.error("is missing", at: "size") }
        return (architecture, Archive(digest: digest, byteCount: byteCount))
    }

    /// Returns the archive of a version for a platform, or nil if the list does not have it.
    package func archive(of version: GoVersion, for platform: GoPlatform) -> Archive? {
        releases[version]?.archives[platform.architecture]
    }

    /// Returns the versions with an archive for `platform` that a request may select, in no particular
    /// order: those that the list calls stable, and pre-releases.
    package func versions(for platform: GoPlatform) -> [GoVersion] {
        releases.values.filter { release in
            release.archives[platform.architecture] != nil
                && release.isStable == release.version.isStable
        }.map(\.version)
    }
}
