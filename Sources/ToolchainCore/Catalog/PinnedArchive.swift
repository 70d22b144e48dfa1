/// An archive whose digest is known independently of the server or directory that its bytes come from.
package struct PinnedArchive: Hashable, Sendable {
    /// The source of a digest, which the user trusts.
    package enum Voucher: Hashable, Sendable {
        /// The catalog that is compiled into gotoolprov.
        case builtIn
        /// A catalog file named in the configuration or on the command line.
        case catalog(path: String)
        /// The `--sha256` option.
        case commandLine
        /// Go's checksum database: the digest was computed from a file whose contents the log proves.
        case log
        /// The list of releases of go.dev, for files that the log proves.
        case officialList
        /// The signed catalog of a site.
        case site(SiteVoucher)
        /// The receipt of an installation made from the archive, which recorded this source.
        case receipt(voucher: String)
    }

    /// The contents of an archive.
    package enum Contents: Hashable, Sendable {
        /// A Go toolchain.
        case go(GoVersion)
        /// A prebuilt tool.
        case tool(ToolBuild)
        /// The source code of a tool.
        case source(Tool, ToolVersion)

        /// The name in messages: `go1.21.13`, `dlv1.25.0-go1.21.13` or, for source code, `dlv1.25.0`.
        package var name: String {
            switch self {
            case .go(let version): version.toolchainName
            case .tool(let build): build.name
            case .source(let tool, let version): "\(tool)\(version)"
            }
        }

        /// The version of a Go toolchain; nil for anything else.
        package var goVersion: GoVersion? {
            if case .go(let version) = self { version } else { nil }
        }

        /// The tool, compiled or as source code; nil for Go.
        package var tool: Tool? {
            switch self {
            case .go: nil
            case .tool(let build): build.tool
            case .source(let tool, _): tool
            }
        }

        /// The version of the tool; nil for Go.
        package var toolVersion: ToolVersion? {
            switch self {
            case .go: nil
            case .tool(let build): build.version
            case .source(_, let version): version
            }
        }

        /// The subdirectory of a mirror for archives of this kind: `go`, as on the official site, or a
        /// tool's name.
        package var directoryName: String {
            switch self {
            case .go: "go"
            case .tool(let build): build.tool.name
            case .source(.delve, _): "delve"
            case .source(let tool, _): tool.name
            }
        }
    }

    /// The expected contents.
    package let contents: Contents
    /// The expected platform.
    package let platform: GoPlatform
    package let fileName: String
    package let digest: SHA256Digest
    /// The size of the file in bytes, if known.
    package let byteCount: Int?
    /// The source of the digest.
    package let voucher: Voucher

    /// Creates an archive whose digest comes from `voucher`.
    package init(
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

    /// Creates an archive from a catalog entry of a tool.
    package init(_ contents: Contents, platform: GoPlatform, file: ToolCatalog.PinnedFile) {
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
    /// `built-in catalog`, the path of the catalog file, `--sha256`, `log`, `official list`, or the site, the
    /// version of its catalog and who signed it.
    package var description: String {
        switch self {
        case .builtIn: "built-in catalog"
        case .catalog(let path): path
        case .commandLine: "--sha256"
        case .log: "log"
        case .officialList: "official list"
        case .site(let voucher): voucher.description
        case .receipt(let voucher): voucher
        }
    }
}
