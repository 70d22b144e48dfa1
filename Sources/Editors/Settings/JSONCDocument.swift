package import ToolchainCore

/// A JSON file with comments, as VS Code keeps its settings, and where in it everything stands.
///
/// `JSONReader` of ToolchainCore tells what a document means; this tells which bytes say it, so that
/// some can be changed and all others left. Plain values are read by `JSONReader`.
/// Like VS Code, and unlike that reader, it takes equal keys and lets a lone CR end a line.
package struct JSONCDocument: Sendable {
    /// How deep lists and objects may be nested.
    package static let deepestNesting = JSONReader.deepestNesting
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// A value and the bytes that it is written in.
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
        /// Where the comma after it is; nil where none is.
        let comma: Int?
    }

    /// The whole file.
    package let bytes: [UInt8]
    /// The one value in it; nil where there are only blanks and comments, which VS Code takes for `{}`.
    let root: Value?

    /// Reads a file.
    ///
    /// - Throws: ``SettingsRefusal`` for what is not JSON with comments, trailing commas and perhaps a
    ///   byte order mark.
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

    /// The value at a path of keys; nil where nothing is.
    ///
    /// - Throws: ``SettingsRefusal`` where one of the keys is given more than once.
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

    /// The text or truth at a path of keys; nil where nothing or something else is.
    ///
    /// - Throws: ``SettingsRefusal`` where one of the keys is given more than once.
    package func setting(at path: [String]) throws(SettingsRefusal) -> SettingValue? {
        guard case .plain(let content) = try value(at: path)?.content else { return nil }
        return SettingValue(content)
    }

    /// The text or truth at a path of keys; of equal keys the last one counts, as in VS Code.
    package func lastSetting(at path: [String]) -> SettingValue? {
        guard case .plain(let content) = lastValue(at: path)?.content else { return nil }
        return SettingValue(content)
    }

    /// The texts in the object at a path of keys; what in it is no text is left out, and of equal
    /// keys the last one counts, as in VS Code.
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

/// What one of our settings can be.
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
    /// A plain value as it is written, without a line end.
    var line: [UInt8] { Array(rendered.utf8.dropLast()) }
}
