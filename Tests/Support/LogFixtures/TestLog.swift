internal import ToolchainCore
package import TransparencyLog

/// A log with records and a key of its own, which serves what a log serves.
///
/// Roots and proofs are computed by the recursive definitions of RFC 6962, section 2.1, and not as
/// TransparencyLog does, so that one checks the other.
package struct TestLog: Sendable {
    /// Who signs its heads.
    package let signer: LogSigner
    /// The texts of its records.
    package let records: [[UInt8]]
    /// The hashes of the complete subtrees: of 1, 2, 4 … records.
    private let rows: [[LogHash]]

    /// A log of records.
    package init(_ records: [[UInt8]], signer: LogSigner) throws {
        self.records = records
        self.signer = signer
        var hasher = try LogHasher.starting()
        var row: [LogHash] = []
        for record in records { row.append(try hasher.leaf(record)) }
        var rows = [row]
        while row.count > 1 {
            var above: [LogHash] = []
            for index in 0..<(row.count / 2) {
                above.append(try hasher.node(row[2 * index], row[2 * index + 1]))
            }
            rows.append(above)
            row = above
        }
        self.rows = rows
    }

    /// A log of `count` records, of which no two are the same.
    package init(count: Int, seed: String = "record", signer: LogSigner) throws {
        try self.init((0..<count).map { Array("\(seed) \($0)\n".utf8) }, signer: signer)
    }

    /// The hash of a record.
    package func leaf(_ index: Int) -> LogHash { rows[0][index] }

    // MARK: - Heads

    /// The tree of the first `size` records.
    package func head(_ size: Int) throws -> TreeHead {
        var hasher = try LogHasher.starting()
        return TreeHead(
            size: size,
            root: size == 0
                ? try hasher.leaf([]) : try root(of: 0..<size, &hasher)
        )
    }

    /// The tree of the first `size` records, signed.
    package func note(_ size: Int) throws -> [UInt8] { try signer.note(head(size).text) }

    /// The tree of the first `size` records, signed and verified.
    package func signedHead(_ size: Int) throws -> SignedTreeHead {
        try SignedTreeHead(parsing: note(size), signedBy: [signer.key])
    }

    // MARK: - Proofs

    /// PATH of RFC 6962.
    package func inclusionHashes(_ index: Int, _ size: Int) throws -> [LogHash] {
        var hasher = try LogHasher.starting()
        return try path(index, 0..<size, &hasher)
    }

    /// PROOF of RFC 6962.
    package func consistencyHashes(_ oldSize: Int, _ size: Int) throws -> [LogHash] {
        var hasher = try LogHasher.starting()
        return try subproof(oldSize, 0..<size, isWhole: true, &hasher)
    }

    // MARK: - What it serves

    /// A tile of the tree of the first `size` records; nil where that tree does not have it.
    package func tile(_ tile: Tile, in size: Int) -> [UInt8]? {
        let height = tile.level * Tile.height
        let start = tile.index * Tile.fullWidth
        guard height < rows.count, start + tile.width <= size >> height else { return nil }
        var bytes: [UInt8] = []
        for hash in rows[height][start..<(start + tile.width)] { hash.appendBytes(to: &bytes) }
        return bytes
    }

    /// The answer to a lookup of a record, with the tree of the first `size` records.
    package func lookup(_ index: Int, in size: Int) throws -> [UInt8] {
        Array("\(index)\n".utf8) + records[index] + Array("\n".utf8) + (try note(size))
    }

    /// The proof that the tree of the first `size` records has a record.
    package func proof(_ index: Int, in size: Int) throws -> LogProof {
        LogProof(
            inclusion: InclusionProof(index: index, hashes: try inclusionHashes(index, size)),
            note: try SignedNote(parsing: note(size))
        )
    }

    // MARK: - RFC 6962, section 2.1

    /// The largest power of two below `count`.
    private static func split(_ count: Int) -> Int {
        var power = 1
        while power * 2 < count { power *= 2 }
        return power
    }

    private func root(of range: Range<Int>, _ hasher: inout LogHasher) throws -> LogHash {
        let level = range.count.trailingZeroBitCount
        if range.count == 1 << level, range.lowerBound % range.count == 0 {
            return rows[level][range.lowerBound >> level]
        }
        let middle = range.lowerBound + Self.split(range.count)
        let left = try root(of: range.lowerBound..<middle, &hasher)
        let right = try root(of: middle..<range.upperBound, &hasher)
        return try hasher.node(left, right)
    }

    private func path(
        _ index: Int,
        _ range: Range<Int>,
        _ hasher: inout LogHasher
    ) throws -> [LogHash] {
        guard range.count > 1 else { return [] }
        let middle = range.lowerBound + Self.split(range.count)
        let left = range.lowerBound..<middle
        let right = middle..<range.upperBound
        return index < middle
            ? try path(index, left, &hasher) + [root(of: right, &hasher)]
            : try path(index, right, &hasher) + [root(of: left, &hasher)]
    }

    private func subproof(
        _ oldSize: Int,
        _ range: Range<Int>,
        isWhole: Bool,
        _ hasher: inout LogHasher
    ) throws -> [LogHash] {
        guard oldSize != range.upperBound else {
            return isWhole ? [] : [try root(of: range, &hasher)]
        }
        let middle = range.lowerBound + Self.split(range.count)
        let left = range.lowerBound..<middle
        let right = middle..<range.upperBound
        return oldSize <= middle
            ? try subproof(oldSize, left, isWhole: isWhole, &hasher) + [root(of: right, &hasher)]
            : try subproof(oldSize, right, isWhole: false, &hasher) + [root(of: left, &hasher)]
    }
}
