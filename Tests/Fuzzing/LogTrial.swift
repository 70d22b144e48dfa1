internal import LogFixtures
internal import ToolchainCore
internal import TransparencyLog

/// The readers of what a transparency log serves, and of proofs in files.
///
/// The seeds are documents of Go's checksum database, and those of a small log with a key of its own.
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
            guard let signed = try? SignedTreeHead(note, signedBy: keys) else { return true }
            precondition(heads.contains(signed.head), "a head that nobody signed is verified")
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
            for leaf in leaves { check(proof, of: leaf) }
        case .tilePath:
            let text = String(decoding: input, as: UTF8.self)
            guard let tile = Tile(path: text) else { return false }
            precondition(Array(tile.path.utf8) == input, "a tile has a second path")
        case .tiles: return try readTiles(input)
        default: return false
        }
        return true
    }

    /// Checks that a proof which is verified is one of the seeds: there is one for each leaf.
    private static func check(_ proof: LogProof, of leaf: LogHash) {
        guard let signed = try? proof.verify(leaf, signedBy: keys) else { return }
        precondition(heads.contains(signed.head), "a proof has a head that nobody signed")
        precondition(
            proofs.contains { $0.inclusion == proof.inclusion },
            "a proof proves what it is not about"
        )
    }

    /// Reads the tiles of the log, one after the other, and checks that verified hashes are its own.
    private static func readTiles(_ input: [UInt8]) throws -> Bool {
        guard let log else { return false }
        var rest = input[...]
        var tiles: [Tile: [UInt8]] = [:]
        for tile in tiled.map(\.tile) {
            tiles[tile] = Array(rest.prefix(tile.byteCount))
            rest = rest.dropFirst(tile.byteCount)
        }
        guard rest.isEmpty else { return false }
        var tree = try TiledTree(log.signedHead(size)) { tiles[$0] }
        // The first and last records of both tiles, and that of the toolchain.
        for record in [0, index, Tile.fullWidth - 1, Tile.fullWidth, size - 1] {
            let leaf = try tree.leaf(record)
            precondition(leaf == log.leaf(record), "a hash that is not in the log is verified")
        }
        return true
    }

    /// What the mutations of a reader start from.
    static func seeds(of reader: Reader) -> [[UInt8]] {
        switch reader {
        case .verifierKey: keys.map { Array($0.description.utf8) }
        case .note:
            [RealDocument.head, RealDocument.subtreesHead, made { try $0.note(size) }]
                + texts("a\n\nb\n\n— c AAAAAAA=\n— d BBBBBBBB\n")
        case .lookup:
            [
                RealDocument.toolchainLookup, RealDocument.moduleLookup,
                made { try $0.lookup(index, in: size) },
            ] + texts("0\na\n\nb\n\n— c AAAAAAA=\n")
        case .logProof:
            proofs.map(\.document)
                + texts("c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\na\n\n— c AAAAAAA=\n")
        case .tilePath: tiled.map { Array($0.tile.path.utf8) } + texts("tile/8/0/x001/x234/067")
        case .tiles: [tiled.flatMap(\.bytes)]
        default: []
        }
    }

    // MARK: The log

    /// Of one full tile, and two partial ones.
    private static let size = 300
    /// The number of the record of the toolchain.
    private static let index = 6

    private static let module = GoVersion("1.21.9").map { ToolchainModule($0, GoPlatform(.amd64)) }

    private static let log: TestLog? = {
        guard let module, let lookup = try? Lookup(parsing: RealDocument.toolchainLookup),
            let record = try? ToolchainRecord(parsing: lookup.text, of: module)
        else { return nil }
        return try? TestLog(count: size, toolchains: [index: record], signer: LogSigner())
    }()

    private static func made(_ document: (TestLog) throws -> [UInt8]) -> [UInt8] {
        log.flatMap { try? document($0) } ?? []
    }

    private static func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static let keys = [.goChecksumDatabase] + (log.map { [$0.signer.key] } ?? [])

    /// Everything that one of the keys signed.
    private static let heads: [TreeHead] = {
        let notes = seeds(of: .note).map { try? SignedNote(parsing: $0) }
        let lookups = seeds(of: .lookup).map { try? Lookup(parsing: $0).note }
        return (notes + lookups + proofs.map(\.note)).compactMap {
            $0.flatMap { try? SignedTreeHead($0, signedBy: keys).head }
        }
    }()

    /// A proof of each log.
    private static let proofs: [LogProof] = [
        try? LogProof(parsing: RealDocument.proof), try? log?.proof(index, in: size),
    ].compactMap(\.self)

    /// The hashes of the records that ``proofs`` are about, and of one that is in no log.
    private static let leaves: [LogHash] = {
        var hasher = try? LogHasher.starting()
        let real = try? hasher?.leaf(RealDocument.provenRecord)
        let zero = LogHash(bytes: [UInt8](repeating: 0, count: LogHash.byteCount))
        return [real, log?.leaf(index), zero].compactMap(\.self)
    }()

    /// The tiles of the log, in the order of their paths.
    private static let tiled: [(tile: Tile, bytes: [UInt8])] = {
        guard let tiles = log?.tiles(size) else { return [] }
        return tiles.keys.sorted().compactMap { path in
            guard let tile = Tile(path: path), let bytes = tiles[path] else { return nil }
            return (tile, bytes)
        }
    }()
}
