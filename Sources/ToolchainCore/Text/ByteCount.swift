/// A number of bytes, formatted for people: `512 B`, `1.5 KiB`, `67.3 MiB`, `228 MiB`, `1 GiB`.
package struct ByteCount: Hashable, Sendable, CustomStringConvertible {
    private let count: Int
    private let isRoundedUp: Bool

    /// Creates a byte count.
    ///
    /// - Parameters:
    ///   - count: The number of bytes.
    ///   - isRoundedUp: Whether to round up, as for required space, instead of down.
    package init(_ count: Int, isRoundedUp: Bool = false) {
        self.count = count
        self.isRoundedUp = isRoundedUp
    }

    /// The count in the largest unit in which it is at least one, with one decimal place below 100.
    package var description: String {
        let names = ["KiB", "MiB", "GiB", "TiB", "PiB"]
        guard count >= 1 << 10 else { return "\(count) B" }
        var index = 0
        while index + 1 < names.count, count >> (10 * (index + 2)) > 0 { index += 1 }
        let unit = 1 << (10 * (index + 1))
        let (whole, rest) = count.quotientAndRemainder(dividingBy: unit)
        guard whole < 100 else {
            return "\(isRoundedUp && rest > 0 ? whole + 1 : whole) \(names[index])"
        }
        var tenths = whole * 10 + rest * 10 / unit
        if isRoundedUp, rest * 10 % unit > 0 { tenths += 1 }
        return "\(tenths / 10)\(tenths % 10 == 0 ? "" : ".\(tenths % 10)") \(names[index])"
    }
}
