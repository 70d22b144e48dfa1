/// A pass over the fields of a ``JSONRecord``, which reads, writes or describes them.
package struct JSONFields {
    /// Whether a field may be absent.
    package enum Presence: Sendable {
        /// Always written; reading fails if it is absent.
        case required
        /// Always written; if it is absent, as in documents of an older gotoolprov, the property keeps
        /// its value.
        case expected
        /// Omitted if the property is nil.
        case optional
        /// Written as null if the property is nil.
        case nullable
    }

    private enum Pass {
        case reading(ObjectReader)
        case writing
        case describing
    }

    private let pass: Pass
    /// The members of the object being written, or the properties of its schema.
    private var members: [JSONValue.Member] = []
    /// The keys of the fields that are always written.
    private var required: [JSONValue] = []

    /// Creates a pass that reads the fields of an object.
    package init(reading reader: ObjectReader) { pass = .reading(reader) }

    private init(_ pass: Pass) { self.pass = pass }

    /// Returns the object with the fields that `body` declares.
    package static func written(
        _ body: (inout JSONFields) throws(DocumentError) -> Void
    ) -> JSONValue {
        .object(performing(.writing, body).members)
    }

    /// Returns the JSON Schema of an object with the fields that `body` declares.
    package static func described(
        _ body: (inout JSONFields) throws(DocumentError) -> Void
    ) -> JSONValue {
        let fields = performing(.describing, body)
        return [
            "type": "object", "additionalProperties": false, "required": .array(fields.required),
            "properties": .object(fields.members),
        ]
    }

    private static func performing(
        _ pass: Pass,
        _ body: (inout JSONFields) throws(DocumentError) -> Void
    ) -> JSONFields {
        var fields = JSONFields(pass)
        do {
            try body(&fields)
        } catch {
            preconditionFailure("only reading throws: \(error)")
        }
        return fields
    }

    /// Whether this pass reads properties from a document.
    package var isReading: Bool {
        if case .reading = pass { true } else { false }
    }

    // MARK: All fields

    mutating func field<Value>(
        _ key: String,
        _ value: inout Value?,
        _ presence: Presence,
        _ description: @autoclosure () -> String?,
        schema: @autoclosure () -> JSONValue,
        write: (Value) -> JSONValue,
        read: (ObjectReader) throws(DocumentError) -> Value?
    ) throws(DocumentError) {
        switch pass {
        case .reading(let reader):
            value = try read(reader)
            if value == nil, presence == .required { throw reader.error("is missing", at: key) }
        case .writing:
            if let value {
                members.append(JSONValue.Member(key, write(value)))
            } else if presence == .nullable {
                members.append(JSONValue.Member(key, .null))
            }
        case .describing: describe(key, presence, description(), schema())
        }
    }

    private mutating func describe(
        _ key: String,
        _ presence: Presence,
        _ description: String?,
        _ schema: JSONValue
    ) {
        if presence != .optional { required.append(.string(key)) }
        var schema = schema
        if presence == .nullable { schema = JSONSchema.orNull(schema) }
        if let description { schema = schema.adding("description", .string(description)) }
        members.append(JSONValue.Member(key, schema))
    }

    // MARK: Documents

    /// Declares the kind of the document, which is its first member.
    package mutating func kind(_ kind: DocumentKind) throws(DocumentError) {
        if case .reading(let reader) = pass { return try reader.check(kind) }
        output("schema", .string(kind.schema), schema: ["const": .string(kind.schema)])
    }

    /// Declares a field that is derived from others: it is written, but ignored when reading.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The value.
    ///   - description: The description for the schema.
    ///   - schema: The JSON Schema of the value.
    package mutating func output(
        _ key: String,
        _ value: @autoclosure () -> JSONValue,
        described description: @autoclosure () -> String? = nil,
        schema: @autoclosure () -> JSONValue
    ) {
        switch pass {
        case .reading: break
        case .writing: members.append(JSONValue.Member(key, value()))
        case .describing: describe(key, .expected, description(), schema())
        }
    }

    // MARK: Single values

    /// Declares a string of at most ``ObjectReader/maximumTextLength`` bytes, in which secrets are masked.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The string.
    ///   - presence: Whether the field may be absent.
    ///   - pattern: A regular expression for the schema; reading accepts any string.
    ///   - description: The description for the schema.
    /// - Throws: ``DocumentError`` for an invalid value, only when reading.
    package mutating func text(
        _ key: String,
        _ value: inout String?,
        _ presence: Presence = .optional,
        pattern: String? = nil,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        try field(
            key,
            &value,
            presence,
            description(),
            schema: pattern.map { JSONSchema.text(matching: $0) } ?? JSONSchema.text,
            write: JSONValue.published,
            read: { reader throws(DocumentError) in try reader.string(key) }
        )
    }

    package mutating func text(
        _ key: String,
        _ value: inout String,
        _ presence: Presence = .expected,
        pattern: String? = nil,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        var known: String? = value
        try text(key, &known, presence, pattern: pattern, described: description())
        value = known ?? value
    }

    package mutating func flag(
        _ key: String,
        _ value: inout Bool?,
        _ presence: Presence = .optional,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        try field(
            key,
            &value,
            presence,
            description(),
            schema: ["type": "boolean"],
            write: { .boolean($0) },
            read: { reader throws(DocumentError) in try reader.boolean(key) }
        )
    }

    package mutating func flag(
        _ key: String,
        _ value: inout Bool,
        _ presence: Presence = .expected,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        var known: Bool? = value
        try flag(key, &known, presence, described: description())
        value = known ?? value
    }

    /// Declares an integer from 0 to `limit`.
    package mutating func count(
        _ key: String,
        _ value: inout Int?,
        _ presence: Presence = .optional,
        upTo limit: Int = .max,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        try field(
            key,
            &value,
            presence,
            description(),
            schema: JSONSchema.count(upTo: limit),
            write: { .integer($0) },
            read: { reader throws(DocumentError) in try reader.count(key, upTo: limit) }
        )
    }

    package mutating func count(
        _ key: String,
        _ value: inout Int,
        _ presence: Presence = .expected,
        upTo limit: Int = .max,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        var known: Int? = value
        try count(key, &known, presence, upTo: limit, described: description())
        value = known ?? value
    }

    /// Declares an enumerated value; the schema omits the words in `never`, which are read but not written.
    package mutating func word<Word: JSONWord>(
        _ key: String,
        _ value: inout Word,
        never: [Word] = [],
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        let absent = value
        var known: Word? = value
        try field(
            key,
            &known,
            .expected,
            description(),
            schema: JSONSchema.word(never),
            write: { .string($0.rawValue) },
            read: { reader throws(DocumentError) in try reader.word(key, else: absent) }
        )
        value = known ?? value
    }

    /// Declares a value that is stored as a string, such as a time.
    package mutating func value<Value: JSONText>(
        _ key: String,
        _ value: inout Value?,
        _ presence: Presence = .optional,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        try field(
            key,
            &value,
            presence,
            description(),
            schema: JSONSchema.text(matching: Value.form.pattern),
            write: { .string($0.description) },
            read: { reader throws(DocumentError) in try reader.value(key) }
        )
    }

    package mutating func value<Value: JSONText>(
        _ key: String,
        _ value: inout Value,
        _ presence: Presence = .required,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        var known: Value? = value
        try self.value(key, &known, presence, described: description())
        value = known ?? value
    }
}
