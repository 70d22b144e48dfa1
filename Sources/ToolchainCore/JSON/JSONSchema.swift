/// Building blocks for JSON Schemas.
package enum JSONSchema {
    /// A string of at most ``ObjectReader/maximumTextLength`` characters.
    package static let text: JSONValue = [
        "type": "string", "maxLength": .integer(ObjectReader.maximumTextLength),
    ]

    package static func text(matching pattern: String) -> JSONValue {
        ["type": "string", "pattern": .string(pattern)]
    }

    /// Returns the schema of an integer from 0 to `limit`.
    package static func count(upTo limit: Int = .max) -> JSONValue {
        let schema: JSONValue = ["type": "integer", "minimum": 0]
        return limit == .max ? schema : schema.adding("maximum", .integer(limit))
    }

    /// Returns the schema of an enumeration without the words in `never`.
    package static func word<Word: JSONWord>(_ never: [Word]) -> JSONValue {
        let words = Word.allCases.filter { word in !never.contains { $0.rawValue == word.rawValue }
        }
        return ["enum": .array(words.map { .string($0.rawValue) })]
    }

    package static func list(of element: JSONValue, upTo limit: Int) -> JSONValue {
        ["type": "array", "items": element, "maxItems": .integer(limit)]
    }

    /// Returns the schema of an object with a count for each of `words`; nil allows any keys.
    package static func counts(of words: [String]? = nil) -> JSONValue {
        guard let words else { return ["type": "object", "additionalProperties": count()] }
        return [
            "type": "object", "additionalProperties": false,
            "required": .array(words.map { .string($0) }),
            "properties": .object(words.map { JSONValue.Member($0, count()) }),
        ]
    }

    /// Returns a schema that also allows null.
    package static func orNull(_ schema: JSONValue) -> JSONValue {
        ["anyOf": [schema, ["type": "null"]]]
    }
}

extension JSONValue {
    /// Returns a string with secrets masked, truncated to the limit for strings in reports.
    ///
    /// Without the truncation, one overlong PATH would make a host's whole report invalid.
    static func published(_ text: String) -> JSONValue {
        .string(text.withoutSecrets.truncated(to: ObjectReader.maximumTextLength))
    }
}

extension String {
    /// Returns at most `limit` bytes of the text, ending in an ellipsis if it was cut.
    fileprivate func truncated(to limit: Int) -> String {
        // Six bytes: three for the ellipsis, three for U+FFFD in place of a character that was cut.
        utf8.count <= limit
            ? self : String(decoding: utf8.prefix(limit - 6), as: UTF8.self) + "…"
    }
}
