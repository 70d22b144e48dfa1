extension String {
    /// The text with `***` in the place of what is secret in its addresses: user, password and query.
    ///
    /// Reports are kept and shown where many can read them, and an older gotoolprov has put whole
    /// messages into them.
    var withoutSecrets: String {
        guard hasAddress else { return self }
        let bytes = Array(utf8)
        let mark = Array("://".utf8)
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index...].starts(with: mark) else {
                output.append(bytes[index])
                index += 1
                continue
            }
            let start = index + mark.count
            let end = bytes[start...].firstIndex(where: Self.endsAddress) ?? bytes.count
            output += mark
            output += Self.masked(bytes[start..<end])
            index = end
        }
        return output.count == bytes.count ? self : String(decoding: output, as: UTF8.self)
    }

    /// Most texts have none, and there are millions of them.
    private var hasAddress: Bool {
        var (last, beforeLast): (UInt8, UInt8) = (0, 0)
        for byte in utf8 {
            if byte == UInt8(ascii: "/"), last == byte, beforeLast == UInt8(ascii: ":") {
                return true
            }
            (last, beforeLast) = (byte, last)
        }
        return false
    }

    /// What stands behind the scheme, without its secrets.
    private static func masked(_ address: ArraySlice<UInt8>) -> [UInt8] {
        let hidden = Array("***".utf8)
        let authorityEnd = address.firstIndex { "/?#".utf8.contains($0) } ?? address.endIndex
        let authority = address[..<authorityEnd]
        // A password with `/` in it is wrong, and no less secret; a port is a number.
        let colon = authority.first == UInt8(ascii: "[") ? nil : authority.firstIndex(of: 0x3A)
        let isCut = colon.map { !authority[($0 + 1)...].allSatisfy { (48...57).contains($0) } }
        let at =
            authority.lastIndex(of: UInt8(ascii: "@"))
            ?? (isCut == true ? address.lastIndex(of: UInt8(ascii: "@")) : nil)
        var rest = address
        var output: [UInt8] = []
        if let at {
            output += hidden
            rest = address[at...]
        }
        guard let query = rest.firstIndex(of: UInt8(ascii: "?")), query + 1 < rest.endIndex else {
            return output + rest
        }
        return output + rest[...query] + hidden
    }

    private static func endsAddress(_ byte: UInt8) -> Bool {
        byte <= 0x20 || "\"'`<>,;)]}".utf8.contains(byte)
    }
}
