/// A tree of the log whose hashes come from tiles and are verified up to a signed head.
///
/// The server of the tiles need not be trusted: the partial ones have to make the root, and
/// the root of each full one has to be in a tile above that is verified already (the idea of
/// `TileHashReader` in golang.org/x/mod/sumdb/tlog). Nothing is read twice.
package struct TiledTree {
    /// Reads a tile; nil where the log does not have it.
    package typealias Reading = (Tile) throws -> [UInt8]?

    /// The head that everything is verified against.
    package let signedHead: SignedTreeHead

    private let layout: TileLayout
    private let read: Reading
    private var verified: [Tile: [LogHash]] = [:]

    /// Why a tree cannot be verified.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// The log has neither the tile nor, for a partial one, the full one.
        case missingTile(Tile)
        /// A tile has another size.
        case wrongSize(Tile, expected: Int, found: Int)
        /// The partial tiles do not make the root of the signed head.
        case wrongRoot(size: Int, expected: LogHash, computed: LogHash)
        /// A full tile is not the one that the tile above it is about.
        case wrongTile(Tile, expected: LogHash, computed: LogHash)

        /// What is wrong with the tiles, in words.
        package var description: String {
            switch self {
            case .missingTile(let tile): "the log does not have \(tile)"
            case .wrongSize(let tile, let expected, let found):
                "wrong size of \(tile): expected \(expected) bytes, found \(found)"
            case .wrongRoot(let size, let expected, let computed):
                """
                the tiles do not match the signed tree of \(size) records: expected root \
                \(expected), computed \(computed)
                """
            case .wrongTile(let tile, let expected, let computed):
                """
                \(tile) does not match the signed tree: expected hash \(expected), \
                computed \(computed)
                """
            }
        }
    }

    /// Reads the partial tiles and verifies that they make the root of the head.
    ///
    /// - Parameters:
    ///   - signedHead: The tree.
    ///   - read: Reads tiles. A partial tile that it does not have is read as the full one and cut.
    /// - Throws: ``Rejection`` where a tile is missing or wrong; whatever `read` throws; an error where
    ///   OpenSSL fails.
    package init(_ signedHead: SignedTreeHead, reading read: @escaping Reading) throws {
        self.signedHead = signedHead
        self.read = read
        layout = TileLayout(size: signedHead.head.size)
        var hasher = try LogHasher.starting()
        // Largest first: higher tiles are to the left, and so are larger subtrees in each.
        var subtrees: [LogHash] = []
        for tile in layout.edge.reversed() {
            let hashes = try Self.contents(of: tile, read)
            for range in Subtree.covering(0..<tile.width).map(\.records) {
                subtrees.append(try hasher.subtree(over: hashes[range]))
            }
            verified[tile] = hashes
        }
        guard !subtrees.isEmpty else { return }
        let computed = try hasher.root(of: subtrees)
        guard computed == signedHead.head.root else {
            throw Rejection.wrongRoot(
                size: layout.size,
                expected: signedHead.head.root,
                computed: computed
            )
        }
    }

    /// The hash of a record.
    ///
    /// - Returns: The hash that the signed head vouches for.
    /// - Throws: ``InclusionProof/Rejection/outsideTree(index:size:)``, or as ``init(_:reading:)``.
    package mutating func leaf(_ index: Int) throws -> LogHash {
        try requireRecord(index)
        var hasher = try LogHasher.starting()
        return try hash(of: Subtree(level: 0, index: index), &hasher)
    }

    /// The proof that the tree has a record.
    ///
    /// - Returns: A proof that ``InclusionProof/verify(_:in:)`` accepts for the record's hash.
    /// - Throws: ``InclusionProof/Rejection/outsideTree(index:size:)``, or as ``init(_:reading:)``.
    package mutating func inclusionProof(of index: Int) throws -> InclusionProof {
        try requireRecord(index)
        let ranges = InclusionProof.ranges(proving: index, inTreeOf: layout.size)
        return InclusionProof(index: index, hashes: try hashes(of: ranges))
    }

    /// The proof that the tree extends one of `oldSize` records.
    ///
    /// - Returns: A proof for the head that the log had then; of another one, it is refused.
    /// - Throws: ``ConsistencyProof/Rejection/smaller(older:newer:)``, or as ``init(_:reading:)``.
    package mutating func consistencyProof(from oldSize: Int) throws -> ConsistencyProof {
        guard oldSize <= layout.size else {
            throw ConsistencyProof.Rejection.smaller(older: oldSize, newer: layout.size)
        }
        guard oldSize > 0 else { return ConsistencyProof(hashes: []) }
        let ranges = ConsistencyProof.ranges(from: oldSize, toTreeOf: layout.size)
        return ConsistencyProof(hashes: try hashes(of: ranges))
    }

    /// Verifies that the tree extends an older one.
    ///
    /// - Throws: ``ConsistencyProof/Rejection`` where the log went back or is forked, or as
    ///   ``init(_:reading:)``.
    package mutating func verifyExtends(_ older: TreeHead) throws {
        try consistencyProof(from: older.size).verify(older, isPrefixOf: signedHead.head)
    }

    /// The tiles that were verified so far: a copy of the log with these proves the same, without the log.
    package var tiles: [Tile: [UInt8]] {
        verified.mapValues { hashes in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(hashes.count * LogHash.byteCount)
            for hash in hashes { hash.appendBytes(to: &bytes) }
            return bytes
        }
    }

    private func requireRecord(_ index: Int) throws {
        guard (0..<layout.size).contains(index) else {
            throw InclusionProof.Rejection.outsideTree(index: index, size: layout.size)
        }
    }

    private mutating func hashes(of ranges: [Range<Int>]) throws -> [LogHash] {
        var hasher = try LogHasher.starting()
        var results: [LogHash] = []
        for range in ranges {
            var subtrees: [LogHash] = []
            for subtree in Subtree.covering(range) {
                subtrees.append(try hash(of: subtree, &hasher))
            }
            results.append(try hasher.root(of: subtrees))
        }
        return results
    }

    private mutating func hash(
        of subtree: Subtree,
        _ hasher: inout LogHasher
    ) throws -> LogHash {
        let (tile, range) = layout.place(of: subtree)
        let hashes = try hashes(in: tile, &hasher)
        return try hasher.subtree(over: hashes[range])
    }

    /// The hashes of a tile, which is verified first if it is not yet.
    private mutating func hashes(
        in tile: Tile,
        _ hasher: inout LogHasher
    ) throws -> [LogHash] {
        if let known = verified[tile] { return known }
        // All partial tiles are known, so this is a full one.
        let above = try hashes(in: layout.parent(of: tile), &hasher)
        let expected = above[tile.index % Tile.fullWidth]
        let hashes = try Self.contents(of: tile, read)
        let computed = try hasher.subtree(over: hashes[...])
        guard computed == expected else {
            throw Rejection.wrongTile(tile, expected: expected, computed: computed)
        }
        verified[tile] = hashes
        return hashes
    }

    /// Reads a tile, or the full one in its place, of which the first hashes are taken.
    private static func contents(of tile: Tile, _ read: Reading) throws -> [LogHash] {
        var source = tile
        var bytes = try read(tile)
        if bytes == nil, tile.isPartial {
            source = tile.full
            bytes = try read(source)
        }
        guard let bytes else { throw Rejection.missingTile(tile) }
        guard bytes.count == source.byteCount else {
            throw Rejection.wrongSize(source, expected: source.byteCount, found: bytes.count)
        }
        return stride(from: 0, to: tile.byteCount, by: LogHash.byteCount).compactMap {
            LogHash(bytes: bytes[$0..<($0 + LogHash.byteCount)])
        }
    }
}
