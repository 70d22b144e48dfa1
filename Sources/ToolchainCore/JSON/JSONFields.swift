/// What is done with the fields of a ``JSONRecord``: they are read, written or described.
package struct JSONFields {
    /// Whether a field may be absent.
    package enum Presence: Sendable {
        /// It is always written, and an error says that it is missing.
        case required
        /// It is always written. Where it is absent, because an older gotoolprov did not write it, the
        /// property keeps its value.
        case expected
        /// It is left out where there is nothing to say.
        case optional
        /// It is null where there is nothing to say.
        case nullable
    }

    private enum Work {
        case reading(ObjectReader)
        case writing
        case describing
    }

    private let work: Work
    /// The members of the object that is written, or the properties of the schema.
    private var members: [JSONValue.Member] = []
    /// The keys that are always written.
    private var required: [JSONValue] = []

    /// Reads the fields of an object.
    package init(reading reader: ObjectReader) { work = .reading(reader) }

    private init(_ work: Work) { self.work = work }

    /// The object of the fields that `body` names.
    package static func written(
        _ body: (inout JSONFields) throws(DocumentError) -> Void
    ) -> JSONValue {
        .object(done(.writing, body).members)
    }

    /// The JSON Schema of an object of the fields that `body` names.
    package static func described(
        _ body: (inout JSONFields) throws(DocumentError) -> Void
    ) -> JSONValue {
        let fields = done(.describing, body)
        return [
            "type": "object", "additionalProperties": false, "required": .array(fields.required),
            "properties": .object(fields.members),
        ]
    }

    private static func done(
        _ work: Work,
        _ body: (inout JSONFields) throws(DocumentError) -> Void
    ) -> JSONFields {
        var fields = JSONFields(work)
        do {
            try body(&fields)
        } catch {
            preconditionFailure("only reading throws: \(error)")
        }
        return fields
    }

    /// Whether properties get their values from a document.
    package var isReading: Bool {
        if case .reading = work { true } else { false }
    }

    // MARK: What all fields have in common

    mutating func field<Value>(
        _ key: String,
        _ value: inout Value?,
        _ presence: Presence,
        _ description: @autoclosure () -> String?,
        schema: @autoclosure () -> JSONValue,
        write: (Value) -> JSONValue,
        read: (ObjectReader) throws(DocumentError) -> Value?
    ) throws(DocumentError) {
        switch work {
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

    /// Names the kind of the document.
    package mutating func kind(_ kind: DocumentKind) throws(DocumentError) {
        if case .reading(let reader) = work { return try reader.check(kind) }
        output("schema", .string(kind.schema), schema: ["const": .string(kind.schema)])
    }

    /// Names a field that follows from others: it is written, and ignored when it is read.
    ///
    /// - Parameters:
    ///   - key: Its key.
    ///   - value: Its value.
    ///   - description: What it says, for the schema.
    ///   - schema: The JSON Schema of the value.
    package mutating func output(
        _ key: String,
        _ value: @autoclosure () -> JSONValue,
        described description: @autoclosure () -> String? = nil,
        schema: @autoclosure () -> JSONValue
    ) {
        switch work {
        case .reading: break
        case .writing: members.append(JSONValue.Member(key, value()))
        case .describing: describe(key, .expected, description(), schema())
        }
    }

    // MARK: Single values

    /// Names a text of at most ``ObjectReader/longestText`` bytes, in which secrets are masked.
    ///
    /// - Parameters:
    ///   - key: Its key.
    ///   - value: The text.
    ///   - presence: Whether it may be absent.
    ///   - pattern: The regular expression that the schema has for it; readers accept any text.
    ///   - description: What it says, for the schema.
    /// - Throws: ``DocumentError``.
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

    /// Names a whole number from 0 to `limit`.
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

    /// Names a word out of a list; those of `never` are read and not written.
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

    /// Names a text of a form of its own.
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
