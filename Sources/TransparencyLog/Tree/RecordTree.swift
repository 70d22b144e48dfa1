internal import ToolchainCore
internal import ToolchainHost

/// The tree over all records of a log that is kept here: what the owner of a log computes.
package struct RecordTree: Sendable {
    /// The hashes of each level of tiles: of records, of 256 records, and so on.
    private let levels: [[LogHash]]

    /// The tree over records.
    ///
    /// - Parameter records: Their texts, in the order of the log.
    /// - Throws: An error where OpenSSL fails.
    package init(_ records: [[UInt8]]) throws {
        var hasher = try LogHasher.starting()
        var row: [LogHash] = []
        for record in records { row.append(try hasher.leaf(record)) }
        var levels = [row]
        while row.count >= Tile.fullWidth {
            row = try stride(from: 0, through: row.count - Tile.fullWidth, by: Tile.fullWidth).map {
                try hasher.subtree(over: row[$0..<($0 + Tile.fullWidth)])
            }
            levels.append(row)
        }
        self.levels = levels
    }

    /// How many records there are.
    package var size: Int { levels[0].count }

    /// The head of the tree.
    ///
    /// - Throws: An error where OpenSSL fails.
    package func head() throws -> TreeHead {
        var hasher = try LogHasher.starting()
        // The hash of an empty tree is that of no bytes (RFC 6962, section 2.1).
        guard size > 0 else { return TreeHead(size: 0, root: LogHash(try SHA256Digest(of: []))) }
        var subtrees: [LogHash] = []
        for tile in TileLayout(size: size).edge.reversed() {
            let start = tile.index * Tile.fullWidth
            for range in Subtree.covering(0..<tile.width).map(\.records) {
                let hashes = levels[tile.level][
                    (start + range.lowerBound)..<(start + range.upperBound)
                ]
                subtrees.append(try hasher.subtree(over: hashes))
            }
        }
        return TreeHead(size: size, root: try hasher.root(of: subtrees))
    }

    /// The tiles of the tree that those of its first `oldSize` records do not have.
    ///
    /// - Returns: The tiles and their contents.
    package func tiles(after oldSize: Int) -> [(tile: Tile, bytes: [UInt8])] {
        var tiles: [(tile: Tile, bytes: [UInt8])] = []
        for (level, hashes) in levels.enumerated() {
            let old = oldSize >> (level * Tile.height)
            guard hashes.count > old else { continue }
            for index in (old / Tile.fullWidth)...((hashes.count - 1) / Tile.fullWidth) {
                let start = index * Tile.fullWidth
                let end = min(start + Tile.fullWidth, hashes.count)
                var bytes: [UInt8] = []
                for hash in hashes[start..<end] { hash.appendBytes(to: &bytes) }
                tiles.append((Tile(level: level, index: index, width: end - start), bytes))
            }
        }
        return tiles
    }
}
