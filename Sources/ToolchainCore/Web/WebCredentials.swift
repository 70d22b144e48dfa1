/// What identifies this user to one server, or why nothing does.
package struct WebCredentials: Hashable, Sendable {
    /// The only server that gets the headers: its scheme, host and port, as ``WebAddress/origin``.
    package let origin: String
    /// The headers, of which there may be none.
    package var headers: [RequestHeader] = []
    /// Where the headers come from, for messages: a file, or a file and a line.
    package var sources: [String] = []
    /// Why there are no others, for messages: a sentence for each file that was searched.
    package var absences: [String] = []

    /// Creates credentials without headers.
    package init(origin: String) { self.origin = origin }
}
