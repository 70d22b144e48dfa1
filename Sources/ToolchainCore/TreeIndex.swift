/// Every file and folder of a tree with size, mode and SHA-256, as an mtree(5) specification.
///
/// mtree is what the BSDs describe trees with, so `mtree -p DIR -f index.mtree` and bsdtar read it
/// without gotoolprov.
public struct TreeIndex: Sendable {
    /// One file or folder.
    public struct Entry: Hashable, Sendable {
        /// What an entry is.
        public enum Kind: Hashable, Sendable {
            case directory
            case file(byteCount: Int, digest: SHA256Digest)
        }

        /// The path below the tree's root, with slashes.
        public let path: String
        /// The permission bits.
        public let mode: UInt16
        /// File or folder.
        public let kind: Kind

        /// An entry from its parts.
        public init(path: String, mode: UInt16, kind: Kind) {
            self.path = path
            self.mode = mode
            self.kind = kind
        }
    }

    /// The entries in the byte order of their paths.
    public let entries: [Entry]

    /// An index of `entries`, whatever their order.
    public init(_ entries: [Entry]) {
        self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// How many regular files there are.
    public var fileCount: Int {
        entries.count { if case .file = $0.kind { true } else { false } }
    }

    /// The sum of the files' sizes.
    public var byteCount: Int {
        entries.reduce(0) {
            if case .file(let count, _) = $1.kind { $0 + count } else { $0 }
        }
    }

    /// The specification, ready to be written to a file.
    public var specification: [UInt8] {
        var output = Array("#mtree\n. type=dir mode=0755\n".utf8)
        output.reserveCapacity(entries.count * 160)
        for entry in entries {
            output.append(contentsOf: "./".utf8)
            Self.appendEscaped(entry.path, to: &output)
            let mode = String(entry.mode, radix: 8)
            switch entry.kind {
            case .directory: output.append(contentsOf: " type=dir mode=0\(mode)".utf8)
            case .file(let byteCount, let digest):
                output.append(contentsOf: " type=file mode=0\(mode) size=\(byteCount)".utf8)
                output.append(contentsOf: " sha256digest=".utf8)
                digest.appendHexadecimal(to: &output)
            }
            output.append(UInt8(ascii: "\n"))
        }
        return output
    }

    /// Escapes as vis(3) does with VIS_OCTAL, which is what readers of mtree undo.
    private static func appendEscaped(_ path: String, to output: inout [UInt8]) {
        for byte in path.utf8 {
            switch byte {
            case 0...0x20, 0x7F..., UInt8(ascii: "#"), 0x5C, UInt8(ascii: "="), UInt8(ascii: "*"),
                UInt8(ascii: "?"), UInt8(ascii: "["):
                output.append(0x5C)
                output.append(UInt8(ascii: "0") + (byte >> 6))
                output.append(UInt8(ascii: "0") + (byte >> 3 & 7))
                output.append(UInt8(ascii: "0") + (byte & 7))
            default: output.append(byte)
            }
        }
    }
}
