/// Which tiles the tree of a certain size has.
package struct TileLayout: Hashable, Sendable {
    /// How many records the tree has.
    package let size: Int

    /// The layout of a tree of `size` records.
    package init(size: Int) { self.size = size }

    /// The partial tiles, lowest first; their hashes make the root.
    package var edge: [Tile] {
        (0...Tile.highestLevel).compactMap { level in
            let count = hashCount(ofLevel: level)
            let width = count % Tile.fullWidth
            return width == 0
                ? nil : Tile(level: level, index: count / Tile.fullWidth, width: width)
        }
    }

    /// The tiles that prove that the tree has a record: those on its path, then the rest of the edge.
    ///
    /// - Parameter record: The number of a record of the tree.
    /// - Returns: At most 8 tiles for a tree of less than 2³² records.
    package func tiles(provingRecord record: Int) -> [Tile] {
        var tiles = [tile(ofLevel: 0, holding: record)]
        while let last = tiles.last, !last.isPartial { tiles.append(parent(of: last)) }
        return tiles + edge.filter { !tiles.contains($0) }
    }

    /// The tiles that prove that the tree extends one of `oldSize` records, which is not empty.
    package func tiles(provingPrefix oldSize: Int) -> [Tile] {
        // The path of the old tree's last record passes all its complete subtrees.
        let tiles = tiles(provingRecord: oldSize - 1)
        let lowest = oldSize.trailingZeroBitCount / Tile.height
        return tiles.filter { $0.level >= lowest || edge.contains($0) }
    }

    /// The tile with hash number `hash` of a level.
    func tile(ofLevel level: Int, holding hash: Int) -> Tile {
        let index = hash / Tile.fullWidth
        let width = hashCount(ofLevel: level) - index * Tile.fullWidth
        return Tile(level: level, index: index, width: min(width, Tile.fullWidth))
    }

    /// The tile that has the root of a full tile.
    func parent(of tile: Tile) -> Tile { self.tile(ofLevel: tile.level + 1, holding: tile.index) }

    /// Where the hashes are that make up a complete subtree: a tile and a range of its hashes.
    func place(of subtree: Subtree) -> (tile: Tile, hashes: Range<Int>) {
        let (level, height) = subtree.level.quotientAndRemainder(dividingBy: Tile.height)
        let first = subtree.index << height
        let start = first % Tile.fullWidth
        return (tile(ofLevel: level, holding: first), start..<(start + (1 << height)))
    }

    private func hashCount(ofLevel level: Int) -> Int { size >> (level * Tile.height) }
}
