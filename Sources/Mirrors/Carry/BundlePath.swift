internal import ToolchainCore

/// The path of a file in a bundle, which is its path in the mirror.
///
/// A text is parsed into one of the places where a mirror has files, so it cannot lead out of the mirror.
enum BundlePath: Hashable {
    /// `mirror.json`.
    case index
    case archive(MirrorPath)
    case proof(MirrorPath)
    /// The catalog of the site.
    case catalog
    /// The signature of the catalog.
    case signature
    /// A file for Go's own switching, below `golang.org/toolchain/@v` or `sumdb`.
    case module(String)
    /// The digests of all other files, which are not part of the mirror.
    case digests

    /// The name of the last file of a bundle, as `sha256sum` writes it.
    static let digestsName = "SHA256SUMS"
    /// The maximum number of directories and files in the path of a file for Go's switching.
    private static let mostComponents = 16
    private static let mostComponentBytes = 200

    /// Parses the name of a member; nil for anything that is not part of a bundle.
    init?(_ text: String) {
        if text.hasSameBytes(as: MirrorIndex.fileName) {
            self = .index
        } else if text.hasSameBytes(as: SiteFiles.catalogName) {
            self = .catalog
        } else if text.hasSameBytes(as: SiteFiles.signatureName) {
            self = .signature
        } else if text.hasSameBytes(as: Self.digestsName) {
            self = .digests
        } else if Self.isModule(text) {
            self = .module(text)
        } else if let path = MirrorPath(text) {
            self = .archive(path)
        } else if text.hasSuffix(MirrorEntry.proofSuffix),
            let path = MirrorPath(String(text.dropLast(MirrorEntry.proofSuffix.count)))
        {
            self = .proof(path)
        } else {
            return nil
        }
    }

    private static func isModule(_ text: String) -> Bool {
        guard
            [ModulePaths.directory, ModulePaths.databases].contains(where: {
                text.utf8.starts(with: "\($0)/".utf8)
            })
        else { return false }
        let parts = text.split(byte: "/", omittingEmpty: false)
        return parts.count <= mostComponents && parts.allSatisfy(isPortable)
    }

    /// Whether every file system keeps a name as it is; one that begins with a dot is hidden, or leads out.
    private static func isPortable(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "."),
            name.utf8.count <= mostComponentBytes
        else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._+-@".utf8.contains(byte)
            }
        }
    }
}
