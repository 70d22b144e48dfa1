/// A type whose JSON representation is declared once, field by field.
///
/// ``fields(_:)`` serves as the reader, the writer and the source of the JSON Schema: depending on the
/// pass it is called with, each field is read into its property, written from it, or described. This
/// takes plain calls in a fixed order, without reflection.
package protocol JSONRecord: Sendable {
    /// The record that an object without any of its non-required keys is read as.
    ///
    /// The values of properties with required keys are never used.
    static var blank: Self { get }

    /// Declares each field once, in the order in which they are written.
    ///
    /// - Parameter fields: The pass.
    /// - Throws: ``DocumentError`` for an invalid value, only when reading.
    mutating func fields(_ fields: inout JSONFields) throws(DocumentError)
}

extension JSONRecord {
    /// Reads a record.
    package init(reading reader: ObjectReader) throws(DocumentError) {
        self = .blank
        var pass = JSONFields(reading: reader)
        try fields(&pass)
    }

    /// The record as JSON.
    package var document: JSONValue {
        var record = self
        return JSONFields.written { pass throws(DocumentError) in try record.fields(&pass) }
    }

    /// The JSON Schema of the object.
    package static var schema: JSONValue { schema(of: blank) }

    private static func schema(of record: Self) -> JSONValue {
        var record = record
        return JSONFields.described { pass throws(DocumentError) in try record.fields(&pass) }
    }

    /// Returns the JSON Schema, draft 2020-12, of a document whose root is such an object.
    ///
    /// - Parameters:
    ///   - title: The title of the schema.
    ///   - record: The record whose fields are described, if they differ from those of ``blank``.
    /// - Returns: The schema.
    package static func schema(titled title: String, of record: Self = .blank) -> JSONValue {
        let schema = schema(of: record)
        guard case .object(let members) = schema else { return schema }
        let draft = "https://json-schema.org/draft/2020-12/schema"
        return .object(
            [.init("$schema", .string(draft)), .init("title", .string(title))] + members
        )
    }
}
