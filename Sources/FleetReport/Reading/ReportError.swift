internal import ToolchainCore

/// Why a document is no report, or none that this program reads.
package struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the document: `toolchains[2].version`; empty for the whole.
    package let place: String
    /// One clause, lower case.
    package let reason: String

    init(_ reason: String, at place: String = "") {
        self.place = place
        self.reason = reason
    }

    init(_ error: JSONError, in document: [UInt8]) {
        let place = error.place(in: document)
        self.init("\(error.reason) (line \(place.line), column \(place.column))")
    }

    /// The same error seen from a level further out.
    func within(_ name: String) -> ReportError {
        let separator = place.isEmpty || place.hasPrefix("[") ? "" : "."
        return ReportError(reason, at: name + separator + place)
    }

    /// The place, if there is one, and the reason.
    package var description: String { place.isEmpty ? reason : "`\(place)`: \(reason)" }
}
