extension JSONValue {
    /// Creates the value of a node that was read.
    ///
    /// - Throws: ``JSONError`` for a number that is not an integer.
    init(_ node: JSONNode) throws(JSONError) {
        switch node.content {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .string(let text): self = .string(text)
        case .number(let text):
            guard let value = Int(text) else {
                throw JSONError("expected an integer", at: node.position)
            }
            self = .integer(value)
        case .array(let nodes):
            var elements: [JSONValue] = []
            for node in nodes { elements.append(try JSONValue(node)) }
            self = .array(elements)
        case .object(let nodes):
            var members: [Member] = []
            for node in nodes { members.append(Member(node.key, try JSONValue(node.value))) }
            self = .object(members)
        }
    }

    /// The document in canonical form: the members of each object sorted by the bytes of their keys, indented
    /// by two spaces, with a trailing line feed.
    ///
    /// Reading canonical text and rendering it again gives the same bytes, and no other text of the same
    /// value is canonical.
    package var canonical: [UInt8] { Array(sorted.rendered.utf8) }

    private var sorted: JSONValue {
        switch self {
        case .null, .boolean, .integer, .string: self
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let members):
            .object(
                members.sorted { $0.key.precedesByBytes($1.key) }
                    .map { Member($0.key, $0.value.sorted) }
            )
        }
    }
}
