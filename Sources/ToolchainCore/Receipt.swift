/// The record inside an installed tree: what it is, from where, who vouched, by whom and when.
public struct Receipt: Hashable, Sendable {
    /// The version of the format: docs/RECEIPT-FORMAT.md.
    static let schemaVersion = 1

    /// A summary of the index of the tree's files, which is a file of its own.
    public struct IndexSummary: Hashable, Sendable {
        /// The index file's digest.
        public let digest: SHA256Digest
        /// How many regular files it lists.
        public let fileCount: Int
        /// The sum of their sizes.
        public let byteCount: Int

        /// A summary from its parts.
        public init(digest: SHA256Digest, fileCount: Int, byteCount: Int) {
            self.digest = digest
            self.fileCount = fileCount
            self.byteCount = byteCount
        }
    }

    /// The version in the tree.
    public let version: GoVersion
    /// What it is built for.
    public let platform: GoPlatform
    /// The name of the archive.
    public let archiveName: String
    /// The archive's digest.
    public let archiveDigest: SHA256Digest
    /// The archive's size in bytes.
    public let archiveByteCount: Int
    /// Where the archive was read from.
    public let source: String
    /// Who vouched for the digest.
    public let voucher: String
    /// What the tree holds.
    public let index: IndexSummary
    /// When the tree was completed, as `2026-11-23T01:02:03Z`.
    public let installedAt: String
    /// Which gotoolprov did it.
    public let installedBy: String

    /// A receipt for an archive that was unpacked.
    public init(
        archive: PinnedArchive,
        archiveByteCount: Int,
        source: String,
        index: IndexSummary,
        installedAt: String,
        installedBy: String
    ) {
        version = archive.version
        platform = archive.platform
        archiveName = archive.fileName
        archiveDigest = archive.digest
        self.archiveByteCount = archiveByteCount
        self.source = source
        voucher = archive.voucher.description
        self.index = index
        self.installedAt = installedAt
        self.installedBy = installedBy
    }

    /// The receipt as a JSON document.
    public var document: JSONValue {
        [
            "schemaVersion": .integer(Self.schemaVersion),
            "tool": "go",
            "version": .string(version.description),
            "os": .string(GoPlatform.operatingSystem),
            "arch": .string(platform.architecture.rawValue),
            "archive": [
                "file": .string(archiveName),
                "sha256": .string(archiveDigest.description),
                "size": .integer(archiveByteCount),
                "source": .string(source),
                "voucher": .string(voucher),
            ],
            "index": [
                "sha256": .string(index.digest.description),
                "files": .integer(index.fileCount),
                "bytes": .integer(index.byteCount),
            ],
            "installedAt": .string(installedAt),
            "installedBy": .string(installedBy),
        ]
    }

    /// Reads a receipt.
    ///
    /// - Throws: ``JSONError`` for whatever no gotoolprov can have written, a torn file above all.
    public init(parsing document: [UInt8]) throws(JSONError) {
        var reader = try JSONReader.read(document, dialect: .strict).object()
        let schema = try reader.require("schemaVersion")
        guard try schema.count() == Self.schemaVersion else {
            throw JSONError("a receipt of another schemaVersion", at: schema.position)
        }
        let tool = try reader.require("tool")
        guard try tool.string() == "go" else {
            throw JSONError("a receipt of another tool", at: tool.position)
        }
        let versionNode = try reader.require("version")
        guard let version = GoVersion(try versionNode.string()) else {
            throw JSONError("not a Go version", at: versionNode.position)
        }
        _ = try reader.require("os").string()
        let architectureNode = try reader.require("arch")
        guard let architecture = GoArchitecture(rawValue: try architectureNode.string()) else {
            throw JSONError("not an architecture", at: architectureNode.position)
        }
        self.version = version
        platform = GoPlatform(architecture)
        var archive = try reader.require("archive").object()
        archiveName = try archive.require("file").string()
        archiveDigest = try archive.require("sha256").digest()
        archiveByteCount = try archive.require("size").count()
        source = try archive.require("source").string()
        voucher = try archive.require("voucher").string()
        try archive.finish()
        var index = try reader.require("index").object()
        self.index = IndexSummary(
            digest: try index.require("sha256").digest(),
            fileCount: try index.require("files").count(),
            byteCount: try index.require("bytes").count()
        )
        try index.finish()
        installedAt = try reader.require("installedAt").string()
        installedBy = try reader.require("installedBy").string()
        try reader.finish()
    }
}
