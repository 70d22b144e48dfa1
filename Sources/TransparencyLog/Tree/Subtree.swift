/// A complete subtree of the log: the records from `index << level` up to `(index + 1) << level`.
struct Subtree: Hashable {
    /// How many levels above the leaves its root is.
    let level: Int
    /// Its number among those of its level.
    let index: Int

    /// The records that it covers.
    var records: Range<Int> { (index << level)..<((index + 1) << level) }

    /// The complete subtrees that make up a range of records, from left to right.
    ///
    /// - Parameter records: A range whose hash is part of a tree or proof, so that it begins where a
    ///   subtree as large as its first one may begin.
    /// - Returns: Subtrees of falling size, whose hashes ``LogHasher/root(of:)`` joins.
    static func covering(_ records: Range<Int>) -> [Subtree] {
        var subtrees: [Subtree] = []
        var start = records.lowerBound
        while start < records.upperBound {
            let level = (records.upperBound - start).highestBit
            subtrees.append(Subtree(level: level, index: start >> level))
            start += 1 << level
        }
        return subtrees
    }
}

extension Int {
    /// The number of the highest bit that is set; the number is positive.
    var highestBit: Int { Int.bitWidth - 1 - leadingZeroBitCount }

    /// The largest power of two that is less: where RFC 6962 splits a tree of more than one record.
    var split: Int { 1 << (self - 1).highestBit }
}
