/// The reason why a settings file was left unchanged, and its position in the file.
package struct SettingsRefusal: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The file is not UTF-8, or has the byte order mark of UTF-16.
        case notUTF8
        /// The file is not JSON with comments.
        case malformed(String)
        /// Lists and objects are nested more deeply than ``JSONCDocument/deepestNesting``.
        case tooDeep
        /// A key to change occurs more than once, so one value would hide another.
        case repeated(key: String)
        /// An object is required here; `nil` stands for the whole file.
        case notAnObject(key: String?)
        /// A list or object is in the place of a plain value, and is not replaced.
        case notPlain(key: String)
        /// The change would have altered something else: a defect that was detected before writing.
        case unsafe(key: String)
    }

    package let reason: Reason
    /// The line, starting at 1.
    package let line: Int
    /// The column in characters, starting at 1.
    package let column: Int

    init(_ reason: Reason, at position: Int, in bytes: [UInt8]) {
        self.reason = reason
        (line, column) = bytes.place(of: position)
    }

    /// The reason in one clause.
    package var words: String {
        switch reason {
        case .notUTF8: "it is not UTF-8"
        case .malformed(let reason): reason
        case .tooDeep: "nested deeper than \(JSONCDocument.deepestNesting) levels"
        case .repeated(let key): "`\(key)` occurs more than once"
        case .notAnObject(nil): "the file is not an object"
        case .notAnObject(let key?): "`\(key)` is not an object"
        case .notPlain(let key): "`\(key)` is an array or an object"
        case .unsafe(let key): "`\(key)` cannot be changed without changing something else"
        }
    }
}

extension [UInt8] {
    /// Returns the line and column of a byte, starting at 1.
    ///
    /// A line ends with LF, CR LF or CR, as in VS Code.
    func place(of position: Int) -> (line: Int, column: Int) {
        var line = 1
        var lineStart = starts(with: JSONCDocument.byteOrderMark) ? 3 : 0
        for index in indices.prefix(position) where endsLine(at: index) {
            line += 1
            lineStart = index + 1
        }
        // Continuation bytes of UTF-8 do not count as characters.
        let column = self[lineStart..<Swift.max(lineStart, Swift.min(position, count))]
            .count { $0 & 0xC0 != 0x80 }
        return (line, column + 1)
    }

    /// Whether the byte at `index` is the last byte of a line end.
    func endsLine(at index: Int) -> Bool {
        switch self[index] {
        case .lineFeed: true
        case .carriageReturn: index + 1 == count || self[index + 1] != .lineFeed
        default: false
        }
    }
}

extension UInt8 {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let slash = UInt8(ascii: "/")
    static let star = UInt8(ascii: "*")

    /// Whether the byte is a space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    /// Whether the byte is part of a line end.
    var isLineBreak: Bool { self == .lineFeed || self == .carriageReturn }
}
