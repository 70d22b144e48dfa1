internal import ToolchainCore

/// Locates every member of a JSON file with comments, in linear time and memory.
struct JSONCScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Returns the value of the file, or `nil` if there is none.
    mutating func document() throws(SettingsRefusal) -> JSONCDocument.Value? {
        if bytes.starts(with: JSONCDocument.byteOrderMark) { position = 3 }
        try skipSpace()
        guard peek() != nil else { return nil }
        let value = try value(depth: 0)
        try skipSpace()
        guard peek() == nil else { throw malformed("expected the end of the file") }
        return value
    }

    private mutating func value(depth: Int) throws(SettingsRefusal) -> JSONCDocument.Value {
        try skipSpace()
        let start = position
        let content: JSONCDocument.Value.Content
        switch peek() {
        case nil: throw malformed("unexpected end of file, expected a value")
        case UInt8(ascii: "{"): content = .object(try members(depth: depth + 1))
        case UInt8(ascii: "["):
            try skipElements(depth: depth + 1)
            content = .list
        default: content = .plain(try plain())
        }
        return JSONCDocument.Value(content: content, range: start..<position)
    }

    private mutating func members(depth: Int) throws(SettingsRefusal) -> [JSONCDocument.Member] {
        try enter(depth)
        var members: [JSONCDocument.Member] = []
        while try !closes(with: UInt8(ascii: "}")) {
            let start = position
            guard peek() == .quote, case .string(let key) = try plain() else {
                throw malformed("expected a key in quotes")
            }
            let end = position
            try skipSpace()
            guard peek() == UInt8(ascii: ":") else { throw malformed("expected `:` after the key") }
            position += 1
            let value = try value(depth: depth)
            members.append(
                JSONCDocument.Member(
                    key: key,
                    keyRange: start..<end,
                    value: value,
                    comma: try comma(before: UInt8(ascii: "}"))
                )
            )
        }
        return members
    }

    private mutating func skipElements(depth: Int) throws(SettingsRefusal) {
        try enter(depth)
        while try !closes(with: UInt8(ascii: "]")) {
            _ = try value(depth: depth)
            _ = try comma(before: UInt8(ascii: "]"))
        }
    }

    private mutating func enter(_ depth: Int) throws(SettingsRefusal) {
        guard depth <= JSONCDocument.deepestNesting else {
            throw SettingsRefusal(.tooDeep, at: position, in: bytes)
        }
        position += 1
    }

    private mutating func closes(with bracket: UInt8) throws(SettingsRefusal) -> Bool {
        try skipSpace()
        guard peek() == bracket else { return false }
        position += 1
        return true
    }

    /// Skips the comma at the current position and returns its position, or `nil` before the
    /// closing bracket.
    private mutating func comma(before bracket: UInt8) throws(SettingsRefusal) -> Int? {
        try skipSpace()
        switch peek() {
        case bracket: return nil
        case .comma:
            position += 1
            return position - 1
        default: throw malformed("expected `,` or `\(Character(Unicode.Scalar(bracket)))`")
        }
    }

    /// Reads a string, a number, `true`, `false` or `null`.
    private mutating func plain() throws(SettingsRefusal) -> JSONNode.Content {
        let start = position
        if peek() == .quote { skipString() } else { skipWord() }
        let content: JSONNode.Content
        do throws(JSONError) {
            content = try JSONReader.read(Array(bytes[start..<position]), dialect: .strict).content
        } catch {
            position = start + error.position
            throw malformed(error.reason)
        }
        return content
    }

    private mutating func skipString() {
        position += 1
        while let byte = peek() {
            position += 1
            switch byte {
            case .quote: return
            case UInt8(ascii: "\\"): position = min(position + 1, bytes.count)
            // A control character is invalid; JSONReader reports it.
            case ..<0x20: return
            default: continue
            }
        }
    }

    private mutating func skipWord() {
        while let byte = peek(), !byte.isBlank, !byte.isLineBreak, !Self.delimiters.contains(byte) {
            position += 1
        }
    }

    private static let delimiters = Array(",:/\"{}[]".utf8)

    private mutating func skipSpace() throws(SettingsRefusal) {
        while let byte = peek() {
            if byte.isBlank || byte.isLineBreak {
                position += 1
            } else if byte == .slash {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(SettingsRefusal) {
        guard let (end, _) = bytes.comment(at: position) else {
            throw malformed(
                position + 1 < bytes.count && bytes[position + 1] == .star
                    ? "unterminated comment" : "expected a value"
            )
        }
        position = end
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private func malformed(_ reason: String) -> SettingsRefusal {
        SettingsRefusal(.malformed(reason), at: position, in: bytes)
    }
}

extension [UInt8] {
    /// Returns the end of the comment at `start`, and whether it extends to the end of the line;
    /// `nil` if no complete comment begins there.
    func comment(at start: Int) -> (end: Int, isToLineEnd: Bool)? {
        guard start + 1 < count, self[start] == .slash else { return nil }
        switch self[start + 1] {
        case .slash: return (self[start...].firstIndex(where: \.isLineBreak) ?? count, true)
        case .star:
            var index = start + 2
            while index + 1 < count {
                if self[index] == .star, self[index + 1] == .slash { return (index + 2, false) }
                index += 1
            }
            return nil
        default: return nil
        }
    }
}
