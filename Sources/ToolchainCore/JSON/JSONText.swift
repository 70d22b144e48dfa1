/// A value that a document has as a text of one form: a time, a day, a digest.
package protocol JSONText: Sendable, CustomStringConvertible {
    /// The form of the text.
    static var form: JSONTextForm { get }

    /// The value that a text says; nil for a text of another form.
    init?(_ text: String)
}

/// The form of a text, for errors and for JSON Schema.
package struct JSONTextForm: Sendable {
    /// What an error says was expected: `a date such as 2026-11-22`.
    package let words: String
    /// The regular expression of JSON Schema.
    package let pattern: String

    /// A form from its parts.
    package init(_ words: String, pattern: String) {
        self.words = words
        self.pattern = pattern
    }
}

/// A word out of a fixed list, with one that stands for all others.
///
/// A document of a newer gotoolprov may have more words; they are not lost as errors.
package protocol JSONWord: RawRepresentable<String>, CaseIterable, Sendable {
    /// What an unheard-of word is taken for.
    static var unheardOf: Self { get }
}

extension UTCTime: JSONText {
    package static let form = JSONTextForm(
        "a time such as 2026-11-22T22:00:00Z",
        pattern: #"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"#
    )
}

extension CalendarDay: JSONText {
    package static let form = JSONTextForm(
        "a date such as 2026-11-22",
        pattern: #"^\d{4}-\d{2}-\d{2}$"#
    )
}

extension SHA256Digest: JSONText {
    package static let form = JSONTextForm(
        "64 hexadecimal digits",
        pattern: "^[0-9a-f]{64}$"
    )

    package init?(_ text: String) { self.init(hexadecimal: text) }
}
