/// The JSON Schema of values.
package enum JSONSchema {
    /// A text of at most ``ObjectReader/longestText`` bytes, and so characters.
    package static let text: JSONValue = [
        "type": "string", "maxLength": .integer(ObjectReader.longestText),
    ]

    package static func text(matching pattern: String) -> JSONValue {
        ["type": "string", "pattern": .string(pattern)]
    }

    /// A whole number from 0 to `limit`.
    package static func count(upTo limit: Int = .max) -> JSONValue {
        let schema: JSONValue = ["type": "integer", "minimum": 0]
        return limit == .max ? schema : schema.adding("maximum", .integer(limit))
    }

    /// Any of the words but those of `never`.
    package static func word<Word: JSONWord>(_ never: [Word]) -> JSONValue {
        let words = Word.allCases.filter { word in !never.contains { $0.rawValue == word.rawValue }
        }
        return ["enum": .array(words.map { .string($0.rawValue) })]
    }

    package static func list(of element: JSONValue, upTo limit: Int) -> JSONValue {
        ["type": "array", "items": element, "maxItems": .integer(limit)]
    }

    /// A number of each of the words, or of any words.
    package static func counts(of words: [String]? = nil) -> JSONValue {
        guard let words else { return ["type": "object", "additionalProperties": count()] }
        return [
            "type": "object", "additionalProperties": false,
            "required": .array(words.map { .string($0) }),
            "properties": .object(words.map { JSONValue.Member($0, count()) }),
        ]
    }

    /// What `schema` says, or null.
    package static func orNull(_ schema: JSONValue) -> JSONValue {
        ["anyOf": [schema, ["type": "null"]]]
    }
}

extension JSONValue {
    /// A text without secrets, and no longer than what a report may have: one PATH that is too long
    /// is no reason that a host's whole report is refused.
    static func published(_ text: String) -> JSONValue {
        .string(text.withoutSecrets.shortened(to: ObjectReader.longestText))
    }
}

extension String {
    /// The beginning of the text, with a mark at its end, in at most `limit` bytes.
    fileprivate func shortened(to limit: Int) -> String {
        // A character that is cut becomes one of three bytes, and so is the mark.
        utf8.count <= limit
            ? self : String(decoding: utf8.prefix(limit - 6), as: UTF8.self) + "…"
    }
}
