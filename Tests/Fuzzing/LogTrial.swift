internal import ToolchainCore
internal import TransparencyLog

/// The readers of what a transparency log serves, and of proofs in files.
enum LogTrial {
    /// Reads `input` and checks that the promise of the reader is kept.
    ///
    /// - Returns: Whether it was accepted.
    /// - Throws: What the reader says of an input that it refuses.
    static func read(_ reader: Reader, _ input: [UInt8]) throws -> Bool {
        switch reader {
        case .verifierKey:
            let key = try VerifierKey(parsing: String(decoding: input, as: UTF8.self))
            precondition(Array(key.description.utf8) == input, "a key has a second spelling")
        case .note:
            let note = try SignedNote(parsing: input)
            precondition(note.bytes == input, "a note is not kept as it was read")
            guard let signed = try? SignedTreeHead(note, signedBy: [.goChecksumDatabase]) else {
                return true
            }
            let text = Array(signed.head.text.utf8)
            precondition(note.text == text, "a note that nobody signed is verified")
        case .lookup:
            let lookup = try Lookup(parsing: input)
            let start = Array("\(lookup.index)\n".utf8)
            precondition(
                start + lookup.text + [0x0A] + lookup.note.bytes == input,
                "an answer to a lookup is not kept as it was read"
            )
            guard let module, let record = try? ToolchainRecord(parsing: lookup.text, of: module)
            else { return true }
            precondition(record.text == lookup.text, "a record has a second spelling")
        case .logProof:
            let proof = try LogProof(parsing: input)
            precondition(proof.document == input, "a proof has a second spelling")
            guard let leaf = LogHash(bytes: [UInt8](repeating: 0, count: LogHash.byteCount)) else {
                return true
            }
            let signed = try? proof.verify(leaf, signedBy: [.goChecksumDatabase])
            precondition(signed == nil, "a proof proves what it is not about")
        case .tilePath:
            let text = String(decoding: input, as: UTF8.self)
            guard let tile = Tile(path: text) else { return false }
            precondition(Array(tile.path.utf8) == input, "a tile has a second path")
        default: return false
        }
        return true
    }

    private static let module = GoVersion("1.21.9").map { ToolchainModule($0, GoPlatform(.amd64)) }

    /// What the mutations of a reader start from.
    static func seeds(of reader: Reader) -> [[UInt8]] {
        let texts =
            switch reader {
            case .verifierKey: [VerifierKey.goChecksumDatabase.description]
            case .note: [head, "a\n\nb\n\n— c AAAAAAA=\n— d BBBBBBBB\n"]
            case .lookup: [record + head, "0\na\n\nb\n\n— c AAAAAAA=\n"]
            case .logProof:
                [
                    "c2sp.org/tlog-proof@v1\nindex 2\n\(hash)\n\(hash)\n\n\(head)",
                    "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\na\n\n— c AAAAAAA=\n",
                ]
            case .tilePath: ["tile/8/0/x001/x234/067", "tile/8/3/000.p/17"]
            default: [String]()
            }
        return texts.map { Array($0.utf8) }
    }

    private static let hash = "f3f8U0MoQmXkWAgAEKDtXcaI3c2y6N9+55KNSRefF/w="

    private static let record = """
        24929362
        golang.org/toolchain v0.0.1-go1.21.9.linux-amd64 h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0=
        golang.org/toolchain v0.0.1-go1.21.9.linux-amd64/go.mod h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=


        """

    private static let head = """
        go.sum database tree
        28905453
        \(hash)

        — sum.golang.org Az3grr4J9x4SApup87osjthKONInbYdbN37ZskrLF12HIbhDuxOBTzt8Z2jUKbCvxYWrw0yNgshddOzt7pZEl7aSCw8=

        """
}
