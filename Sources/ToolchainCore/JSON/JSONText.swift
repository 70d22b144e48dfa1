/// A value that is stored as a string in JSON: a time, a date, a digest.
package protocol JSONText: Sendable, CustomStringConvertible {
    /// The format of the string.
    static var form: JSONTextForm { get }

    /// Parses the string; nil if it does not have the format.
    init?(_ text: String)
}

/// The format of a string, for error messages and JSON Schemas.
package struct JSONTextForm: Sendable {
    /// What an error message says was expected: `a date such as 2026-11-22`.
    package let expectation: String
    /// The regular expression for the JSON Schema.
    package let pattern: String

    /// Creates a format.
    package init(_ expectation: String, pattern: String) {
        self.expectation = expectation
        self.pattern = pattern
    }
}

/// An enumeration that is stored as a string, and reads unrecognized strings as one of its cases.
///
/// Documents of a newer gotoolprov may contain additional words; these are not errors.
package protocol JSONWord: RawRepresentable<String>, CaseIterable, Sendable {
    /// The case that an unrecognized word is read as.
    static var unrecognized: Self { get }
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
