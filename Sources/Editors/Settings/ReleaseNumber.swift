internal import ToolchainCore

/// A release of a tool as `1.27.1` or `v0.23.0`; what is behind a third number is left out.
package struct ReleaseNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let numbers: [Int]

    /// Reads a release number; nil for `master`, `(devel)` and everything else that is none.
    package init?(_ text: String) {
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.prefix(3).compactMap { part in
            // A plus sign would be read as a number's.
            Int(part.prefix(while: \.isDigit))
        }
        guard numbers.count == 3 else { return nil }
        self.numbers = numbers
    }

    private init(_ numbers: Int...) { self.numbers = numbers }

    /// By number, from the first to the last.
    package static func < (left: ReleaseNumber, right: ReleaseNumber) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// `1.27.1`.
    package var description: String { numbers.map(String.init).joined(separator: ".") }

    /// The first Delve whose `--headless` servers speak DAP.
    static let firstHeadlessDAP = ReleaseNumber(1, 7, 3)
    /// The first Delve that guesses path mappings, and whose `--api-version` is 2 if not said.
    static let firstGuessingPaths = ReleaseNumber(1, 24, 0)
}
