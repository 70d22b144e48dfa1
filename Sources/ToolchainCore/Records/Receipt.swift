/// The record in an installation: what it is, which archive it was made from, when and by which gotoolprov.
package struct Receipt: Hashable, Sendable {
    /// The version of the format (docs/reference/receipt.md).
    static let schemaVersion = 1

    /// A summary of the index of the installation's files, which is stored in a separate file.
    package struct IndexSummary: Hashable, Sendable {
        /// The digest of the index.
        package let digest: SHA256Digest
        /// The number of regular files.
        package let fileCount: Int
        /// The total size of the files in bytes.
        package let byteCount: Int

        /// Creates a summary.
        package init(digest: SHA256Digest, fileCount: Int, byteCount: Int) {
            self.digest = digest
            self.fileCount = fileCount
            self.byteCount = byteCount
        }
    }

    /// How a tool was built from source.
    package struct Compilation: Hashable, Sendable {
        /// The arguments of `go build`.
        package let flags: [String]
        /// The environment variables, as `NAME=value`.
        package let environment: [String]

        /// Creates a compilation.
        package init(flags: [String], environment: [String]) {
            self.flags = flags
            self.environment = environment
        }
    }

    /// What Go's checksum database proved about the files of a toolchain that no catalog listed.
    package struct LogRecord: Hashable, Sendable {
        /// The name of the log, such as `sum.golang.org`.
        package let name: String
        /// The number of the record in the log, from 0.
        package let record: Int
        /// The size of the signed tree that has the record.
        package let treeSize: Int
        /// The recorded hash of the files.
        package let hash: ModuleHash

        /// Creates a log record.
        package init(name: String, record: Int, treeSize: Int, hash: ModuleHash) {
            self.name = name
            self.record = record
            self.treeSize = treeSize
            self.hash = hash
        }
    }

    package let installation: Installation
    /// How the tool was built; nil if the archive was only unpacked.
    package let compilation: Compilation?
    package let platform: GoPlatform
    package let archiveName: String
    package let archiveDigest: SHA256Digest
    /// The size of the archive in bytes.
    package let archiveByteCount: Int
    /// The path or URL that the archive was read from.
    package let source: String
    /// The source of the digest.
    package let voucher: String
    /// The record that proved the files; nil if the digest of the archive was known beforehand.
    ///
    /// Such an installation has only the files that the record covers, with the modes of published
    /// toolchains.
    package let log: LogRecord?
    package let index: IndexSummary
    /// When the installation was completed, as `2026-11-23T01:02:03Z`.
    package let installedAt: String
    /// The version of gotoolprov that installed it.
    package let installedBy: String

    /// Creates a receipt for an installation that was made from an archive.
    package init(
        of installation: Installation,
        compilation: Compilation? = nil,
        archive: PinnedArchive,
        archiveByteCount: Int,
        source: String,
        log: LogRecord? = nil,
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
        self.log = log
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
        if let log { document = document.adding("log", log.document) }
        return document
    }

    /// Parses a receipt.
    ///
    /// - Throws: ``JSONError`` if gotoolprov cannot have written the document, for example because it was
    ///   truncated.
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
        // gotoolprov 0.1.0 used the British spelling.
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
        log = try reader.take("log").map { node throws(JSONError) in try LogRecord(node) }
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
