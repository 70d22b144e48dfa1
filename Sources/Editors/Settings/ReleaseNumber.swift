internal import ToolchainCore

/// The release number of a tool, such as `1.27.1` or `v0.23.0`.
///
/// Anything after the third number is ignored.
package struct ReleaseNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let numbers: [Int]

    /// Parses a release number; returns `nil` for `master`, `(devel)` and other text.
    package init?(_ text: String) {
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.prefix(3).compactMap { part in
            // `Int` would accept a plus sign.
            Int(part.prefix(while: \.isDigit))
        }
        guard numbers.count == 3 else { return nil }
        self.numbers = numbers
    }

    private init(_ numbers: Int...) { self.numbers = numbers }

    /// Compares numbers from left to right.
    package static func < (left: ReleaseNumber, right: ReleaseNumber) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// The release number as text: `1.27.1`.
    package var description: String { numbers.map(String.init).joined(separator: ".") }

    /// The first Delve whose `--headless` servers support DAP.
    static let firstHeadlessDAP = ReleaseNumber(1, 7, 3)
    /// The first Delve that guesses path mappings, and whose default `--api-version` is 2.
    static let firstGuessingPaths = ReleaseNumber(1, 24, 0)
}
