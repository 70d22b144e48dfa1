extension String {
    /// The text with the user, password and query of each URL replaced by `***`.
    ///
    /// Reports are stored and displayed where many people can read them, and older versions of gotoolprov
    /// included complete messages in them.
    package var withoutSecrets: String { hasURL ? WebAddress.masked(self) : self }

    /// Whether the text contains `://`: a fast check, because a fleet's reports have millions of strings.
    private var hasURL: Bool {
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
