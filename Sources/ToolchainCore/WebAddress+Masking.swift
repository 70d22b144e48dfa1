/// Text from outside may contain a URL with a password or a token, also where the URL is not valid.
extension WebAddress {
    /// A text that is meant as one URL or path, in which `***` stands for a user, a password and a query.
    public static func masked(url text: String) -> String {
        if let address = try? WebAddress(parsing: text) {
            guard let query = text.utf8.firstIndex(of: UInt8(ascii: "?")), address.hasQuery else {
                return text
            }
            return "\(text[..<query])?***"
        }
        guard let mark = text.range(ofFirst: "://") else { return text }
        var rest = text[mark.upperBound...]
        // A password may contain anything, so what is before the last @ is hidden as a whole.
        var user = ""
        if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")) {
            user = "***@"
            rest = rest[rest.utf8.index(after: at)...]
        }
        let scheme = text[..<mark.upperBound]
        guard !scheme.lowercased().hasPrefix("file:"),
            let query = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        else { return scheme + user + rest }
        return "\(scheme)\(user)\(rest[..<query])?***"
    }

    /// A sentence in which the URLs are masked.
    public static func masked(_ text: String) -> String {
        guard text.range(ofFirst: "://") != nil else { return text }
        var result = ""
        var word: [UInt8] = []
        func end() {
            result += masked(url: String(decoding: word, as: UTF8.self))
            word = []
        }
        for byte in text.utf8 {
            // URLs end at blanks and at what messages put around them.
            if byte <= 0x20 || #""'`<>"#.utf8.contains(byte) {
                end()
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                word.append(byte)
            }
        }
        end()
        return result
    }
}
