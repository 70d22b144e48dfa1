/// Why a document is not what it is read as.
package struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the document: `toolchains[2].version`; empty for the whole.
    package let place: String
    /// One clause, lower case.
    package let reason: String

    /// An error at a place.
    package init(_ reason: String, at place: String = "") {
        self.place = place
        self.reason = reason
    }

    /// What is wrong with the syntax of `document`.
    package init(_ error: JSONError, in document: [UInt8]) {
        let place = error.place(in: document)
        self.init("\(error.reason) (line \(place.line), column \(place.column))")
    }

    /// The same error seen from a level further out.
    func within(_ name: String) -> DocumentError {
        let separator = place.isEmpty || place.hasPrefix("[") ? "" : "."
        return DocumentError(reason, at: name + separator + place)
    }

    /// The place, if there is one, and the reason.
    package var description: String { place.isEmpty ? reason : "`\(place)`: \(reason)" }
}
