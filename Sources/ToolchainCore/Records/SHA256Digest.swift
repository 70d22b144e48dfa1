/// A SHA-256 digest.
package struct SHA256Digest: Hashable, Sendable {
    /// The digest as four big-endian words, which avoids the allocation of an array.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Creates a digest from its 32 bytes; nil for any other number of bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        func word(_ index: Int) -> UInt64 {
            bytes[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (word(0), word(1), word(2), word(3))
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        appendBytes(to: &bytes)
        return bytes
    }

    /// Appends the 32 bytes to `output`.
    package func appendBytes(to output: inout [UInt8]) {
        Self.appendBytes(of: words.0, to: &output)
        Self.appendBytes(of: words.1, to: &output)
        Self.appendBytes(of: words.2, to: &output)
        Self.appendBytes(of: words.3, to: &output)
    }

    private static func appendBytes(of word: UInt64, to output: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            output.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }

    /// Parses 64 hexadecimal digits in either case; nil for any other text.
    package init?(hexadecimal text: String) {
        guard text.utf8.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        var high: UInt8?
        for digit in text.utf8 {
            guard let value = Self.value(ofDigit: digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self.init(bytes: bytes)
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    package static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
        left.words == right.words
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }

    /// Appends the 64 lowercase hexadecimal digits to `output`.
    package func appendHexadecimal(to output: inout [UInt8]) {
        Self.append(words.0, to: &output)
        Self.append(words.1, to: &output)
        Self.append(words.2, to: &output)
        Self.append(words.3, to: &output)
    }

    private static func append(_ word: UInt64, to output: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let nibble = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
            output.append(nibble < 10 ? nibble + 48 : nibble + 87)
        }
    }
}

extension SHA256Digest: CustomStringConvertible {
    /// The 64 lowercase hexadecimal digits.
    package var description: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        appendHexadecimal(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}
