/// The members of an object of a report or another document of a fleet.
///
/// Unknown members are ignored, because a newer gotoolprov may have added them. A
/// member that is null counts as absent.
package struct ObjectReader {
    /// The longest text that is read or written, in bytes.
    package static let longestText = 4096

    private let members: [JSONNode.Member]
    /// Whether the document is of gotoolprov 0.1.0, which wrote keys and words with underscores.
    private let isOld: Bool

    private init(_ node: JSONNode, isOld: Bool) throws(DocumentError) {
        guard case .object(let members) = node.content else {
            throw DocumentError("expected an object, found \(node.found)")
        }
        self.members = members
        self.isOld = isOld
    }

    /// Reads a document that is one object.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        if let encoding = Self.foreignEncoding(of: document) {
            throw DocumentError("\(encoding): save it as plain UTF-8")
        }
        let node: JSONNode
        do {
            node = try JSONReader.read(document, dialect: .strict)
        } catch {
            throw DocumentError(error, in: document)
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

    /// Whether the document says that it is of this kind, in any version.
    package func says(_ kind: DocumentKind) -> Bool {
        (try? string("schema")).flatMap { DocumentKind.named(by: $0) }?.kind == kind
    }

    /// Checks that the document is of this kind, in a version that is known.
    package func check(_ kind: DocumentKind) throws(DocumentError) {
        guard let named = DocumentKind.named(by: try requiredString("schema")), named.kind == kind
        else { throw DocumentError("expected \(kind.schema)", at: "schema") }
        guard named.version <= DocumentKind.version else {
            throw DocumentError(
                "version \(named.version) is newer than this gotoolprov supports"
                    + " (\(kind.schema))",
                at: "schema"
            )
        }
        guard named.version > 0 else {
            throw DocumentError("unsupported version \(named.version)", at: "schema")
        }
    }

    /// What PowerShell's `>` and editors of Windows write in the place of UTF-8.
    private static func foreignEncoding(of document: [UInt8]) -> String? {
        let start = Array(document.prefix(4))
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { return "has a byte order mark" }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            return "is UTF-16"
        }
        if start.count >= 2, (start[0] == 0) != (start[1] == 0) { return "is UTF-16" }
        return nil
    }

    /// The value of a key, which an old document may spell as ``spelled(_:)`` says.
    private func node(_ key: String) -> JSONNode? {
        var node = members.first { $0.key == key }?.value
        if node == nil, isOld {
            let spelled = spelled(key)
            node = members.first { $0.key == spelled }?.value
        }
        if case .null? = node?.content { return nil }
        return node
    }

    /// How the document spells a key: `generatedAt`, or `generated_at` in an old one.
    private func spelled(_ key: String) -> String {
        guard isOld else { return key }
        return key.reduce(into: "") { text, character in
            if character.isUppercase { text.append("_") }
            text += character.lowercased()
        }
    }

    /// Whether there is something under `key`.
    package func has(_ key: String) -> Bool { node(key) != nil }

    /// An error of the value of `key`.
    ///
    /// - Parameters:
    ///   - reason: One clause, lower case.
    ///   - key: The key as it is spelled today.
    /// - Returns: The error, with the key as the document spells it.
    package func error(_ reason: String, at key: String) -> DocumentError {
        DocumentError(reason, at: spelled(key))
    }

    // MARK: Single values

    /// The text under `key`, without secrets.
    package func string(_ key: String) throws(DocumentError) -> String? {
        guard let node = node(key) else { return nil }
        do {
            return try Self.text(node)
        } catch {
            throw error.within(spelled(key))
        }
    }

    package func requiredString(_ key: String) throws(DocumentError) -> String {
        guard let text = try string(key) else { throw error("is missing", at: key) }
        return text
    }

    private static func text(_ node: JSONNode) throws(DocumentError) -> String {
        guard case .string(let text) = node.content else {
            throw DocumentError("expected a string, found \(node.found)")
        }
        guard text.utf8.count <= longestText else {
            throw DocumentError("longer than \(longestText) bytes")
        }
        return text.withoutSecrets
    }

    package func integer(_ key: String) throws(DocumentError) -> Int? {
        guard let node = node(key) else { return nil }
        guard case .number(let text) = node.content, let value = Int(text) else {
            throw error("expected an integer, found \(node.found)", at: key)
        }
        return value
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
    /// - Throws: ``DocumentError`` for anything else.
    package func count(_ key: String, upTo limit: Int = .max) throws(DocumentError) -> Int? {
        guard let value = try integer(key) else { return nil }
        guard value >= 0 else { throw error("expected a non-negative integer", at: key) }
        guard value <= limit else { throw error("larger than \(limit)", at: key) }
        return value
    }

    package func boolean(_ key: String) throws(DocumentError) -> Bool? {
        guard let node = node(key) else { return nil }
        guard case .boolean(let value) = node.content else {
            throw error("expected true or false, found \(node.found)", at: key)
        }
        return value
    }

    /// The word under `key`, or `missing` without one.
    package func word<Word: JSONWord>(
        _ key: String,
        else missing: Word
    ) throws(DocumentError) -> Word {
        guard let text = try string(key) else { return missing }
        // `root-only` was `root_only`.
        let word = isOld ? text.split(byte: "_", omittingEmpty: false).joined(separator: "-") : text
        return Word(rawValue: word) ?? .unheardOf
    }

    /// The text of a form of its own under `key`; nil where there is none.
    package func value<Value: JSONText>(_ key: String) throws(DocumentError) -> Value? {
        guard let text = try string(key) else { return nil }
        guard let value = Value(text) else { throw error("expected \(Value.form.words)", at: key) }
        return value
    }

    package func time(_ key: String) throws(DocumentError) -> UTCTime? { try value(key) }

    package func requiredTime(_ key: String) throws(DocumentError) -> UTCTime {
        guard let time = try time(key) else { throw error("is missing", at: key) }
        return time
    }

    // MARK: Objects and lists

    /// What `read` makes of the object under `key`; nil where there is none.
    package func object<Value>(
        _ key: String,
        _ read: (ObjectReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Value? {
        guard let node = node(key) else { return nil }
        do {
            return try read(try ObjectReader(node, isOld: isOld))
        } catch {
            throw error.within(spelled(key))
        }
    }

    /// What `read` makes of the object under `key`, which has to be there.
    package func requiredObject<Value>(
        _ key: String,
        _ read: (ObjectReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Value {
        guard let value = try object(key, read) else { throw error("is missing", at: key) }
        return value
    }

    /// What `read` makes of each object in the list under `key`; nothing where there is no list.
    package func list<Value>(
        _ key: String,
        limit: Int,
        _ read: (ObjectReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> [Value] {
        try elements(key, limit: limit) { node throws(DocumentError) in
            try read(try ObjectReader(node, isOld: isOld))
        }
    }

    /// The texts in the list under `key`, without secrets; nothing where there is no list.
    package func strings(_ key: String, limit: Int) throws(DocumentError) -> [String] {
        try elements(key, limit: limit) { node throws(DocumentError) in try Self.text(node) }
    }

    private func elements<Value>(
        _ key: String,
        limit: Int,
        _ read: (JSONNode) throws(DocumentError) -> Value
    ) throws(DocumentError) -> [Value] {
        guard let node = node(key) else { return [] }
        guard case .array(let nodes) = node.content else {
            throw error("expected an array, found \(node.found)", at: key)
        }
        guard nodes.count <= limit else { throw error("more than \(limit) elements", at: key) }
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
    }
}
