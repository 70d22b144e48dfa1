/// A value of a JSON document together with where it stands, so that whatever is wrong with its
/// meaning can be told by line and column.
///
/// FoundationEssentials' decoder silently takes the first of two equal keys, ignores unknown ones
/// and knows no positions (docs/facts/edge-cases.md#json-decoders). In a manifest and a
/// catalog the first two are errors, which are reported by line and column.
package struct JSONNode: Equatable, Sendable {
    /// What a node holds.
    package enum Content: Equatable, Sendable {
        case null
        case boolean(Bool)
        /// The number as it is written.
        case number(String)
        case string(String)
        case array([JSONNode])
        /// The members in their order; no two have the same key.
        case object([Member])
    }

    /// A key and its value.
    package struct Member: Equatable, Sendable {
        /// The key, unescaped.
        package let key: String
        /// Where the key stands.
        package let position: Position
        package let value: JSONNode
    }

    /// A place in a document: a count of bytes from its start.
    package typealias Position = Int

    /// The value.
    package let content: Content
    /// Where it starts.
    package let position: Position

    /// What the value is called in messages.
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

    /// The value in an error that says what was found.
    var found: String {
        guard case .number(let text) = content else { return kindName }
        return "the number \(text.prefix(40))"
    }
}

/// What is wrong with a JSON document, and where.
package struct JSONError: Error, Hashable, Sendable {
    /// One clause, lower case.
    package let reason: String
    /// Where it was noticed.
    package let position: JSONNode.Position

    init(_ reason: String, at position: JSONNode.Position) {
        self.reason = reason
        self.position = position
    }

    /// The line and column of the error in `document`, both from 1; columns count characters.
    package func place(in document: some Collection<UInt8>) -> (line: Int, column: Int) {
        let before = document.prefix(position)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        ).last
        // Bytes that continue a UTF-8 sequence are not characters of their own.
        let column = (lineStart.map { $0.count { $0 & 0xC0 != 0x80 } } ?? 0) + 1
        return (line, column)
    }
}

// MARK: - Reading meaning

extension JSONNode {
    func string() throws(JSONError) -> String {
        guard case .string(let text) = content else { throw mismatch("a string") }
        return text
    }

    /// Whether this is `true`.
    func boolean() throws(JSONError) -> Bool {
        guard case .boolean(let value) = content else { throw mismatch("true or false") }
        return value
    }

    /// The whole number from 0 on that this is.
    func count() throws(JSONError) -> Int {
        guard case .number(let text) = content, let value = Int(text), value >= 0 else {
            throw mismatch("a non-negative integer")
        }
        return value
    }

    /// The SHA-256 digest that this says.
    func digest() throws(JSONError) -> SHA256Digest {
        guard let digest = SHA256Digest(hexadecimal: try string()) else {
            throw JSONError("expected 64 hexadecimal digits", at: position)
        }
        return digest
    }

    /// The elements of the list that this is.
    func elements() throws(JSONError) -> [JSONNode] {
        guard case .array(let elements) = content else { throw mismatch("an array") }
        return elements
    }

    /// The strings of the list that this is.
    func strings() throws(JSONError) -> [String] {
        var strings: [String] = []
        for element in try elements() { strings.append(try element.string()) }
        return strings
    }

    /// The members of the object that this is, to be taken one by one.
    func object() throws(JSONError) -> JSONObjectReader {
        guard case .object(let members) = content else { throw mismatch("an object") }
        return JSONObjectReader(members: members, position: position)
    }

    private func mismatch(_ expected: String) -> JSONError {
        // What was YAML once has lost its zeros: 1.20 is the number 1.2 there.
        if case .number(let text) = content, expected == "a string" {
            return JSONError(
                "expected a string, found the number \(text.prefix(40)); quote it",
                at: position
            )
        }
        return JSONError("expected \(expected), found \(kindName)", at: position)
    }
}

/// An object whose members are taken by name; what is left over at the end is an error.
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

    /// The value of `key`, or nil where the object does not have it; to be asked once a key.
    mutating func take(_ key: String) -> JSONNode? {
        known.append(key)
        guard let member = members.first(where: { $0.key == key }) else { return nil }
        takenCount += 1
        return member.value
    }

    /// The value of `key`, which is required.
    mutating func require(_ key: String) throws(JSONError) -> JSONNode {
        guard let value = take(key) else {
            throw JSONError("the key `\(key)` is missing", at: position)
        }
        return value
    }

    /// Refuses unknown keys.
    func finish() throws(JSONError) {
        guard takenCount < members.count,
            let stranger = members.first(where: { !known.contains($0.key) })
        else { return }
        let keys = known.filter { !$0.hasPrefix("$") }.map { "`\($0)`" }.joined(separator: ", ")
        throw JSONError(
            "unknown key `\(stranger.key)`; known keys: \(keys)",
            at: stranger.position
        )
    }
}
