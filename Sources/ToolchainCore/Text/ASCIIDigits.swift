extension UInt8 {
    /// Whether this is the byte of `0` to `9`.
    package var isDigit: Bool { (48...57).contains(self) }

    /// Whether this is the byte of `0` to `9` or `a` to `f`, as digests have them.
    package var isLowercaseHexDigit: Bool { isDigit || (97...102).contains(self) }
}

extension Character {
    /// Whether this is `0` to `9`, and no digit of another script.
    package var isDigit: Bool { isASCII && isNumber }
}
