/// The way from a leaf to the root of a tree, as proofs go it.
///
/// At the lower levels, the path and that of the tree's last leaf differ, and there is a hash for each
/// level. Above, both go along the right edge, where only subtrees to the left have hashes.
struct Path {
    private let index: Int
    /// How many levels there are below the one where the path meets the right edge.
    let innerLength: Int
    /// How many subtrees are to the left of the edge.
    let edgeLength: Int

    /// The path from leaf `index` of a tree that has at least `index + 1` records.
    init(to index: Int, inTreeOf size: Int) {
        self.index = index
        let difference = index ^ (size - 1)
        innerLength = Int.bitWidth - difference.leadingZeroBitCount
        edgeLength = (index >> innerLength).nonzeroBitCount
    }

    /// How many hashes it passes.
    var length: Int { innerLength + edgeLength }

    /// Whether the hash that it passes there is to the right of it.
    func isLeft(at level: Int) -> Bool { level < innerLength && index >> level & 1 == 0 }
}
