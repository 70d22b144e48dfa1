/// An archive whose digest is known from somewhere other than where its bytes come from.
package struct PinnedArchive: Hashable, Sendable {
    /// Who says what the digest is.
    package enum Voucher: Hashable, Sendable {
        /// The catalog inside this program.
        case builtIn
        /// A catalog file that the configuration or the command line names.
        case catalog(path: String)
        /// `--sha256` on the command line.
        case commandLine
        /// The receipt of a tree that was installed from it.
        case receipt(voucher: String)
    }

    /// What an archive holds.
    package enum Contents: Hashable, Sendable {
        /// A tree of Go.
        case go(GoVersion)
        /// A program that is built already.
        case tool(ToolBuild)
        /// What a tool is built from.
        case source(Tool, ToolVersion)

        /// What to call it: `go1.21.13`, `dlv1.25.0-go1.21.13`, `dlv1.25.0`.
        package var name: String {
            switch self {
            case .go(let version): version.toolchainName
            case .tool(let build): build.name
            case .source(let tool, let version): "\(tool)\(version)"
            }
        }
    }

    /// What the archive has to hold.
    package let contents: Contents
    /// What it has to be built for.
    package let platform: GoPlatform
    package let fileName: String
    /// The file's digest.
    package let digest: SHA256Digest
    /// The file's size in bytes, where it is known.
    package let byteCount: Int?
    /// Who vouches for the digest.
    package let voucher: Voucher

    /// An archive pinned by `voucher`.
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

    /// The archive of a tool or of its source, as a catalog has it.
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
    /// `built-in catalog`, the catalog file's path, or `--sha256`.
    package var description: String {
        switch self {
        case .builtIn: "built-in catalog"
        case .catalog(let path): path
        case .commandLine: "--sha256"
        case .receipt(let voucher): voucher
        }
    }
}
