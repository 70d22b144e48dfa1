/// A buffered text stream, so that a large document is never in memory as a whole.
package struct TextStream {
    private static let pieceSize = 1 << 16
    private var pending = ""
    private let write: (String) -> Void

    init(_ write: @escaping (String) -> Void) { self.write = write }

    static func += (stream: inout TextStream, text: String) {
        stream.pending += text
        if stream.pending.utf8.count >= pieceSize { stream.flush() }
    }

    mutating func flush() {
        guard !pending.isEmpty else { return }
        write(pending)
        pending.removeAll(keepingCapacity: true)
    }
}
