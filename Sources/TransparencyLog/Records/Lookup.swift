internal import ToolchainCore

/// What a log answers to a lookup: a record, its number, and a signed head, none of it verified.
///
/// The answer is the number in decimal, the record's text, an empty line and a note
/// (golang.org/x/mod/sumdb/tlog, `ParseRecord`).
package struct Lookup: Hashable, Sendable {
    /// How large an answer may be: a note, and at most as much for the record.
    package static let mostBytes = 2 * SignedNote.mostBytes

    /// The number of the record in the log, from 0.
    package let index: Int
    /// The text of the record, which is what a leaf of the tree hashes.
    package let text: [UInt8]
    /// A head of the log, whose tree may have the record.
    package let note: SignedNote

    /// Why an answer cannot be read.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// It is larger than ``mostBytes``.
        case tooLarge(Int)
        /// The first line is not a number in decimal.
        case invalidIndex(String)
        /// No empty line ends the record.
        case missingEnd
        /// The record is empty, not UTF-8, or has a control character.
        case invalidText
        /// What follows the record is not a note.
        case invalidNote(SignedNote.Rejection)

        /// What is wrong with the answer, in words.
        package var description: String {
            switch self {
            case .tooLarge(let count):
                """
                the answer to the lookup is too large: expected at most \(Lookup.mostBytes) bytes, \
                found \(count)
                """
            case .invalidIndex(let line):
                "invalid record number in the answer to the lookup: \"\(line)\""
            case .missingEnd: "the answer to the lookup has no empty line after the record"
            case .invalidText: "the record in the answer to the lookup is not valid text"
            case .invalidNote(let reason):
                "invalid tree head in the answer to the lookup: \(reason)"
            }
        }
    }

    /// Reads an answer without verifying it.
    ///
    /// - Throws: ``Rejection`` for bytes that are not one.
    package init(parsing bytes: [UInt8]) throws(Rejection) {
        guard bytes.count <= Self.mostBytes else { throw .tooLarge(bytes.count) }
        var rest = bytes[...]
        let digits = rest.popLine() ?? []
        guard let index = Int(canonicalDecimal: digits) else {
            let line = String(decoding: digits.prefix(100), as: UTF8.self)
            throw .invalidIndex(line.withVisibleControls)
        }
        let start = rest.startIndex
        // The first empty line: a record has none.
        repeat {
            guard let line = rest.popLine() else { throw .missingEnd }
            if line.isEmpty { break }
        } while true
        let text = Array(bytes[start..<(rest.startIndex - 1)])
        guard Self.isValid(text) else { throw .invalidText }
        do {
            note = try SignedNote(parsing: Array(rest))
        } catch {
            throw .invalidNote(error)
        }
        self.index = index
        self.text = text
    }

    /// Whether the text of a record is: lines, UTF-8, no control characters.
    private static func isValid(_ text: [UInt8]) -> Bool {
        !text.isEmpty && text.allSatisfy { $0 >= 0x20 || $0 == .newline }
            && String(validating: text, as: UTF8.self) != nil
    }
}
