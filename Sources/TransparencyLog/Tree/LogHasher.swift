internal import ToolchainHost

/// Computes the hashes of a log (RFC 6962, section 2.1).
///
/// One value serves many hashes, so that none of them needs a context of OpenSSL for itself.
package struct LogHasher: ~Copyable {
    private var hasher: SHA256Hasher
    /// What is hashed next, with its storage.
    private var block: [UInt8] = []

    private static let leafMark: UInt8 = 0
    private static let nodeMark: UInt8 = 1

    /// A hasher.
    ///
    /// - Throws: An error where OpenSSL has no SHA-256.
    package static func starting() throws -> LogHasher {
        LogHasher(hasher: try SHA256Hasher.starting())
    }

    private init(hasher: consuming SHA256Hasher) { self.hasher = hasher }

    /// Computes SHA-256(0x00 ‖ record).
    ///
    /// - Returns: The hash of the record as a leaf.
    /// - Throws: An error where OpenSSL fails.
    package mutating func leaf(_ record: [UInt8]) throws -> LogHash {
        begin(Self.leafMark)
        block += record
        return try finish()
    }

    /// Computes SHA-256(0x01 ‖ left ‖ right).
    ///
    /// - Returns: The hash of the subtree that both make.
    /// - Throws: An error where OpenSSL fails.
    package mutating func node(_ left: LogHash, _ right: LogHash) throws -> LogHash {
        begin(Self.nodeMark)
        left.appendBytes(to: &block)
        right.appendBytes(to: &block)
        return try finish()
    }

    /// Computes the hash of the complete subtree over `row`, whose count is a power of two.
    ///
    /// - Returns: The hash.
    /// - Throws: An error where OpenSSL fails.
    mutating func subtree(over row: ArraySlice<LogHash>) throws -> LogHash {
        var row = Array(row)
        while row.count > 1 {
            for index in 0..<(row.count / 2) {
                row[index] = try node(row[2 * index], row[2 * index + 1])
            }
            row.removeLast(row.count / 2)
        }
        return row[0]
    }

    /// Computes the root of a tree from its complete subtrees.
    ///
    /// - Parameter subtrees: The hashes of the subtrees, largest first, as the tree has them from left
    ///   to right; at least one.
    /// - Returns: The hash of all of them.
    /// - Throws: An error where OpenSSL fails.
    package mutating func root(of subtrees: [LogHash]) throws -> LogHash {
        var root = subtrees[subtrees.count - 1]
        for subtree in subtrees.dropLast().reversed() { root = try node(subtree, root) }
        return root
    }

    private mutating func begin(_ mark: UInt8) {
        block.removeAll(keepingCapacity: true)
        block.append(mark)
    }

    private mutating func finish() throws -> LogHash {
        try hasher.update(block)
        return LogHash(try hasher.finish())
    }
}
