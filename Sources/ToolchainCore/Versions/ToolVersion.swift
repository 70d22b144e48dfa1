/// The version of a tool: dotted numbers and an optional suffix after a dash, such as `1.25.0`,
/// `2024.1.1` and `0.17.0-pre.1`.
package struct ToolVersion: Hashable, Sendable {
    let numbers: [Numeral]
    /// The suffix, including its dash.
    let suffix: String

    /// Parses `1.25.0` or `v1.25.0`; nil unless the version has two to four numbers.
    package init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if rest.hasPrefix("v") { rest = rest.dropFirst() }
        var suffix = ""
        if let dash = rest.firstIndex(of: "-") {
            suffix = String(rest[dash...])
            rest = rest[..<dash]
            guard (2...64).contains(suffix.utf8.count), suffix.utf8.allSatisfy(Self.isSuffixByte)
            else { return nil }
        }
        var numbers: [Numeral] = []
        while true {
            guard let number = Numeral.taking(from: &rest) else { return nil }
            numbers.append(number)
            if rest.isEmpty { break }
            guard rest.first == "." else { return nil }
            rest = rest.dropFirst()
        }
        guard (2...4).contains(numbers.count) else { return nil }
        self.numbers = numbers
        self.suffix = suffix
    }

    private static func isSuffixByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Whether this is a pre-release, which has a suffix.
    package var isPreRelease: Bool { !suffix.isEmpty }
}

extension ToolVersion: Comparable {
    /// Orders versions by their numbers, and a pre-release before its release.
    package static func < (left: ToolVersion, right: ToolVersion) -> Bool {
        for (one, other) in zip(left.numbers, right.numbers) where one != other {
            return one < other
        }
        if left.numbers.count != right.numbers.count {
            return left.numbers.count < right.numbers.count
        }
        if left.suffix.isEmpty != right.suffix.isEmpty { return right.suffix.isEmpty }
        return left.suffix < right.suffix
    }
}

extension ToolVersion: CustomStringConvertible {
    /// The version without a `v`: `1.25.0`.
    package var description: String { numbers.map(\.digits).joined(separator: ".") + suffix }
}
