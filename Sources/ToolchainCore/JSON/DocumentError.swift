/// An error in the structure or a value of a JSON document.
package struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path of the value: `toolchains[2].version`; empty for the whole document.
    package let path: String
    /// One clause in lower case.
    package let reason: String

    /// Creates an error for the value at `path`.
    package init(_ reason: String, at path: String = "") {
        self.path = path
        self.reason = reason
    }

    /// Creates an error for invalid syntax in `document`, with its line and column.
    package init(_ error: JSONError, in document: [UInt8]) {
        let location = error.location(in: document)
        self.init("\(error.reason) (line \(location.line), column \(location.column))")
    }

    /// Returns the error with `name` prepended to its path.
    func within(_ name: String) -> DocumentError {
        let separator = path.isEmpty || path.hasPrefix("[") ? "" : "."
        return DocumentError(reason, at: name + separator + path)
    }

    /// The path, unless it is empty, and the reason.
    package var description: String { path.isEmpty ? reason : "`\(path)`: \(reason)" }
}
