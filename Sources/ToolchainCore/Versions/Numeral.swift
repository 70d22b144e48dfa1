/// A component of a version: a decimal number of any length without leading zeros.
///
/// Go compares components as strings of digits, not as machine integers
/// (`internal/gover/gover.go`, `CmpInt`), so they cannot overflow here either.
struct Numeral: Hashable, Sendable {
    let digits: String

    static let zero = Numeral(unchecked: "0")
    static let one = Numeral(unchecked: "1")

    private init(unchecked digits: String) { self.digits = digits }

    /// Removes and returns the number at the start of `text`; nil if there is none, or if it has a
    /// leading zero (`1.09` is not a version).
    static func taking(from text: inout Substring) -> Numeral? {
        let digits = text.prefix(while: \.isDigit)
        guard !digits.isEmpty, digits == "0" || digits.first != "0" else { return nil }
        text = text.dropFirst(digits.count)
        return Numeral(unchecked: String(digits))
    }
}

extension Numeral {
    /// The number minus one; nil for zero and for numbers that overflow `UInt`.
    var predecessor: Numeral? {
        guard let value = UInt(digits), value > 0 else { return nil }
        return Numeral(unchecked: String(value - 1))
    }
}

extension Numeral: Comparable {
    static func < (left: Numeral, right: Numeral) -> Bool {
        left.digits.utf8.count != right.digits.utf8.count
            ? left.digits.utf8.count < right.digits.utf8.count : left.digits < right.digits
    }
}

extension Numeral: ExpressibleByIntegerLiteral {
    init(integerLiteral value: UInt) { self.init(unchecked: String(value)) }
}
