/// A parser for JSON (RFC 8259) and for the variant that VS Code uses for its settings, with
/// comments, trailing commas and a byte order mark.
///
/// Duplicate keys, invalid UTF-8, lone surrogates and nesting deeper than ``maximumDepth`` levels are
/// errors. Time and memory are linear in the size of the document.
package struct JSONReader {
    /// The maximum nesting depth of arrays and objects.
    package static let maximumDepth = 64

    /// A variant of JSON.
    package enum Dialect: Sendable {
        /// RFC 8259 without extensions.
        case strict
        /// With `//` and `/* */` comments, trailing commas and a byte order mark.
        case withComments
    }

    private let bytes: [UInt8]
    private let dialect: Dialect
    private var position = 0

    /// Parses `document`, which must contain a single value.
    ///
    /// - Throws: ``JSONError`` at the position of the first error.
    package static func read(
        _ document: [UInt8],
        dialect: Dialect
    ) throws(JSONError) -> JSONNode {
        var reader = JSONReader(bytes: document, dialect: dialect)
        if dialect == .withComments, document.starts(with: [0xEF, 0xBB, 0xBF]) {
            reader.position = 3
        }
        let node = try reader.value(depth: 0)
        try reader.skipSpace()
        guard reader.position == document.count else {
            throw reader.error("expected the end of the document")
        }
        return node
    }

    private init(bytes: [UInt8], dialect: Dialect) {
        self.bytes = bytes
        self.dialect = dialect
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONError) -> JSONNode {
        try skipSpace()
        let start = position
        guard let byte = peek() else { throw error("unexpected end of document, expected a value") }
        let content: JSONNode.Content
        switch byte {
        case UInt8(ascii: "{"): content = .object(try members(depth: depth + 1))
        case UInt8(ascii: "["): content = .array(try elements(depth: depth + 1))
        case UInt8(ascii: "\""): content = .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            content = .number(try number())
        default: content = try keyword()
        }
        return JSONNode(content: content, position: start)
    }

    private mutating func members(depth: Int) throws(JSONError) -> [JSONNode.Member] {
        try enter(depth)
        var members: [JSONNode.Member] = []
        members.reserveCapacity(4)
        // For objects with few members, a linear search is faster than a set.
        var keys: Set<String> = []
        while try !closes(with: UInt8(ascii: "}"), isFirst: members.isEmpty) {
            let start = position
            guard peek() == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
            let key = try string()
            if members.count == 16 { keys = Set(members.map(\.key)) }
            let isKnown =
                members.count < 16
                ? members.contains { $0.key == key } : !keys.insert(key).inserted
            guard !isKnown else {
                throw JSONError("duplicate key `\(key)`", at: start)
            }
            try skipSpace()
            guard peek() == UInt8(ascii: ":") else { throw error("expected `:` after the key") }
            position += 1
            members.append(
                JSONNode.Member(key: key, position: start, value: try value(depth: depth))
            )
        }
        return members
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [JSONNode] {
        try enter(depth)
        var elements: [JSONNode] = []
        while try !closes(with: UInt8(ascii: "]"), isFirst: elements.isEmpty) {
            elements.append(try value(depth: depth))
        }
        return elements
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= Self.maximumDepth else {
            throw error("nested deeper than \(Self.maximumDepth) levels")
        }
        position += 1
    }

    /// Returns whether the array or object ends here; if not, moves to its next element.
    private mutating func closes(
        with bracket: UInt8,
        isFirst: Bool
    ) throws(JSONError) -> Bool {
        try skipSpace()
        if !isFirst, peek() != bracket {
            guard peek() == UInt8(ascii: ",") else {
                throw error("expected `,` or `\(Character(UnicodeScalar(bracket)))`")
            }
            position += 1
            try skipSpace()
            if peek() == bracket, dialect == .strict {
                throw error("unexpected comma before `\(Character(UnicodeScalar(bracket)))`")
            }
        }
        guard peek() == bracket else { return false }
        position += 1
        return true
    }

    private mutating func keyword() throws(JSONError) -> JSONNode.Content {
        for (word, content) in [
            ("true", JSONNode.Content.boolean(true)), ("false", .boolean(false)), ("null", .null),
        ] where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return content
        }
        throw error("expected a value")
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        let integer = skipDigits()
        let hasLeadingZero = integer > 1 && bytes[position - integer] == UInt8(ascii: "0")
        guard integer > 0, !hasLeadingZero else { throw error("expected a number") }
        if peek() == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw error("expected digits after the decimal point") }
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw error("expected digits in the exponent") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek(), byte.isDigit {
            position += 1
        }
        return position - start
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        let end = bytes[position...].firstIndex {
            $0 == UInt8(ascii: "\"") || $0 == 0x5C || $0 < 32
        }
        // Most strings have no escapes and are copied in one piece.
        if let end, bytes[end] == UInt8(ascii: "\"") {
            let text = String(validating: bytes[position..<end], as: UTF8.self)
            position = end + 1
            guard let text else { throw JSONError("the string is not UTF-8", at: start) }
            return text
        }
        var unescaped: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: unescaped, as: UTF8.self) else {
                    throw JSONError("the string is not UTF-8", at: start)
                }
                return text
            case 0x5C: unescaped.append(contentsOf: String(try escape()).utf8)
            case ..<0x20:
                position -= 1
                throw error("control character in a string")
            default: unescaped.append(byte)
            }
        }
        throw JSONError("unterminated string", at: start)
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = peek() else { throw error("unterminated string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), 0x5C, UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try hexadecimalUnit()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            // A high surrogate, which must be followed by a low one.
            guard bytes[position...].starts(with: [0x5C, UInt8(ascii: "u")]) else {
                throw error("unpaired surrogate")
            }
            position += 2
            let second = try hexadecimalUnit()
            guard (0xD800..<0xDC00).contains(unit), (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(
                    0x10000 + (UInt32(unit - 0xD800) << 10 | UInt32(second - 0xDC00))
                )
            else { throw error("unpaired surrogate") }
            return scalar
        default:
            position -= 1
            throw error("invalid escape in a string")
        }
    }

    private mutating func hexadecimalUnit() throws(JSONError) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("expected four hexadecimal digits") }
        position += 4
        return unit
    }

    // MARK: White space

    private mutating func skipSpace() throws(JSONError) {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "/") where dialect == .withComments: try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONError) {
        let start = position
        let rest = bytes[(position + 1)...]
        if rest.first == UInt8(ascii: "/") {
            position = rest.firstIndex(of: 0x0A) ?? bytes.count
        } else if rest.first == UInt8(ascii: "*") {
            position += 2
            while position + 1 < bytes.count {
                if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                    position += 2
                    return
                }
                position += 1
            }
            throw JSONError("unterminated comment", at: start)
        } else {
            throw error("expected a value")
        }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ reason: String) -> JSONError { JSONError(reason, at: position) }
}
