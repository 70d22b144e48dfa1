/// What exists: Go releases and the archives that hold them, with their digests.
package struct Catalog: Sendable {
    /// One Go release.
    package struct Release: Hashable, Sendable {
        package let version: GoVersion
        /// When it came out, as `YYYY-MM-DD`, or `YYYY-MM` where the day is not known.
        package let date: String?
        /// Its archives, by what they are built for.
        package internal(set) var archives: [GoArchitecture: Archive]
    }

    /// One archive of a release.
    package struct Archive: Hashable, Sendable {
        /// The file's name, where it is not the official one of the version.
        let unusualFileName: String?
        /// The file's digest.
        package let digest: SHA256Digest
        /// The file's size in bytes, where it is known.
        package let byteCount: Int?
        /// The digest that this one takes the place of, said by whoever wrote the entry.
        package let replaces: SHA256Digest?
        /// Who vouches for the digest.
        package internal(set) var voucher: PinnedArchive.Voucher
    }

    /// The releases by version.
    package private(set) var releases: [GoVersion: Release]
    /// What is known of tools.
    package internal(set) var tools = ToolCatalog()

    /// A catalog of these releases; of two with the same version the later one stays.
    init(releases: [Release]) {
        self.releases = Dictionary(
            releases.map { ($0.version, $0) },
            uniquingKeysWith: { $1 }
        )
    }

    /// An entry that contradicts one that is there already and does not say so.
    package struct Conflict: Error, Hashable, Sendable {
        /// The archive's file name.
        package let fileName: String
        /// The digest that is pinned already.
        package let pinned: SHA256Digest
        /// The digest that the new entry gives.
        package let contradicting: SHA256Digest
        /// The digest that the new entry says it replaces, if it says one.
        package let replaces: SHA256Digest?
    }

    /// Adds the entries of `other`.
    ///
    /// An entry for an archive that is pinned already has to give the same digest, or to name the
    /// one that it replaces.
    package mutating func add(_ other: Catalog) throws(Conflict) {
        for (version, release) in other.releases {
            guard var merged = releases[version] else {
                releases[version] = release
                continue
            }
            for (architecture, archive) in release.archives {
                if let pinned = merged.archives[architecture], pinned.digest != archive.digest,
                    archive.replaces != pinned.digest
                {
                    throw Conflict(
                        fileName: archive.unusualFileName
                            ?? version.archiveFileName(for: GoPlatform(architecture)),
                        pinned: pinned.digest,
                        contradicting: archive.digest,
                        replaces: archive.replaces
                    )
                }
                if merged.archives[architecture]?.digest != archive.digest {
                    merged.archives[architecture] = archive
                }
            }
            releases[version] = merged
        }
        try tools.add(other.tools)
    }

    /// This catalog with those versions of Delve and those archives of tools alone that are wanted.
    package func keepingTools(
        delve isDelveKept: (ToolCatalog.Delve) -> Bool,
        prebuilt isPrebuiltKept: (ToolCatalog.Prebuilt) -> Bool
    ) -> Catalog {
        var copy = self
        copy.tools.delve = tools.delve.filter { isDelveKept($0.value) }
        copy.tools.prebuilt = tools.prebuilt.filter { isPrebuiltKept($0.value) }
        return copy
    }

    /// The versions that have an archive for `platform`.
    package func versions(for platform: GoPlatform) -> [GoVersion] {
        releases.values.filter { $0.archives[platform.architecture] != nil }.map(\.version)
    }

    /// The names of all archives whose digest is known, sources and tools included.
    package var fileNames: [SHA256Digest: String] {
        var names: [SHA256Digest: String] = [:]
        for release in releases.values {
            for (architecture, archive) in release.archives {
                names[archive.digest] =
                    archive.unusualFileName
                    ?? release.version.archiveFileName(for: GoPlatform(architecture))
            }
        }
        for release in tools.delve.values { names[release.source.digest] = release.source.name }
        for archive in tools.prebuilt.values { names[archive.file.digest] = archive.file.name }
        return names
    }

    /// The archive of `version` for `platform`, pinned by this catalog.
    package func archive(of version: GoVersion, for platform: GoPlatform) -> PinnedArchive? {
        guard let archive = releases[version]?.archives[platform.architecture] else { return nil }
        return PinnedArchive(
            .go(version),
            platform: platform,
            fileName: archive.unusualFileName ?? version.archiveFileName(for: platform),
            digest: archive.digest,
            byteCount: archive.byteCount,
            voucher: archive.voucher
        )
    }
}
