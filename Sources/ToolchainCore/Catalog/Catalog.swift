/// The known releases of Go and of tools, and the digests of their archives.
package struct Catalog: Sendable {
    /// One Go release.
    package struct Release: Hashable, Sendable {
        package let version: GoVersion
        /// The release date as `YYYY-MM-DD`, or `YYYY-MM` if the day is unknown.
        package internal(set) var date: String?
        /// The day on which the release was added to the file that lists it, or nil if the file does not record
        /// it: an upper bound of the release date.
        package internal(set) var listedOn: CalendarDay?
        /// The archives of the release, one for each architecture.
        package internal(set) var archives: [GoArchitecture: Archive]

        /// The release date, the last day of its month if the day is unknown; nil if the file has no date.
        package var day: CalendarDay? {
            date.flatMap { CalendarDay($0) ?? CalendarDay(endOfMonth: $0) }
        }
    }

    /// One archive of a release.
    package struct Archive: Hashable, Sendable {
        /// The name of the file, if it differs from the official name for the version.
        let unusualFileName: String?
        package let digest: SHA256Digest
        /// The size of the file in bytes, if known.
        package let byteCount: Int?
        /// The digest that this entry declares to replace.
        package let replaces: SHA256Digest?
        /// The record of Go's checksum database that proved the archive when it was added, if any.
        package let log: Receipt.LogRecord?
        /// The source of the digest.
        package internal(set) var voucher: PinnedArchive.Voucher
    }

    package private(set) var releases: [GoVersion: Release]
    /// The day of the data, or nil if the file does not record it.
    package internal(set) var updated: CalendarDay?
    /// The versions of tools and the digests of their archives.
    package internal(set) var tools = ToolCatalog()

    /// Creates a catalog of `releases`; if two have the same version, the later one wins.
    init(releases: [Release]) {
        self.releases = Dictionary(
            releases.map { ($0.version, $0) },
            uniquingKeysWith: { $1 }
        )
    }

    /// A digest that contradicts a pinned one without declaring that it replaces it.
    package struct Conflict: Error, Hashable, Sendable {
        package let fileName: String
        /// The digest that was pinned first.
        package let pinned: SHA256Digest
        /// The digest in the new entry.
        package let contradicting: SHA256Digest
        /// The digest that the new entry declares to replace, if any.
        package let replaces: SHA256Digest?
    }

    /// Adds the entries of `other`.
    ///
    /// An entry for an archive that is already pinned must have the same digest, or declare in
    /// `replaces` the digest that it replaces. The first release date counts, and the earliest day on which
    /// the release was listed.
    ///
    /// - Throws: ``Conflict`` for the first entry that does neither. The entries before it have been
    ///   added.
    package mutating func add(_ other: Catalog) throws(Conflict) {
        for (version, release) in other.releases {
            guard var merged = releases[version] else {
                releases[version] = release
                continue
            }
            merged.date = merged.date ?? release.date
            merged.listedOn = [merged.listedOn, release.listedOn].compactMap(\.self).min()
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

    /// Returns a copy of the catalog with a subset of its Delve versions and prebuilt tools.
    package func keepingTools(
        delve isDelveKept: (ToolCatalog.Delve) -> Bool,
        prebuilt isPrebuiltKept: (ToolCatalog.Prebuilt) -> Bool
    ) -> Catalog {
        var copy = self
        copy.tools.delve = tools.delve.filter { isDelveKept($0.value) }
        copy.tools.prebuilt = tools.prebuilt.filter { isPrebuiltKept($0.value) }
        return copy
    }

    /// Returns the versions that have an archive for `platform`, in no particular order.
    package func versions(for platform: GoPlatform) -> [GoVersion] {
        releases.values.filter { $0.archives[platform.architecture] != nil }.map(\.version)
    }

    /// Returns whether the catalogs determine what the archive of `version` for `platform` is.
    ///
    /// - Parameters:
    ///   - version: The version.
    ///   - platform: The platform.
    /// - Returns: Whether they list it, or the built-in catalog lists the version only for other platforms:
    ///   releases never get archives for more platforms later. Any other catalog may be incomplete.
    package func determines(_ version: GoVersion, for platform: GoPlatform) -> Bool {
        guard let release = releases[version] else { return false }
        return release.archives[platform.architecture] != nil
            || release.archives.values.contains { $0.voucher == .builtIn }
    }

    /// The file names of all pinned archives by digest, including those of tools and their sources.
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

    /// Returns the archive of `version` for `platform`, or nil if the catalog does not list it.
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
