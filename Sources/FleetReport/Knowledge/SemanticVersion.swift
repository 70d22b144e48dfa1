internal import ToolchainCore

/// A version as defined by semver.org, as used in the Go vulnerability database.
///
/// Build metadata is not supported.
struct SemanticVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// One identifier of a version.
    ///
    /// Numbers sort before words.
    private enum Part: Hashable, Comparable {
        /// Digits without leading zeros, of any length.
        case number(String)
        case word(String)

        var text: String {
            switch self {
            case .number(let text), .word(let text): text
            }
        }

        init?(_ text: Substring) {
            guard !text.isEmpty,
                text.utf8.allSatisfy({
                    $0.isDigit || (65...90).contains($0) || (97...122).contains($0)
                        || $0 == UInt8(ascii: "-")
                })
            else { return nil }
            guard text.utf8.allSatisfy(\.isDigit) else {
                self = .word(String(text))
                return
            }
            guard text == "0" || text.first != "0" else { return nil }
            self = .number(String(text))
        }

        static func < (left: Part, right: Part) -> Bool {
            switch (left, right) {
            case (.number(let one), .number(let other)):
                one.utf8.count != other.utf8.count
                    ? one.utf8.count < other.utf8.count : one < other
            case (.number, .word): true
            case (.word, .number): false
            case (.word(let one), .word(let other)):
                one.utf8.lexicographicallyPrecedes(other.utf8)
            }
        }
    }

    private let numbers: [Part]
    private let preRelease: [Part]

    /// Parses `1.21.0`, `1.21.0-rc.1` or `1.21.0-0`; `0`, which the database uses for the lowest
    /// version; returns `nil` for anything else.
    init?(_ text: String) {
        let text = text == "0" ? "0.0.0-0" : text
        let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let front = halves.first else { return nil }
        let numbers = front.split(separator: ".", omittingEmptySubsequences: false)
            .map { Part($0) }
        let preRelease =
            halves.count == 1
            ? []
            : halves[1].split(separator: ".", omittingEmptySubsequences: false).map { Part($0) }
        self.init(numbers: numbers.compactMap(\.self), preRelease: preRelease.compactMap(\.self))
        guard self.numbers.count == 3, numbers.count == 3,
            self.preRelease.count == preRelease.count,
            self.numbers.allSatisfy({ if case .number = $0 { true } else { false } })
        else { return nil }
    }

    private init(numbers: [Part], preRelease: [Part]) {
        self.numbers = numbers
        self.preRelease = preRelease
    }

    /// Converts a Go version: `1.20` is 1.20.0, `1.21rc2` is 1.21.0-rc.2.
    ///
    /// A vendor suffix is ignored.
    ///
    /// Returns `nil` for a language version, and for a development version, whose fixes are
    /// unknown.
    init?(_ version: GoVersion) {
        guard !version.isLanguageVersion, !version.isDevelopment else { return nil }
        let text = version.withoutSuffix.description
        guard let mark = text.firstIndex(where: { $0.isLetter }) else {
            self.init(text.count { $0 == "." } == 1 ? "\(text).0" : text)
            return
        }
        let word = text[mark...].prefix { $0.isLetter }
        self.init("\(text[..<mark]).0-\(word).\(text[mark...].dropFirst(word.count))")
    }

    /// The version as text: `1.21.0`, `1.21.0-rc.2`.
    var description: String {
        let front = numbers.map(\.text).joined(separator: ".")
        return preRelease.isEmpty
            ? front : "\(front)-\(preRelease.map(\.text).joined(separator: "."))"
    }

    static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if left.numbers != right.numbers {
            return left.numbers.lexicographicallyPrecedes(right.numbers)
        }
        // A release sorts after all of its pre-releases.
        if left.preRelease.isEmpty || right.preRelease.isEmpty {
            return !left.preRelease.isEmpty && right.preRelease.isEmpty
        }
        return left.preRelease.lexicographicallyPrecedes(right.preRelease)
    }
}
