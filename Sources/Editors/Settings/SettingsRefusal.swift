/// Why a settings file is left as it is, and where in it the reason stands.
package struct SettingsRefusal: Error, Hashable, Sendable {
    /// The reason.
    package enum Reason: Hashable, Sendable {
        /// The bytes are not UTF-8, or have the byte order mark of UTF-16.
        case notUTF8
        /// It is not JSON with comments.
        case malformed(String)
        /// Lists and objects are nested deeper than ``JSONCDocument/deepestNesting``.
        case tooDeep
        /// A key that is to be changed is given more than once, so that one value would hide another.
        case repeated(key: String)
        /// An object is needed here; nil stands for the whole file.
        case notAnObject(key: String?)
        /// A list or an object stands where a plain value is needed: that is more than may be replaced.
        case notPlain(key: String)
        /// The change would not have come out as it was meant: a defect, noticed before it did harm.
        case unsafe(key: String)
    }

    /// The reason.
    package let reason: Reason
    /// The line, from 1.
    package let line: Int
    /// The character in the line, from 1.
    package let column: Int

    init(_ reason: Reason, at position: Int, in bytes: [UInt8]) {
        self.reason = reason
        (line, column) = bytes.place(of: position)
    }

    /// The reason as one clause.
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
    /// Line and character of a byte, both from 1; a line ends with LF, CR LF or CR, as in VS Code.
    func place(of position: Int) -> (line: Int, column: Int) {
        var line = 1
        var lineStart = starts(with: JSONCDocument.byteOrderMark) ? 3 : 0
        for index in indices.prefix(position) where endsLine(at: index) {
            line += 1
            lineStart = index + 1
        }
        // Bytes that continue a UTF-8 sequence are not characters of their own.
        let column = self[lineStart..<Swift.max(lineStart, Swift.min(position, count))]
            .count { $0 & 0xC0 != 0x80 }
        return (line, column + 1)
    }

    /// Whether the byte at `index` is the last one of a line end.
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

    /// Whether this is a space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    /// Whether this is part of a line end.
    var isLineBreak: Bool { self == .lineFeed || self == .carriageReturn }
}
