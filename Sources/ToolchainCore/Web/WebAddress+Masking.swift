/// Masking of passwords and tokens in untrusted text, including in invalid URLs.
///
/// Where it is unclear whether text is secret, it is masked.
extension WebAddress {
    /// Returns a URL or path with its user, password and query replaced by `***`.
    package static func masked(url text: String) -> String {
        guard let mark = text.range(ofFirst: "://") else { return text }
        let scheme = text[..<mark.upperBound]
        let address = Array(text[mark.upperBound...].utf8)
        let isFile = scheme.suffix(7).lowercased() == "file://"
        let rest = String(decoding: masked(address[...], isFile: isFile), as: UTF8.self)
        return "\(scheme)\(rest)"
    }

    /// Returns a sentence with all its URLs masked.
    ///
    /// A URL ends at white space or, if a quote precedes it, at the last closing quote of that kind: a
    /// password may contain any other character that messages put around and between URLs.
    package static func masked(_ text: String) -> String {
        guard text.contains(text: "://") else { return text }
        let bytes = Array(text.utf8)
        let mark = Array("://".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == mark[0], bytes[index...].starts(with: mark) else {
                output.append(bytes[index])
                index += 1
                continue
            }
            let start = index + mark.count
            var end = bytes[start...].firstIndex { $0 <= 0x20 } ?? bytes.count
            let before = bytes[..<index].lastIndex { !isOfScheme($0) }
            if let quote = before.flatMap({ closingQuote(of: bytes[$0]) }) {
                end = bytes[start..<end].lastIndex(of: quote) ?? end
            }
            let scheme = bytes[..<index].suffix(4).map { $0 | 0x20 }
            output += mark
            output += masked(bytes[start..<end], isFile: scheme.elementsEqual("file".utf8))
            index = end
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Returns the part of a URL after `://`, masked.
    private static func masked(_ address: ArraySlice<UInt8>, isFile: Bool) -> [UInt8] {
        let hidden = Array("***".utf8)
        let authority = address.prefix { !"/?#".utf8.contains($0) }
        if isFile, authority.isEmpty { return Array(address) }
        var rest = address
        var output: [UInt8] = []
        if let at = address.lastIndex(of: UInt8(ascii: "@")),
            mayBeUser(address[..<at], authority)
        {
            let user = address[..<at]
            // The `@` may be part of a query, in which case no host follows it.
            if let query = user.firstIndex(of: UInt8(ascii: "?")),
                user[query...].contains(UInt8(ascii: "="))
            {
                return hidden
            }
            output += hidden
            rest = address[at...]
        }
        guard let query = rest.firstIndex(of: UInt8(ascii: "?")), query + 1 < rest.endIndex else {
            return output + rest
        }
        return output + rest[...query] + hidden
    }

    /// Returns whether the text before the last `@` may be a user and a password, which may contain any
    /// character, rather than a host and a path such as `host/@scope` or `go.dev/x@v1`.
    private static func mayBeUser(
        _ before: ArraySlice<UInt8>,
        _ authority: ArraySlice<UInt8>
    ) -> Bool {
        if authority.contains(UInt8(ascii: "@")) { return true }
        if before.suffix(toolchainPath.count).elementsEqual(toolchainPath) { return false }
        // `u:12/3@h` has a password that looks like a port.
        let isBracketed = authority.first == UInt8(ascii: "[")
        let bracket = isBracketed ? authority.lastIndex(of: UInt8(ascii: "]")) : nil
        let name = authority[(bracket ?? authority.startIndex)...]
        if name.contains(UInt8(ascii: ":")) { return true }
        if bracket != nil, name.count == 1 { return false }
        if before.contains(UInt8(ascii: "?")) { return false }
        return !authority.contains(UInt8(ascii: ".")) && before.last != UInt8(ascii: "/")
    }

    /// What precedes the `@` in the URL of a lookup of a toolchain in Go's checksum database.
    private static let toolchainPath = Array("/lookup/golang.org/toolchain".utf8)

    private static func isOfScheme(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func closingQuote(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): byte
        case UInt8(ascii: "<"): UInt8(ascii: ">")
        default: nil
        }
    }
}
