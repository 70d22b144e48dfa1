/// What exists: Go releases and the archives that hold them, with their digests.
public struct Catalogue: Sendable {
    /// One Go release.
    public struct Release: Hashable, Sendable {
        /// The version.
        public let version: GoVersion
        /// When it came out, as `YYYY-MM-DD`, or `YYYY-MM` where the day is not known.
        public let date: String?
        /// Its archives, by what they are built for.
        public internal(set) var archives: [GoArchitecture: Archive]
    }

    /// One archive of a release.
    public struct Archive: Hashable, Sendable {
        /// The file's name, where it is not the official one of the version.
        let unusualFileName: String?
        /// The file's digest.
        public let digest: SHA256Digest
        /// The file's size in bytes, where it is known.
        public let byteCount: Int?
        /// The digest that this one takes the place of, said by whoever wrote the entry.
        public let replaces: SHA256Digest?
        /// Who vouches for the digest.
        public internal(set) var voucher: PinnedArchive.Voucher
    }

    /// The releases by version.
    public private(set) var releases: [GoVersion: Release]
    /// What is known of tools.
    public internal(set) var tools = ToolCatalogue()

    /// A catalogue of these releases; of two with the same version the later one stays.
    init(releases: [Release]) {
        self.releases = Dictionary(
            releases.map { ($0.version, $0) },
            uniquingKeysWith: { $1 }
        )
    }

    /// An entry that contradicts one that is there already and does not say so.
    public struct Conflict: Error, Hashable, Sendable {
        /// The archive's file name.
        public let fileName: String
        /// The digest that is pinned already.
        public let pinned: SHA256Digest
        /// The digest that the new entry gives.
        public let contradicting: SHA256Digest
        /// The digest that the new entry says it replaces, if it says one.
        public let replaces: SHA256Digest?
    }

    /// Adds the entries of `other`.
    ///
    /// An entry for an archive that is pinned already has to give the same digest, or to name the
    /// one that it replaces.
    public mutating func add(_ other: Catalogue) throws(Conflict) {
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

    /// This catalogue with those versions of Delve and those archives of tools alone that are wanted.
    public func keepingTools(
        delve isDelveKept: (ToolCatalogue.Delve) -> Bool,
        prebuilt isPrebuiltKept: (ToolCatalogue.Prebuilt) -> Bool
    ) -> Catalogue {
        var copy = self
        copy.tools.delve = tools.delve.filter { isDelveKept($0.value) }
        copy.tools.prebuilt = tools.prebuilt.filter { isPrebuiltKept($0.value) }
        return copy
    }

    /// The versions that have an archive for `platform`.
    public func versions(for platform: GoPlatform) -> [GoVersion] {
        releases.values.filter { $0.archives[platform.architecture] != nil }.map(\.version)
    }

    /// The names of all archives whose digest is known, sources and tools included.
    public var fileNames: [SHA256Digest: String] {
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

    /// The archive of `version` for `platform`, pinned by this catalogue.
    public func archive(of version: GoVersion, for platform: GoPlatform) -> PinnedArchive? {
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

/// An archive whose digest is known from somewhere other than where its bytes come from.
public struct PinnedArchive: Hashable, Sendable {
    /// Who says what the digest is.
    public enum Voucher: Hashable, Sendable {
        /// The catalogue inside this program.
        case builtIn
        /// A catalogue file that the configuration or the command line names.
        case catalogue(path: String)
        /// `--sha256` on the command line.
        case commandLine
        /// The receipt of a tree that was installed from it.
        case receipt(voucher: String)
    }

    /// What an archive holds.
    public enum Contents: Hashable, Sendable {
        /// A tree of Go.
        case go(GoVersion)
        /// A program that is built already.
        case tool(ToolBuild)
        /// What a tool is built from.
        case source(Tool, ToolVersion)

        /// What to call it: `go1.21.13`, `dlv1.25.0-go1.21.13`, `dlv1.25.0`.
        public var name: String {
            switch self {
            case .go(let version): version.toolchainName
            case .tool(let build): build.name
            case .source(let tool, let version): "\(tool)\(version)"
            }
        }
    }

    /// What the archive has to hold.
    public let contents: Contents
    /// What it has to be built for.
    public let platform: GoPlatform
    /// The file's name.
    public let fileName: String
    /// The file's digest.
    public let digest: SHA256Digest
    /// The file's size in bytes, where it is known.
    public let byteCount: Int?
    /// Who vouches for the digest.
    public let voucher: Voucher

    /// An archive pinned by `voucher`.
    public init(
        _ contents: Contents,
        platform: GoPlatform,
        fileName: String,
        digest: SHA256Digest,
        byteCount: Int?,
        voucher: Voucher
    ) {
        self.contents = contents
        self.platform = platform
        self.fileName = fileName
        self.digest = digest
        self.byteCount = byteCount
        self.voucher = voucher
    }

    /// The archive of a tool or of its source, as a catalogue has it.
    public init(_ contents: Contents, platform: GoPlatform, file: ToolCatalogue.PinnedFile) {
        self.init(
            contents,
            platform: platform,
            fileName: file.name,
            digest: file.digest,
            byteCount: file.byteCount,
            voucher: file.voucher
        )
    }
}

extension PinnedArchive.Voucher: CustomStringConvertible {
    /// `built-in catalogue`, the catalogue file's path, or `--sha256`.
    public var description: String {
        switch self {
        case .builtIn: "built-in catalogue"
        case .catalogue(let path): path
        case .commandLine: "--sha256"
        case .receipt(let voucher): voucher
        }
    }
}
