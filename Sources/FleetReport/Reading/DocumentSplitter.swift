/// Splits a stream of JSON objects.
///
/// A document begins at each line that begins with `{`.
///
/// This covers JSON Lines as well as the concatenated output of `gotoolprov report --format json`.
/// A damaged document does not affect its neighbors, and an oversized one is never in memory as a
/// whole.
package struct DocumentSplitter {
    /// A document, or the beginning of an oversized one.
    package struct Document {
        /// The number of its first line, starting at 1.
        package let line: Int
        /// The bytes.
        ///
        /// An oversized document is truncated just above the limit.
        package let bytes: [UInt8]
    }

    private let limit: Int
    private var pending: [UInt8] = []
    private var start = 1
    private var line = 1
    private var isAtLineStart = true

    /// Creates a splitter for documents of at most `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Returns the documents that `bytes` completes.
    package mutating func documents(completedBy bytes: ArraySlice<UInt8>) -> [Document] {
        var documents: [Document] = []
        var rest = bytes
        while let first = rest.first {
            if isAtLineStart, first == UInt8(ascii: "{") { documents += finish() }
            let end = rest.firstIndex(of: 0x0A)
            let piece = rest[..<(end.map { $0 + 1 } ?? rest.endIndex)]
            // One piece beyond the limit is kept so that an oversized document is recognized.
            pending += piece.prefix(max(0, limit + 1 - pending.count))
            isAtLineStart = end != nil
            if end != nil { line += 1 }
            rest = rest[piece.endIndex...]
        }
        return documents
    }

    /// Returns the last document of the stream, if any.
    package mutating func finish() -> [Document] {
        defer {
            pending = []
            start = line
        }
        let isBlank = pending.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        return isBlank ? [] : [Document(line: start, bytes: pending)]
    }
}
