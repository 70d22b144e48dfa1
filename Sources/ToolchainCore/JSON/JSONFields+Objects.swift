extension JSONFields {
    /// Declares a field whose value is a record.
    package mutating func object<Record: JSONRecord>(
        _ key: String,
        _ value: inout Record?,
        _ presence: Presence = .optional,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        try field(
            key,
            &value,
            presence,
            description(),
            schema: Record.schema,
            write: \.document,
            read: { reader throws(DocumentError) in try reader.object(key, Record.init(reading:)) }
        )
    }

    package mutating func object<Record: JSONRecord>(
        _ key: String,
        _ value: inout Record,
        _ presence: Presence = .expected,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        var known: Record? = value
        try object(key, &known, presence, described: description())
        value = known ?? value
    }

    /// Declares an object whose fields are stored in the enclosing record.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - isWritten: Whether the object has a value when the record is written.
    ///   - presence: Whether the object may be absent.
    ///   - description: The description for the schema.
    ///   - body: Declares the fields of the object.
    /// - Throws: ``DocumentError`` for an invalid value, only when reading.
    package mutating func object(
        _ key: String,
        isWritten: Bool = true,
        _ presence: Presence = .expected,
        described description: @autoclosure () -> String? = nil,
        _ body: (inout JSONFields) throws(DocumentError) -> Void
    ) throws(DocumentError) {
        var known: Void? = isWritten ? () : nil
        try field(
            key,
            &known,
            presence,
            description(),
            schema: Self.described(body),
            write: { Self.written(body) },
            read: { reader throws(DocumentError) in
                try reader.object(key) { nested throws(DocumentError) in
                    var fields = JSONFields(reading: nested)
                    try body(&fields)
                }
            }
        )
    }

    /// Declares an array of at most `limit` records.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - values: The records; those after the first `limit` are not written.
    ///   - limit: The maximum number of records.
    ///   - description: The description for the schema.
    ///   - adopt: Called with each record after it has been read.
    /// - Throws: ``DocumentError`` for an invalid value or too many records, only when reading.
    package mutating func list<Record: JSONRecord>(
        _ key: String,
        _ values: inout [Record],
        upTo limit: Int,
        described description: @autoclosure () -> String? = nil,
        adopt: (inout Record) -> Void = { _ in }
    ) throws(DocumentError) {
        var known: [Record]? = values
        try field(
            key,
            &known,
            .expected,
            description(),
            schema: JSONSchema.list(of: Record.schema, upTo: limit),
            write: { .array($0.prefix(limit).map(\.document)) },
            read: { reader throws(DocumentError) in
                try reader.list(key, limit: limit) { nested throws(DocumentError) in
                    var record = try Record(reading: nested)
                    adopt(&record)
                    return record
                }
            }
        )
        values = known ?? values
    }

    /// Declares an array of at most `limit` strings; those after the first `limit` are not written.
    package mutating func texts(
        _ key: String,
        _ values: inout [String]?,
        _ presence: Presence = .optional,
        upTo limit: Int,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        try field(
            key,
            &values,
            presence,
            description(),
            schema: JSONSchema.list(of: JSONSchema.text, upTo: limit),
            write: { .array($0.prefix(limit).map(JSONValue.published)) },
            read: { reader throws(DocumentError) in
                try reader.contains(key) ? reader.strings(key, limit: limit) : nil
            }
        )
    }

    package mutating func texts(
        _ key: String,
        _ values: inout [String],
        upTo limit: Int,
        described description: @autoclosure () -> String? = nil
    ) throws(DocumentError) {
        var known: [String]? = values
        try texts(key, &known, .expected, upTo: limit, described: description())
        values = known ?? []
    }
}
