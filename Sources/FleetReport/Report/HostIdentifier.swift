package import ToolchainCore

/// The identifier of a host: 128 bits of a digest over its machine-id, never the machine-id itself.
package struct HostIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// The identifier in documents that do not contain one.
    static let blank = HostIdentifier(high: 0, low: 0)

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Parses 32 lowercase hexadecimal digits; returns `nil` for anything else.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 32,
            digits.allSatisfy(\.isLowercaseHexDigit),
            let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        self.high = high
        self.low = low
    }

    /// The suffix for computing an identifier: the first 32 hexadecimal digits of SHA-256 over the
    /// text of the machine-id and this suffix.
    ///
    /// machine-id(5) requires that the raw value never leaves the host.
    package static let digestSuffix = "gotoolprov.host.v1"

    /// The identifier as 32 lowercase hexadecimal digits.
    package var description: String { Self.digits(high) + Self.digits(low) }

    private static func digits(_ half: UInt64) -> String {
        let text = String(half, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    /// Orders identifiers by their digits.
    package static func < (left: HostIdentifier, right: HostIdentifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension HostIdentifier: JSONText {
    package static let form = JSONTextForm(
        "32 lower-case hexadecimal digits",
        pattern: "^[0-9a-f]{32}$"
    )
}
