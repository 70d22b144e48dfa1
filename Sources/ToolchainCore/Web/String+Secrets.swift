extension String {
    /// The text with `***` in the place of what is secret in its addresses: user, password and query.
    ///
    /// Reports are kept and shown where many can read them, and an older gotoolprov has put whole
    /// messages into them.
    package var withoutSecrets: String { hasAddress ? WebAddress.masked(self) : self }

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
}
