/// A file with the headers that a mirror requires: a line `Name: value` for each, as in a file for curl's
/// option `--header @FILE`.
///
/// Empty lines, and lines that begin with `#`, are ignored.
package struct HeaderFile: Sendable {
    /// An invalid file; the reason contains nothing from the file.
    package struct Rejection: Error, Hashable, Sendable {
        /// The number of the line, from 1.
        package let line: Int
        /// A clause without a subject, such as `it has no colon`.
        package let reason: String
    }

    /// The headers, in the order of the file: one at least, each with another name.
    package let headers: [RequestHeader]

    /// The headers that only the client may set, in lower case (RFC 9110; RFC 9112).
    private static let reserved: Set<String> = [
        "accept-encoding", "connection", "content-length", "expect", "host", "if-range",
        "keep-alive", "proxy-authorization", "proxy-connection", "range", "trailer",
        "transfer-encoding", "upgrade", "user-agent",
    ]

    /// Parses a file.
    ///
    /// - Throws: ``Rejection`` for the first line that is not a header, or if there is no header.
    package init(parsing document: [UInt8]) throws(Rejection) {
        var headers: [RequestHeader] = []
        var number = 0
        for bytes in document.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
            guard let first = line.first, first != UInt8(ascii: "#"),
                !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 })
            else { continue }
            let header: RequestHeader
            do {
                header = try Self.header(line)
            } catch {
                throw Rejection(line: number, reason: error.reason)
            }
            guard !headers.contains(where: { $0.name.lowercased() == header.name.lowercased() })
            else { throw Rejection(line: number, reason: "it names a header for the second time") }
            headers.append(header)
        }
        guard !headers.isEmpty else { throw Rejection(line: 1, reason: "there is no header") }
        self.headers = headers
    }

    private struct Problem: Error { let reason: String }

    private static func header(_ line: ArraySlice<UInt8>) throws(Problem) -> RequestHeader {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw Problem(reason: "it has no colon")
        }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(isOfToken) else {
            throw Problem(reason: "the name of the header is invalid")
        }
        let text = String(decoding: name, as: UTF8.self)
        guard !reserved.contains(text.lowercased()) else {
            throw Problem(reason: "only gotoolprov sets the header `\(text.lowercased())`")
        }
        let value = String(decoding: line[(colon + 1)...], as: UTF8.self).trimmed
        guard !value.isEmpty else { throw Problem(reason: "the header has no value") }
        guard value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x09 }) else {
            throw Problem(reason: "the value has characters other than printable ASCII")
        }
        return RequestHeader(name: text, value: Secret(value))
    }

    /// Whether a byte may be in the name of a header (RFC 9110, section 5.6.2).
    private static func isOfToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: byte.isDigit || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
