/// The record inside an installed tree: what it is, from where, who vouched, by whom and when.
package struct Receipt: Hashable, Sendable {
    /// The version of the format: docs/reference/receipt.md.
    static let schemaVersion = 1

    /// A summary of the index of the tree's files, which is a file of its own.
    package struct IndexSummary: Hashable, Sendable {
        /// The index file's digest.
        package let digest: SHA256Digest
        /// How many regular files it lists.
        package let fileCount: Int
        /// The sum of their sizes.
        package let byteCount: Int

        /// A summary from its parts.
        package init(digest: SHA256Digest, fileCount: Int, byteCount: Int) {
            self.digest = digest
            self.fileCount = fileCount
            self.byteCount = byteCount
        }
    }

    /// How a program was made from its source.
    package struct Compilation: Hashable, Sendable {
        /// The arguments of `go build`.
        package let flags: [String]
        /// The variables that it was given, as `NAME=value`.
        package let environment: [String]

        /// A compilation from its parts.
        package init(flags: [String], environment: [String]) {
            self.flags = flags
            self.environment = environment
        }
    }

    /// What is in the tree.
    package let installation: Installation
    /// How it was made from the archive, where that holds its source; nil for what was unpacked.
    package let compilation: Compilation?
    /// What it is built for.
    package let platform: GoPlatform
    package let archiveName: String
    package let archiveDigest: SHA256Digest
    /// The archive's size in bytes.
    package let archiveByteCount: Int
    /// Where the archive was read from.
    package let source: String
    /// Who vouched for the digest.
    package let voucher: String
    /// What the tree holds.
    package let index: IndexSummary
    /// When the tree was completed, as `2026-11-23T01:02:03Z`.
    package let installedAt: String
    /// Which gotoolprov did it.
    package let installedBy: String

    /// A receipt for what was made from an archive.
    package init(
        of installation: Installation,
        compilation: Compilation? = nil,
        archive: PinnedArchive,
        archiveByteCount: Int,
        source: String,
        index: IndexSummary,
        installedAt: String,
        installedBy: String
    ) {
        self.installation = installation
        self.compilation = compilation
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
    package var document: JSONValue {
        var tool = "go"
        var version: String
        var builder: String?
        switch installation {
        case .go(let goVersion): version = goVersion.description
        case .tool(let build):
            tool = build.tool.name
            version = build.version.description
            builder = build.builder.description
        }
        var document: JSONValue = [
            "schemaVersion": .integer(Self.schemaVersion),
            "tool": .string(tool),
            "version": .string(version),
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
        if let builder { document = document.adding("builtWith", .string(builder)) }
        if let compilation {
            document = document.adding(
                "compilation",
                [
                    "flags": .array(compilation.flags.map { .string($0) }),
                    "environment": .array(compilation.environment.map { .string($0) }),
                ]
            )
        }
        return document
    }

    /// Reads a receipt.
    ///
    /// - Throws: ``JSONError`` for whatever no gotoolprov can have written, a torn file above all.
    package init(parsing document: [UInt8]) throws(JSONError) {
        var reader = try JSONReader.read(document, dialect: .strict).object()
        let schema = try reader.require("schemaVersion")
        guard try schema.count() == Self.schemaVersion else {
            throw JSONError("unsupported schemaVersion", at: schema.position)
        }
        installation = try Self.installation(&reader)
        _ = try reader.require("os").string()
        let architectureNode = try reader.require("arch")
        guard let architecture = GoArchitecture(rawValue: try architectureNode.string()) else {
            throw JSONError("unknown architecture", at: architectureNode.position)
        }
        platform = GoPlatform(architecture)
        var archive = try reader.require("archive").object()
        archiveName = try archive.require("file").string()
        archiveDigest = try archive.require("sha256").digest()
        archiveByteCount = try archive.require("size").count()
        source = try archive.require("source").string()
        let voucher = try archive.require("voucher").string()
        // 0.1.0 wrote the second.
        self.voucher =
            voucher == "built-in catalogue" ? PinnedArchive.Voucher.builtIn.description : voucher
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
        if let node = reader.take("compilation") {
            var compilation = try node.object()
            self.compilation = Compilation(
                flags: try compilation.require("flags").strings(),
                environment: try compilation.require("environment").strings()
            )
            try compilation.finish()
        } else {
            compilation = nil
        }
        try reader.finish()
    }

    private static func installation(
        _ reader: inout JSONObjectReader
    ) throws(JSONError) -> Installation {
        let toolNode = try reader.require("tool")
        let name = try toolNode.string()
        let versionNode = try reader.require("version")
        let text = try versionNode.string()
        if name == "go" {
            guard let version = GoVersion(text) else {
                throw JSONError("invalid Go version", at: versionNode.position)
            }
            return .go(version)
        }
        let builderNode = try reader.require("builtWith")
        guard let tool = Tool(name), let version = ToolVersion(text),
            let builder = GoVersion(try builderNode.string())
        else {
            throw JSONError("the receipt is for another tool", at: toolNode.position)
        }
        return .tool(ToolBuild(tool: tool, version: version, builder: builder))
    }
}
