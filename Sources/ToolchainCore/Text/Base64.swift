/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )
    private static let padding = UInt8(ascii: "=")

    /// What each byte means as a digit; 64 and more: nothing.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: .max, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// Returns the encoding of `bytes`.
    package static func encoded(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group = 0
            for index in 0..<3 {
                group = group << 8 | (index < count ? Int(bytes[start + index]) : 0)
            }
            for index in 0..<4 {
                let digit = alphabet[(group >> (18 - 6 * index)) & 63]
                output.append(index <= count ? digit : padding)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Decodes text in canonical form.
    ///
    /// Each sequence of bytes has exactly one encoding: padding is required, white space is rejected, and
    /// the unused bits of the last digit must be zero.
    ///
    /// - Returns: The bytes; nil for any other text.
    package static func decoded(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        let end = text.lastIndex { $0 != padding }.map { text.index(after: $0) } ?? text.startIndex
        let digits = text[..<end]
        let paddingCount = text.distance(from: end, to: text.endIndex)
        guard paddingCount <= 2, (digits.count + paddingCount) % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for digit in digits {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
        }
        return bits & (1 << UInt32(bitCount) - 1) == 0 ? bytes : nil
    }
}
