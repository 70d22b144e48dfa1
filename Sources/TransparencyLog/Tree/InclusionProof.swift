/// A proof that a tree has a certain record: RFC 6962, section 2.1.1, "audit path".
package struct InclusionProof: Hashable, Sendable {
    /// How many hashes a proof may have: one for each level of the largest tree.
    package static let mostHashes = 63

    /// The number of the record, from 0.
    package let index: Int
    /// The hashes of the subtrees beside the path, from the leaf's sibling to the root's child.
    package let hashes: [LogHash]

    /// A proof from its parts.
    package init(index: Int, hashes: [LogHash]) {
        self.index = index
        self.hashes = hashes
    }

    /// Why a proof does not prove that a tree has a record.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// The tree has no record of this number.
        case outsideTree(index: Int, size: Int)
        /// A proof for this record and tree has another number of hashes.
        case wrongLength(expected: Int, found: Int)
        /// It leads to another root: another record, another tree or an altered proof.
        case wrongRoot(expected: LogHash, computed: LogHash)

        /// What is wrong with the proof, in words.
        package var description: String {
            switch self {
            case .outsideTree(let index, let size):
                "record \(index) is not in the tree: the tree has \(size) records"
            case .wrongLength(let expected, let found):
                """
                the inclusion proof has a wrong length: expected \(expected) hashes, found \(found)
                """
            case .wrongRoot(let expected, let computed):
                """
                the inclusion proof does not match the tree: expected root \(expected), \
                computed \(computed)
                """
            }
        }
    }

    /// Verifies that a tree has a record, as RFC 9162, section 2.1.3.2, does.
    ///
    /// - Parameters:
    ///   - leaf: The hash of the record.
    ///   - head: The tree.
    /// - Throws: ``Rejection`` where the proof does not prove it; an error where OpenSSL fails.
    package func verify(_ leaf: LogHash, in head: TreeHead) throws {
        guard (0..<head.size).contains(index) else {
            throw Rejection.outsideTree(index: index, size: head.size)
        }
        let path = Path(to: index, inTreeOf: head.size)
        guard hashes.count == path.length else {
            throw Rejection.wrongLength(expected: path.length, found: hashes.count)
        }
        var hasher = try LogHasher.starting()
        var computed = leaf
        for (level, hash) in hashes.enumerated() {
            computed =
                path.isLeft(at: level)
                ? try hasher.node(computed, hash) : try hasher.node(hash, computed)
        }
        guard computed == head.root else {
            throw Rejection.wrongRoot(expected: head.root, computed: computed)
        }
    }

    /// The ranges of records whose hashes prove that a tree of `size` records has record `index`.
    ///
    /// - Returns: The ranges in the order of the proof.
    static func ranges(proving index: Int, inTreeOf size: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (start, end) = (0, size)
        while end - start > 1 {
            let middle = start + (end - start).split
            if index < middle {
                ranges.append(middle..<end)
                end = middle
            } else {
                ranges.append(start..<middle)
                start = middle
            }
        }
        return ranges.reversed()
    }
}
