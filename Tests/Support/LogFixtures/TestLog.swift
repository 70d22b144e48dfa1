internal import ToolchainCore
package import TransparencyLog

/// A transparency log for tests, with its own records and key.
///
/// Roots and proofs are computed by the recursive definitions of RFC 6962, section 2.1, independently
/// of TransparencyLog, so that one checks the other.
package struct TestLog: Sendable {
    /// The signer of the tree heads.
    package let signer: LogSigner
    /// The records.
    package let records: [[UInt8]]
    /// The hashes of the complete subtrees: of 1, 2, 4 … records.
    private let rows: [[LogHash]]

    /// Creates a log of some records.
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

    /// Creates a log of `count` different records.
    package init(count: Int, seed: String = "record", signer: LogSigner) throws {
        try self.init((0..<count).map { Array("\(seed) \($0)\n".utf8) }, signer: signer)
    }

    /// Returns the hash of a record.
    package func leaf(_ index: Int) -> LogHash { rows[0][index] }

    // MARK: - Heads

    /// Returns the tree head of the first `size` records.
    package func head(_ size: Int) throws -> TreeHead {
        var hasher = try LogHasher.starting()
        return TreeHead(
            size: size,
            root: size == 0
                ? try hasher.leaf([]) : try root(of: 0..<size, &hasher)
        )
    }

    /// Returns the signed tree head of the first `size` records.
    package func note(_ size: Int) throws -> [UInt8] { try signer.note(head(size).text) }

    /// Returns the signed and verified tree head of the first `size` records.
    package func signedHead(_ size: Int) throws -> SignedTreeHead {
        try SignedTreeHead(parsing: note(size), signedBy: [signer.key])
    }

    // MARK: - Proofs

    /// Returns PATH of RFC 6962.
    package func inclusionHashes(_ index: Int, _ size: Int) throws -> [LogHash] {
        var hasher = try LogHasher.starting()
        return try path(index, 0..<size, &hasher)
    }

    /// Returns PROOF of RFC 6962.
    package func consistencyHashes(_ oldSize: Int, _ size: Int) throws -> [LogHash] {
        var hasher = try LogHasher.starting()
        return try subproof(oldSize, 0..<size, isWhole: true, &hasher)
    }

    // MARK: - Responses

    /// Returns a tile of the tree of the first `size` records, or `nil` if the tree does not contain
    /// it.
    package func tile(_ tile: Tile, in size: Int) -> [UInt8]? {
        let height = tile.level * Tile.height
        let start = tile.index * Tile.fullWidth
        guard height < rows.count, start + tile.width <= size >> height else { return nil }
        var bytes: [UInt8] = []
        for hash in rows[height][start..<(start + tile.width)] { hash.appendBytes(to: &bytes) }
        return bytes
    }

    /// Returns the response to a lookup of a record, with the tree head of the first `size` records.
    package func lookup(_ index: Int, in size: Int) throws -> [UInt8] {
        Array("\(index)\n".utf8) + records[index] + Array("\n".utf8) + (try note(size))
    }

    /// Returns the proof that the tree of the first `size` records contains a record.
    package func proof(_ index: Int, in size: Int) throws -> LogProof {
        LogProof(
            inclusion: InclusionProof(index: index, hashes: try inclusionHashes(index, size)),
            note: try SignedNote(parsing: note(size))
        )
    }

    // MARK: - RFC 6962, section 2.1

    /// Returns the largest power of two less than `count`.
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
