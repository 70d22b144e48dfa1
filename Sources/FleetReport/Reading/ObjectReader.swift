internal import ToolchainCore

/// A word out of a fixed list, with one that stands for all others.
///
/// A report of a newer gotoolprov may know more words; they are not lost as errors.
protocol ReportWord: RawRepresentable<String>, Sendable {
    /// What an unheard-of word is taken for.
    static var unheardOf: Self { get }
}

/// The members of an object of a report; those that nobody asks for are left alone, because a newer
/// gotoolprov may have added them.
struct ObjectReader {
    /// The longest text that is taken, in bytes.
    static let longestText = 4096

    private let members: [JSONNode.Member]
    /// Whether the document is of gotoolprov 0.1.0, which wrote keys and words with underscores.
    private let isOld: Bool

    private init(_ node: JSONNode, isOld: Bool) throws(ReportError) {
        guard case .object(let members) = node.content else {
            throw ReportError("expected an object")
        }
        self.members = members
        self.isOld = isOld
    }

    /// Reads a document that is one object.
    init(parsing document: [UInt8]) throws(ReportError) {
        if let encoding = Self.foreignEncoding(of: document) {
            throw ReportError("\(encoding), not plain UTF-8: save it again without that")
        }
        let node: JSONNode
        do {
            node = try JSONReader.read(document, dialect: .strict)
        } catch {
            throw ReportError(error, in: document)
        }
        try self.init(node, isOld: Self.isOld(node))
    }

    private static func isOld(_ node: JSONNode) -> Bool {
        guard case .object(let members) = node.content,
            let schema = members.first(where: { $0.key == "schema" }),
            case .string(let name) = schema.value.content
        else { return false }
        return DocumentKind.named(by: name)?.version == 1
    }

    /// Checks that the document is of this kind, in a version that is known.
    func check(_ kind: DocumentKind) throws(ReportError) {
        guard let named = DocumentKind.named(by: try requiredString("schema")), named.kind == kind
        else { throw ReportError("expected \(kind.schema)", at: "schema") }
        guard named.version <= DocumentKind.version else {
            throw ReportError(
                "version \(named.version) is newer than this gotoolprov, which reads"
                    + " \(kind.schema)",
                at: "schema"
            )
        }
        guard named.version > 0 else {
            throw ReportError("gotoolprov never wrote version \(named.version)", at: "schema")
        }
    }

    /// What PowerShell's `>` and editors of Windows write in the place of UTF-8.
    private static func foreignEncoding(of document: [UInt8]) -> String? {
        let start = Array(document.prefix(4))
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { return "begins with a byte order mark" }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            return "is UTF-16"
        }
        if start.count >= 2, (start[0] == 0) != (start[1] == 0) { return "is UTF-16" }
        return nil
    }

    /// The value of a key, which an old document may spell as ``spelled(_:)`` says.
    private func node(_ key: String) -> JSONNode? {
        if let member = members.first(where: { $0.key == key }) { return member.value }
        guard isOld else { return nil }
        let spelled = spelled(key)
        return members.first { $0.key == spelled }?.value
    }

    /// How the document spells a key: `generatedAt`, or `generated_at` in an old one.
    private func spelled(_ key: String) -> String {
        guard isOld else { return key }
        return key.reduce(into: "") { text, character in
            if character.isUppercase { text.append("_") }
            text += character.lowercased()
        }
    }

    private func content(_ key: String) -> JSONNode.Content? {
        guard let content = node(key)?.content, content != .null else { return nil }
        return content
    }

    /// Whether there is something under `key`.
    func has(_ key: String) -> Bool { content(key) != nil }

    // MARK: Single values; null is the same as nothing

    func string(_ key: String) throws(ReportError) -> String? {
        switch content(key) {
        case nil: return nil
        case .string(let text):
            guard text.utf8.count <= Self.longestText else {
                throw ReportError("longer than \(Self.longestText) bytes", at: spelled(key))
            }
            return text.withoutSecrets
        default: throw ReportError("expected a string", at: spelled(key))
        }
    }

    func requiredString(_ key: String) throws(ReportError) -> String {
        guard let text = try string(key) else { throw ReportError("is missing", at: spelled(key)) }
        return text
    }

    func integer(_ key: String) throws(ReportError) -> Int? {
        switch content(key) {
        case nil: return nil
        case .number(let text):
            guard let value = Int(text) else {
                throw ReportError("expected a whole number", at: spelled(key))
            }
            return value
        default: throw ReportError("expected a whole number", at: spelled(key))
        }
    }

    /// A whole number from 0 on.
    ///
    /// Disks are large, so who adds some up has to expect too large a sum: those without a `limit` are
    /// added with `saturatingPlus`.
    ///
    /// - Parameters:
    ///   - key: Its name.
    ///   - limit: The largest number that is accepted.
    /// - Returns: The number; nil where there is none.
    /// - Throws: ``ReportError`` for anything else.
    func count(_ key: String, upTo limit: Int = .max) throws(ReportError) -> Int? {
        guard let value = try integer(key) else { return nil }
        guard value >= 0 else { throw ReportError("expected a number from 0 on", at: spelled(key)) }
        guard value <= limit else { throw ReportError("larger than \(limit)", at: spelled(key)) }
        return value
    }

    func boolean(_ key: String) throws(ReportError) -> Bool? {
        switch content(key) {
        case nil: return nil
        case .boolean(let value): return value
        default: throw ReportError("expected true or false", at: spelled(key))
        }
    }

    func word<Word: ReportWord>(_ key: String, else missing: Word) throws(ReportError) -> Word {
        guard let text = try string(key) else { return missing }
        // `root-only` was `root_only`.
        let word = isOld ? text.split(byte: "_", omittingEmpty: false).joined(separator: "-") : text
        return Word(rawValue: word) ?? .unheardOf
    }

    func time(_ key: String) throws(ReportError) -> UTCTime? {
        guard let text = try string(key) else { return nil }
        guard let time = UTCTime(text) else {
            throw ReportError("expected a time as 2026-11-22T22:00:00Z", at: spelled(key))
        }
        return time
    }

    func requiredTime(_ key: String) throws(ReportError) -> UTCTime {
        guard let time = try time(key) else { throw ReportError("is missing", at: spelled(key)) }
        return time
    }

    // MARK: Objects and lists

    func object<Value>(
        _ key: String,
        _ read: (ObjectReader) throws(ReportError) -> Value
    ) throws(ReportError) -> Value? {
        guard let node = node(key), node.content != .null else { return nil }
        do {
            return try read(try ObjectReader(node, isOld: isOld))
        } catch {
            throw error.within(spelled(key))
        }
    }

    func requiredObject<Value>(
        _ key: String,
        _ read: (ObjectReader) throws(ReportError) -> Value
    ) throws(ReportError) -> Value {
        guard let value = try object(key, read) else {
            throw ReportError("is missing", at: spelled(key))
        }
        return value
    }

    func list<Value>(
        _ key: String,
        limit: Int,
        _ read: (ObjectReader) throws(ReportError) -> Value
    ) throws(ReportError) -> [Value] {
        try elements(key, limit: limit) { node throws(ReportError) in
            try read(try ObjectReader(node, isOld: isOld))
        }
    }

    func strings(_ key: String, limit: Int) throws(ReportError) -> [String] {
        try elements(key, limit: limit) { node throws(ReportError) in
            guard case .string(let text) = node.content else {
                throw ReportError("expected a string")
            }
            guard text.utf8.count <= Self.longestText else {
                throw ReportError("longer than \(Self.longestText) bytes")
            }
            return text.withoutSecrets
        }
    }

    private func elements<Value>(
        _ key: String,
        limit: Int,
        _ read: (JSONNode) throws(ReportError) -> Value
    ) throws(ReportError) -> [Value] {
        switch content(key) {
        case nil: return []
        case .array(let nodes):
            guard nodes.count <= limit else {
                throw ReportError("more than \(limit) elements", at: spelled(key))
            }
            var values: [Value] = []
            values.reserveCapacity(nodes.count)
            for (index, node) in nodes.enumerated() {
                do {
                    values.append(try read(node))
                } catch {
                    throw error.within("[\(index)]").within(spelled(key))
                }
            }
            return values
        default: throw ReportError("expected a list", at: spelled(key))
        }
    }
}
