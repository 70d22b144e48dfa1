extension UInt8 {
    /// Whether this is an ASCII digit.
    package var isDigit: Bool { (48...57).contains(self) }

    /// Whether this is an ASCII digit or a letter from `a` to `f`, as in the text of a digest.
    package var isLowercaseHexDigit: Bool { isDigit || (97...102).contains(self) }
}

extension Character {
    /// Whether this is an ASCII digit, as opposed to a digit of another script.
    package var isDigit: Bool { isASCII && isNumber }
}
