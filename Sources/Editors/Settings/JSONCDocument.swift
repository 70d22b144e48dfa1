package import ToolchainCore

/// A JSON file with comments, such as VS Code's settings, with the byte ranges of its parts.
///
/// `JSONReader` of ToolchainCore returns the meaning of a document; this type also locates its
/// bytes, so that some can be changed without affecting others. Plain values are parsed by
/// `JSONReader`. Like VS Code, and unlike `JSONReader`, it accepts duplicate keys and treats a lone
/// CR as a line end.
package struct JSONCDocument: Sendable {
    /// The maximum nesting depth of lists and objects.
    package static let deepestNesting = JSONReader.maximumDepth
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// A value and its range of bytes.
    struct Value: Sendable {
        enum Content: Sendable {
            case plain(JSONNode.Content)
            case list
            case object([Member])
        }

        let content: Content
        let range: Range<Int>
    }

    /// A key with its value.
    struct Member: Sendable {
        let key: String
        let keyRange: Range<Int>
        let value: Value
        /// The position of the comma after the value, or `nil` if there is none.
        let comma: Int?
    }

    package let bytes: [UInt8]
    /// The value of the file, or `nil` if it has only blanks and comments, which VS Code treats as
    /// `{}`.
    let root: Value?

    /// Parses a file.
    ///
    /// - Throws: ``SettingsRefusal`` if the file is not JSON. Comments, trailing commas and a byte
    ///   order mark are allowed.
    package init(_ bytes: [UInt8]) throws(SettingsRefusal) {
        self.bytes = bytes
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw SettingsRefusal(.notUTF8, at: 0, in: bytes)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw SettingsRefusal(.notUTF8, at: Self.firstInvalid(in: bytes), in: bytes)
        }
        var scanner = JSONCScanner(bytes)
        root = try scanner.document()
    }

    private static func firstInvalid(in bytes: [UInt8]) -> Int {
        var position = 0
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            position += UTF8.width(scalar)
        }
        return position
    }

    /// Returns the value at a path of keys, or `nil` if there is none.
    ///
    /// - Throws: ``SettingsRefusal`` if one of the keys occurs more than once.
    func value(at path: [String]) throws(SettingsRefusal) -> Value? {
        guard var value = root else { return nil }
        for key in path {
            guard case .object(let members) = value.content,
                let member = try member(key, of: members)
            else { return nil }
            value = member.value
        }
        return value
    }

    func member(
        _ key: String,
        of members: [Member]
    ) throws(SettingsRefusal) -> Member? {
        let found = members.filter { $0.key.hasSameBytes(as: key) }
        guard found.count < 2 else {
            throw SettingsRefusal(
                .repeated(key: key),
                at: found[1].keyRange.lowerBound,
                in: bytes
            )
        }
        return found.first
    }

    /// Returns the string or Boolean at a path of keys, or `nil` if there is none.
    ///
    /// - Throws: ``SettingsRefusal`` if one of the keys occurs more than once.
    package func setting(at path: [String]) throws(SettingsRefusal) -> SettingValue? {
        guard case .plain(let content) = try value(at: path)?.content else { return nil }
        return SettingValue(content)
    }

    /// Returns the string or Boolean at a path of keys.
    ///
    /// Of duplicate keys the last one counts, as in VS Code.
    package func lastSetting(at path: [String]) -> SettingValue? {
        guard case .plain(let content) = lastValue(at: path)?.content else { return nil }
        return SettingValue(content)
    }

    /// Returns the string members of the object at a path of keys.
    ///
    /// Of duplicate keys the last one counts, as in VS Code.
    package func texts(at path: [String]) -> [String: String] {
        guard case .object(let members) = lastValue(at: path)?.content else { return [:] }
        var texts: [String: String] = [:]
        for member in members {
            guard case .plain(.string(let text)) = member.value.content else {
                texts[member.key] = nil
                continue
            }
            texts[member.key] = text
        }
        return texts
    }

    private func lastValue(at path: [String]) -> Value? {
        var value = root
        for key in path {
            guard case .object(let members) = value?.content else { return nil }
            value = members.last { $0.key.hasSameBytes(as: key) }?.value
        }
        return value
    }
}

/// The value of a setting that gotoolprov writes.
package enum SettingValue: Hashable, Sendable {
    case text(String)
    case truth(Bool)

    init?(_ content: JSONNode.Content) {
        switch content {
        case .string(let text): self = .text(text)
        case .boolean(let value): self = .truth(value)
        case .null, .number, .array, .object: return nil
        }
    }

    /// The value as JSON.
    package var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .truth(let value): .boolean(value)
        }
    }

    func hasSameBytes(as other: SettingValue) -> Bool { json.line == other.json.line }
}

extension JSONValue {
    /// The value as JSON without a line end.
    var line: [UInt8] { Array(rendered.utf8.dropLast()) }
}
