internal import ToolchainCore

/// How many records a log has and the hash of all of them, as the text of a note says it.
///
/// The text is `go.sum database tree`, the size in decimal and the root in base64, a line each; further
/// lines are ignored (golang.org/x/mod/sumdb/tlog, `ParseTree`).
package struct TreeHead: Hashable, Sendable {
    /// How many records there are.
    package let size: Int
    /// The root of the tree over them.
    package let root: LogHash

    /// A head from its parts.
    package init(size: Int, root: LogHash) {
        self.size = size
        self.root = root
    }

    /// Why a text is not a tree head.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// The first line is another one.
        case wrongOrigin(String)
        /// The second line is not a size in decimal.
        case invalidSize(String)
        /// The third line is not a hash in base64.
        case invalidRoot(String)

        /// What is wrong with the head, in words.
        package var description: String {
            switch self {
            case .wrongOrigin(let line):
                "the note is not a tree head: expected \"\(TreeHead.origin)\", found \"\(line)\""
            case .invalidSize(let line): "invalid size of the tree: \"\(line)\""
            case .invalidRoot(let line): "invalid root of the tree: \"\(line)\""
            }
        }
    }

    /// The first line of every head of Go's checksum database.
    static let origin = "go.sum database tree"

    /// Reads the text of a note.
    ///
    /// - Throws: ``Rejection`` for a text that is not a tree head.
    package init(parsing text: [UInt8]) throws(Rejection) {
        var rest = text[...]
        let origin = rest.popLine() ?? []
        guard origin.elementsEqual(Self.origin.utf8) else {
            throw .wrongOrigin(Self.shown(origin))
        }
        let digits = rest.popLine() ?? []
        guard let size = Int(canonicalDecimal: digits) else {
            throw .invalidSize(Self.shown(digits))
        }
        let line = rest.popLine() ?? []
        guard let root = LogHash(base64: line) else { throw .invalidRoot(Self.shown(line)) }
        self.init(size: size, root: root)
    }

    /// The text of a note that states this head.
    package var text: String { "\(Self.origin)\n\(size)\n\(root)\n" }

    /// A line for a message, which may come from anyone.
    private static func shown(_ line: ArraySlice<UInt8>) -> String {
        String(decoding: line.prefix(100), as: UTF8.self).withVisibleControls
    }
}

extension TreeHead: CustomStringConvertible {
    /// The head as messages name it.
    package var description: String { "\(size) records with root \(root)" }
}
