/// A value of a JSON document with its position, so that errors can report a line and a column.
///
/// FoundationEssentials' decoder silently uses the first of two duplicate keys, ignores unknown keys
/// and does not record positions (docs/facts/edge-cases.md#json-decoders). In manifests and catalogs,
/// duplicate and unknown keys are errors.
package struct JSONNode: Equatable, Sendable {
    /// The value of a node.
    package enum Content: Equatable, Sendable {
        case null
        case boolean(Bool)
        /// The number as written in the document.
        case number(String)
        case string(String)
        case array([JSONNode])
        /// The members in document order; their keys are unique.
        case object([Member])
    }

    /// A key and its value.
    package struct Member: Equatable, Sendable {
        /// The key, unescaped.
        package let key: String
        /// The position of the key.
        package let position: Position
        package let value: JSONNode
    }

    /// An offset in a document, in bytes.
    package typealias Position = Int

    package let content: Content
    /// The position of the first byte.
    package let position: Position

    /// The type of the value, for error messages.
    var kindName: String {
        switch content {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The type of the value, or the number itself, for error messages.
    var found: String {
        guard case .number(let text) = content else { return kindName }
        return "the number \(text.prefix(40))"
    }
}

/// An error in a JSON document, with its position.
package struct JSONError: Error, Hashable, Sendable {
    /// One clause in lower case.
    package let reason: String
    /// The position at which the error was detected.
    package let position: JSONNode.Position

    init(_ reason: String, at position: JSONNode.Position) {
        self.reason = reason
        self.position = position
    }

    /// Returns the line and column of the error in `document`, both counted from 1.
    ///
    /// - Parameter document: The document that was parsed.
    /// - Returns: The location; columns count Unicode scalars.
    package func location(in document: some Collection<UInt8>) -> (line: Int, column: Int) {
        let before = document.prefix(position)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        ).last
        // Continuation bytes of UTF-8 are not counted.
        let column = (lineStart.map { $0.count { $0 & 0xC0 != 0x80 } } ?? 0) + 1
        return (line, column)
    }
}

// MARK: - Typed access

extension JSONNode {
    func string() throws(JSONError) -> String {
        guard case .string(let text) = content else { throw mismatch("a string") }
        return text
    }

    func boolean() throws(JSONError) -> Bool {
        guard case .boolean(let value) = content else { throw mismatch("true or false") }
        return value
    }

    /// Returns the value as a non-negative integer.
    func count() throws(JSONError) -> Int {
        guard case .number(let text) = content, let value = Int(text), value >= 0 else {
            throw mismatch("a non-negative integer")
        }
        return value
    }

    /// Returns the value as a SHA-256 digest.
    func digest() throws(JSONError) -> SHA256Digest {
        guard let digest = SHA256Digest(hexadecimal: try string()) else {
            throw JSONError("expected 64 hexadecimal digits", at: position)
        }
        return digest
    }

    func elements() throws(JSONError) -> [JSONNode] {
        guard case .array(let elements) = content else { throw mismatch("an array") }
        return elements
    }

    /// Returns the value as an array of strings.
    func strings() throws(JSONError) -> [String] {
        var strings: [String] = []
        for element in try elements() { strings.append(try element.string()) }
        return strings
    }

    /// Returns a reader for the members of the object.
    func object() throws(JSONError) -> JSONObjectReader {
        guard case .object(let members) = content else { throw mismatch("an object") }
        return JSONObjectReader(members: members, position: position)
    }

    private func mismatch(_ expected: String) -> JSONError {
        // Versions must be quoted: converted from YAML, an unquoted 1.20 has become 1.2.
        if case .number(let text) = content, expected == "a string" {
            return JSONError(
                "expected a string, found the number \(text.prefix(40)); quote it",
                at: position
            )
        }
        return JSONError("expected \(expected), found \(kindName)", at: position)
    }
}

/// A reader of an object that must not have unknown members.
struct JSONObjectReader {
    private let members: [JSONNode.Member]
    private var takenCount = 0
    private var known: [String] = []
    private let position: JSONNode.Position

    init(members: [JSONNode.Member], position: JSONNode.Position) {
        self.members = members
        self.position = position
        known.reserveCapacity(8)
    }

    /// Returns the value of `key`, or nil if the object does not have it; call once for each key.
    mutating func take(_ key: String) -> JSONNode? {
        known.append(key)
        guard let member = members.first(where: { $0.key == key }) else { return nil }
        takenCount += 1
        return member.value
    }

    /// Returns the value of `key`; throws if the object does not have it.
    mutating func require(_ key: String) throws(JSONError) -> JSONNode {
        guard let value = take(key) else {
            throw JSONError("the key `\(key)` is missing", at: position)
        }
        return value
    }

    /// Throws if the object has a key that has not been taken.
    func finish() throws(JSONError) {
        guard takenCount < members.count,
            let unknown = members.first(where: { !known.contains($0.key) })
        else { return }
        let keys = known.filter { !$0.hasPrefix("$") }.map { "`\($0)`" }.joined(separator: ", ")
        throw JSONError(
            "unknown key `\(unknown.key)`; known keys: \(keys)",
            at: unknown.position
        )
    }
}
