/// A type whose JSON object is declared once, field by field.
///
/// Reader, writer and JSON Schema follow from the one function ``fields(_:)``, which is called with
/// the work to do: a field is then read into the property, written from it, or described. Reading is
/// plain calls in a fixed order; nothing is looked up by name of a type or a property.
package protocol JSONRecord: Sendable {
    /// What an object says that has none of the keys that may be absent.
    ///
    /// A property whose key is required has any value here: no reader ever returns it.
    static var blank: Self { get }

    /// Names each field once, in the order in which they are written.
    ///
    /// - Parameter fields: The work.
    /// - Throws: ``DocumentError``, only from reading.
    mutating func fields(_ fields: inout JSONFields) throws(DocumentError)
}

extension JSONRecord {
    /// Reads a record.
    package init(reading reader: ObjectReader) throws(DocumentError) {
        self = .blank
        var work = JSONFields(reading: reader)
        try fields(&work)
    }

    /// The record as JSON.
    package var document: JSONValue {
        var record = self
        return JSONFields.written { work throws(DocumentError) in try record.fields(&work) }
    }

    /// The JSON Schema of the object.
    package static var schema: JSONValue { schema(of: blank) }

    private static func schema(of record: Self) -> JSONValue {
        var record = record
        return JSONFields.described { work throws(DocumentError) in try record.fields(&work) }
    }

    /// The JSON Schema of a document that is such an object, in draft 2020-12.
    ///
    /// - Parameters:
    ///   - title: What the document is.
    ///   - record: A record whose fields are described, where they differ from those of ``blank``.
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
