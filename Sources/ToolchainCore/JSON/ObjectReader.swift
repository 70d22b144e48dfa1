/// A reader of an object in a report or in another document of a fleet.
///
/// Unknown members are ignored, because a newer gotoolprov may have added them. A member whose value is
/// null counts as absent.
package struct ObjectReader {
    /// The maximum length of a string that is read or written, in bytes.
    package static let maximumTextLength = 4096

    private let members: [JSONNode.Member]
    /// Whether gotoolprov 0.1.0 wrote the document, in which case keys and words have underscores.
    private let isVersion1: Bool

    private init(_ node: JSONNode, isVersion1: Bool) throws(DocumentError) {
        guard case .object(let members) = node.content else {
            throw DocumentError("expected an object, found \(node.found)")
        }
        self.members = members
        self.isVersion1 = isVersion1
    }

    /// Parses a document whose root is an object.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        let node = try Self.root(of: document)
        try self.init(node, isVersion1: Self.isVersion1(node))
    }

    private static func root(of document: [UInt8]) throws(DocumentError) -> JSONNode {
        if let encoding = foreignEncoding(of: document) {
            throw DocumentError("\(encoding): save it as plain UTF-8")
        }
        do {
            return try JSONReader.read(document, dialect: .strict)
        } catch {
            throw DocumentError(error, in: document)
        }
    }

    private static func isVersion1(_ node: JSONNode) -> Bool {
        guard case .object(let members) = node.content,
            let schema = members.first(where: { $0.key == "schema" }),
            case .string(let name) = schema.value.content
        else { return false }
        return DocumentKind.named(by: name)?.version == 1
    }

    /// Returns whether the document declares that it is of `kind`, in any version.
    package func declares(_ kind: DocumentKind) -> Bool {
        (try? string("schema")).flatMap { DocumentKind.named(by: $0) }?.kind == kind
    }

    /// Throws unless the document declares that it is of `kind`, in a supported version.
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

    /// Detects the encodings that PowerShell's `>` and Windows editors use instead of UTF-8.
    private static func foreignEncoding(of document: [UInt8]) -> String? {
        let start = Array(document.prefix(4))
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { return "has a byte order mark" }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            return "is UTF-16"
        }
        if start.count >= 2, (start[0] == 0) != (start[1] == 0) { return "is UTF-16" }
        return nil
    }

    /// Returns the value of a key, which version 1 may spell as ``documentKey(_:)`` does.
    private func node(_ key: String) -> JSONNode? {
        var node = members.first { $0.key == key }?.value
        if node == nil, isVersion1 {
            let documentKey = documentKey(key)
            node = members.first { $0.key == documentKey }?.value
        }
        if case .null? = node?.content { return nil }
        return node
    }

    /// Returns a key as the document spells it: `generatedAt`, or `generated_at` in version 1.
    private func documentKey(_ key: String) -> String {
        guard isVersion1 else { return key }
        return key.reduce(into: "") { text, character in
            if character.isUppercase { text.append("_") }
            text += character.lowercased()
        }
    }

    /// Returns whether the object has a value other than null for `key`.
    package func contains(_ key: String) -> Bool { node(key) != nil }

    /// Returns an error for the value of `key`.
    ///
    /// - Parameters:
    ///   - reason: One clause in lower case.
    ///   - key: The key as the current version spells it.
    /// - Returns: The error, with the key as the document spells it.
    package func error(_ reason: String, at key: String) -> DocumentError {
        DocumentError(reason, at: documentKey(key))
    }

    // MARK: Single values

    /// Returns the string for `key` with secrets masked; nil if it is absent.
    package func string(_ key: String) throws(DocumentError) -> String? {
        guard let node = node(key) else { return nil }
        do {
            return try Self.text(node)
        } catch {
            throw error.within(documentKey(key))
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
        guard text.utf8.count <= maximumTextLength else {
            throw DocumentError("longer than \(maximumTextLength) bytes")
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

    /// Returns the non-negative integer for `key`.
    ///
    /// A hostile document may contain numbers whose sum overflows: add values without a `limit` with
    /// `saturatingPlus`.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - limit: The maximum value.
    /// - Returns: The number; nil if it is absent.
    /// - Throws: ``DocumentError`` if the value is not an integer from 0 to `limit`.
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

    /// Returns the word for `key`; `missing` if it is absent.
    package func word<Word: JSONWord>(
        _ key: String,
        else missing: Word
    ) throws(DocumentError) -> Word {
        guard let text = try string(key) else { return missing }
        // In version 1, `root-only` was `root_only`.
        let word =
            isVersion1 ? text.split(byte: "_", omittingEmpty: false).joined(separator: "-") : text
        return Word(rawValue: word) ?? .unrecognized
    }

    /// Returns the value for `key` that is stored as a string, such as a time; nil if it is absent.
    package func value<Value: JSONText>(_ key: String) throws(DocumentError) -> Value? {
        guard let text = try string(key) else { return nil }
        guard let value = Value(text) else {
            throw error("expected \(Value.form.expectation)", at: key)
        }
        return value
    }

    package func time(_ key: String) throws(DocumentError) -> UTCTime? { try value(key) }

    package func requiredTime(_ key: String) throws(DocumentError) -> UTCTime {
        guard let time = try time(key) else { throw error("is missing", at: key) }
        return time
    }

    // MARK: Objects and arrays

    /// Returns the result of `read` for the object for `key`; nil if it is absent.
    package func object<Value>(
        _ key: String,
        _ read: (ObjectReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Value? {
        guard let node = node(key) else { return nil }
        do {
            return try read(try ObjectReader(node, isVersion1: isVersion1))
        } catch {
            throw error.within(documentKey(key))
        }
    }

    /// Returns the result of `read` for the object for `key`; throws if it is absent.
    package func requiredObject<Value>(
        _ key: String,
        _ read: (ObjectReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Value {
        guard let value = try object(key, read) else { throw error("is missing", at: key) }
        return value
    }

    /// Returns the results of `read` for the objects in the array for `key`; empty if it is absent.
    package func list<Value>(
        _ key: String,
        limit: Int,
        _ read: (ObjectReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> [Value] {
        try elements(key, limit: limit) { node throws(DocumentError) in
            try read(try ObjectReader(node, isVersion1: isVersion1))
        }
    }

    /// Returns the results of `read` for the objects in the array that is the root of a document.
    package static func list<Value>(
        parsing document: [UInt8],
        limit: Int,
        _ read: (ObjectReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> [Value] {
        try elements(of: root(of: document), limit: limit) { node throws(DocumentError) in
            try read(try ObjectReader(node, isVersion1: false))
        }
    }

    /// Returns the strings in the array for `key` with secrets masked; empty if it is absent.
    package func strings(_ key: String, limit: Int) throws(DocumentError) -> [String] {
        try elements(key, limit: limit) { node throws(DocumentError) in try Self.text(node) }
    }

    private func elements<Value>(
        _ key: String,
        limit: Int,
        _ read: (JSONNode) throws(DocumentError) -> Value
    ) throws(DocumentError) -> [Value] {
        guard let node = node(key) else { return [] }
        do {
            return try Self.elements(of: node, limit: limit, read)
        } catch {
            throw error.within(documentKey(key))
        }
    }

    private static func elements<Value>(
        of node: JSONNode,
        limit: Int,
        _ read: (JSONNode) throws(DocumentError) -> Value
    ) throws(DocumentError) -> [Value] {
        guard case .array(let nodes) = node.content else {
            throw DocumentError("expected an array, found \(node.found)")
        }
        guard nodes.count <= limit else { throw DocumentError("more than \(limit) elements") }
        var values: [Value] = []
        values.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            do {
                values.append(try read(node))
            } catch {
                throw error.within("[\(index)]")
            }
        }
        return values
    }
}
