/// Splits a stream of JSON objects: a document begins at each line that begins with `{`.
///
/// That is JSON Lines, and also what `gotoolprov report --format json` writes several times over. A damaged
/// document takes none of its neighbours with it, and one that is too large is never in memory as a whole.
package struct DocumentSplitter {
    /// A document, or what stands in its place.
    package struct Document {
        /// The number of its first line, from 1.
        package let line: Int
        /// Its bytes; of one that is too large, only more than the limit.
        package let bytes: [UInt8]
    }

    private let limit: Int
    private var pending: [UInt8] = []
    private var start = 1
    private var line = 1
    private var isAtLineStart = true

    /// A splitter for documents of at most `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// The documents that end in `bytes`.
    package mutating func documents(completedBy bytes: ArraySlice<UInt8>) -> [Document] {
        var documents: [Document] = []
        var rest = bytes
        while let first = rest.first {
            if isAtLineStart, first == UInt8(ascii: "{") { documents += finish() }
            let end = rest.firstIndex(of: 0x0A)
            let piece = rest[..<(end.map { $0 + 1 } ?? rest.endIndex)]
            // More than the limit is kept of none, so that it can be told that it is too large.
            pending += piece.prefix(max(0, limit + 1 - pending.count))
            isAtLineStart = end != nil
            if end != nil { line += 1 }
            rest = rest[piece.endIndex...]
        }
        return documents
    }

    /// The document that ends with the stream, if there is one.
    package mutating func finish() -> [Document] {
        defer {
            pending = []
            start = line
        }
        let isBlank = pending.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        return isBlank ? [] : [Document(line: start, bytes: pending)]
    }
}
