package import ToolchainCore

/// An archive in a mirror, as its index lists it.
package struct MirrorEntry: Hashable, Sendable {
    /// What vouched for the archive when it was added.
    ///
    /// Hosts do not trust this: they verify each archive again.
    package enum Evidence: String, Hashable, Sendable, CaseIterable {
        /// The built-in catalog lists its digest.
        case pinned
        /// Go's checksum database records the hash of its files.
        case log
        /// A catalog of the site lists its digest.
        case site
    }

    /// The suffix of the log proof beside an archive.
    package static let proofSuffix = ".tlog-proof"

    /// What the archive contains.
    package let contents: PinnedArchive.Contents
    /// The architecture; nil for source code.
    package let architecture: GoArchitecture?
    /// Where the archive is.
    package let path: MirrorPath
    /// The size in bytes.
    package let byteCount: Int
    package let digest: SHA256Digest
    package let evidence: Evidence
    /// The record in the log, if its proof is beside the archive; never nil if ``evidence`` is `log`.
    package let log: Receipt.LogRecord?

    /// Creates an entry.
    ///
    /// - Returns: Nil if the members contradict each other: source code for an architecture, a proof for
    ///   anything but a Go toolchain, a path in a directory for other contents, or an official file name of another
    ///   version.
    package init?(
        _ contents: PinnedArchive.Contents,
        architecture: GoArchitecture?,
        path: MirrorPath,
        byteCount: Int,
        digest: SHA256Digest,
        evidence: Evidence,
        log: Receipt.LogRecord?
    ) {
        guard path.directory == contents.directoryName, byteCount > 0,
            log != nil || evidence != .log
        else { return nil }
        switch contents {
        case .go(let version):
            guard let architecture, !version.isLanguageVersion else { return nil }
            if let named = GoVersion(archiveFileName: path.fileName) {
                guard named == version,
                    path.fileName == version.archiveFileName(for: GoPlatform(architecture))
                else { return nil }
            }
        case .tool: guard architecture != nil, log == nil else { return nil }
        case .source: guard architecture == nil, log == nil else { return nil }
        }
        self.contents = contents
        self.architecture = architecture
        self.path = path
        self.byteCount = byteCount
        self.digest = digest
        self.evidence = evidence
        self.log = log
    }

    /// Whether a log proof is beside the archive.
    package var hasProof: Bool { log != nil }
}

// MARK: - JSON

extension MirrorEntry {
    /// The entry in ``MirrorIndex``.
    package var document: JSONValue {
        var document = Self.start(contents, architecture: architecture, path: path)
            .adding("size", .integer(byteCount))
            .adding("sha256", .string(digest.description))
            .adding("evidence", .string(evidence.rawValue))
        if let log { document = document.adding("log", log.document) }
        return document
    }

    /// The members that say which archive it is.
    package static func start(
        _ contents: PinnedArchive.Contents,
        architecture: GoArchitecture?,
        path: MirrorPath
    ) -> JSONValue {
        var document: JSONValue = ["path": .string(path.description)]
        switch contents {
        case .go(let version):
            document = document.adding("kind", "go").adding("version", .string("\(version)"))
        case .source(let tool, let version):
            document = document.adding("kind", "source").adding("tool", .string(tool.name))
                .adding("version", .string(version.description))
        case .tool(let build):
            document = document.adding("kind", "tool").adding("tool", .string(build.tool.name))
                .adding("version", .string(build.version.description))
                .adding("builtWith", .string(build.builder.description))
        }
        if let architecture {
            document = document.adding("arch", .string(architecture.rawValue))
        }
        return document
    }

    /// Reads what ``document`` is.
    ///
    /// - Throws: ``DocumentError`` for a value that is invalid, or contradicts another.
    init(_ reader: ObjectReader) throws(DocumentError) {
        guard let path = MirrorPath(try reader.requiredString("path")) else {
            throw reader.error("expected DIRECTORY/FILE in portable characters", at: "path")
        }
        guard let byteCount = try reader.count("size") else {
            throw reader.error("is missing", at: "size")
        }
        guard let digest: SHA256Digest = try reader.value("sha256") else {
            throw reader.error("is missing", at: "sha256")
        }
        guard let evidence = Evidence(rawValue: try reader.requiredString("evidence")) else {
            throw reader.error("expected pinned, log or site", at: "evidence")
        }
        let architecture = try reader.string("arch").map { name throws(DocumentError) in
            guard let architecture = GoArchitecture(rawValue: name) else {
                throw reader.error("unknown architecture", at: "arch")
            }
            return architecture
        }
        let log = try reader.object("log") { reader throws(DocumentError) in
            try Receipt.LogRecord(reader)
        }
        guard
            let entry = MirrorEntry(
                try Self.contents(reader),
                architecture: architecture,
                path: path,
                byteCount: byteCount,
                digest: digest,
                evidence: evidence,
                log: log
            )
        else { throw DocumentError("the members of this archive contradict each other") }
        self = entry
    }

    private static func contents(
        _ reader: ObjectReader
    ) throws(DocumentError) -> PinnedArchive.Contents {
        func goVersion(_ key: String) throws(DocumentError) -> GoVersion {
            guard let version = GoVersion(try reader.requiredString(key)) else {
                throw reader.error("expected a Go version", at: key)
            }
            return version
        }
        func tool() throws(DocumentError) -> (Tool, ToolVersion) {
            guard let tool = Tool(try reader.requiredString("tool")) else {
                throw reader.error("expected the name of a tool", at: "tool")
            }
            guard let version = ToolVersion(try reader.requiredString("version")) else {
                throw reader.error("expected the version of a tool", at: "version")
            }
            return (tool, version)
        }
        switch try reader.requiredString("kind") {
        case "go": return .go(try goVersion("version"))
        case "source":
            let (tool, version) = try tool()
            return .source(tool, version)
        case "tool":
            let (tool, version) = try tool()
            let builder = try goVersion("builtWith")
            return .tool(ToolBuild(tool: tool, version: version, builder: builder))
        default: throw reader.error("expected go, source or tool", at: "kind")
        }
    }
}

extension Receipt.LogRecord {
    /// Reads a record in an index.
    fileprivate init(_ reader: ObjectReader) throws(DocumentError) {
        guard let record = try reader.count("record"), let treeSize = try reader.count("treeSize"),
            record < treeSize
        else {
            throw reader.error("expected a record of the tree", at: "record")
        }
        guard let hash = ModuleHash(parsing: try reader.requiredString("h1")) else {
            throw reader.error("invalid h1 hash", at: "h1")
        }
        self.init(
            name: try reader.requiredString("name"),
            record: record,
            treeSize: treeSize,
            hash: hash
        )
    }
}
