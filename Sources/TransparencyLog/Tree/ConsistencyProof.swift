/// A proof that the first records of a tree are all records of an older tree: RFC 6962, section 2.1.2.
package struct ConsistencyProof: Hashable, Sendable {
    /// The hashes of the subtrees that both trees share, and of those that the newer one adds.
    package let hashes: [LogHash]

    /// A proof from its hashes.
    package init(hashes: [LogHash]) { self.hashes = hashes }

    /// Why a proof does not prove that a tree extends another.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// The newer tree has fewer records.
        case smaller(older: Int, newer: Int)
        /// A proof for these sizes has another number of hashes.
        case wrongLength(expected: Int, found: Int)
        /// The older tree is not the beginning of the newer one: the log is forked, or the proof altered.
        case fork(older: TreeHead, newer: TreeHead)

        /// What is wrong with the proof, in words.
        package var description: String {
            switch self {
            case .smaller(let older, let newer):
                "the log became smaller: expected at least \(older) records, found \(newer)"
            case .wrongLength(let expected, let found):
                """
                the consistency proof has a wrong length: expected \(expected) hashes, found \(found)
                """
            case .fork(let older, let newer):
                "the log is forked: the tree of \(older) is not the start of the tree of \(newer)"
            }
        }
    }

    /// Verifies that a tree extends an older one, as RFC 9162, section 2.1.4.2, does.
    ///
    /// Every tree extends the empty one, whatever root the empty one states: its root says nothing about
    /// records.
    ///
    /// - Parameters:
    ///   - older: The tree that is known.
    ///   - newer: The tree that is to extend it.
    /// - Throws: ``Rejection`` where the proof does not prove it; an error where OpenSSL fails.
    package func verify(_ older: TreeHead, isPrefixOf newer: TreeHead) throws {
        guard older.size <= newer.size else {
            throw Rejection.smaller(older: older.size, newer: newer.size)
        }
        guard older.size > 0, older.size < newer.size else {
            guard hashes.isEmpty else {
                throw Rejection.wrongLength(expected: 0, found: hashes.count)
            }
            guard older.size == 0 || older == newer else {
                throw Rejection.fork(older: older, newer: newer)
            }
            return
        }
        let computed = try roots(older, newer)
        guard computed.older == older.root, computed.newer == newer.root else {
            throw Rejection.fork(older: older, newer: newer)
        }
    }

    /// The roots of both trees that follow from the proof.
    private func roots(
        _ older: TreeHead,
        _ newer: TreeHead
    ) throws -> (older: LogHash, newer: LogHash) {
        // Both trees have the last complete subtree of the older one, and the proof starts there:
        // with its hash, unless it is the whole older tree.
        let start = older.size.trailingZeroBitCount
        let path = Path(to: older.size - 1, inTreeOf: newer.size)
        let isComplete = older.size == 1 << start
        let expected = path.length - start + (isComplete ? 0 : 1)
        guard hashes.count == expected else {
            throw Rejection.wrongLength(expected: expected, found: hashes.count)
        }
        var hasher = try LogHasher.starting()
        let shared = isComplete ? older.root : hashes[0]
        var roots = (older: shared, newer: shared)
        for (number, hash) in hashes.dropFirst(isComplete ? 0 : 1).enumerated() {
            if path.isLeft(at: start + number) {
                // What is to the right is new.
                roots.newer = try hasher.node(roots.newer, hash)
            } else {
                roots.older = try hasher.node(hash, roots.older)
                roots.newer = try hasher.node(hash, roots.newer)
            }
        }
        return roots
    }

    /// The ranges of records whose hashes prove that a tree of `size` records extends one of
    /// `oldSize`, which is neither zero nor more than `size`.
    ///
    /// - Returns: The ranges in the order of the proof.
    static func ranges(from oldSize: Int, toTreeOf size: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (start, end) = (0, size)
        while end != oldSize {
            let middle = start + (end - start).split
            if oldSize <= middle {
                ranges.append(middle..<end)
                end = middle
            } else {
                ranges.append(start..<middle)
                start = middle
            }
        }
        if start > 0 { ranges.append(start..<end) }
        return ranges.reversed()
    }
}
