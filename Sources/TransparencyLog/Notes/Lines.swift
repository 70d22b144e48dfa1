/// Text of the log, read line by line.
extension ArraySlice<UInt8> {
    /// Takes the first line off; nil where no newline is left.
    ///
    /// - Returns: The line without its newline.
    mutating func popLine() -> ArraySlice<UInt8>? {
        guard let end = firstIndex(of: .newline) else { return nil }
        let line = self[startIndex..<end]
        self = self[(end + 1)...]
        return line
    }
}

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
}

extension Int {
    /// The number that decimal digits say in the only way: no sign, no leading zero.
    ///
    /// Nil for anything else, and for more than an `Int` holds.
    init?(canonicalDecimal digits: some Collection<UInt8>) {
        guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else {
            return nil
        }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(Int(digit - 48))
            guard !isTooLarge, !isStillTooLarge else { return nil }
            value = sum
        }
        self = value
    }
}
