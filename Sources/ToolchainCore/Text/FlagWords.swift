/// A list of flags in one string, as in GOFLAGS, `-gcflags` and `-ldflags`.
///
/// Go splits such a string at white space and recognizes quotes only at the start of a word; there
/// are no escapes (`cmd/internal/quoted`). A string that does not begin with `-` starts with a pattern
/// that selects packages: `all=-N -l`.
package struct FlagWords: Sendable {
    private struct Word: Sendable {
        /// The white space before the word.
        let space: String
        /// The word, including its quotes.
        let text: String

        /// The word without its quotes.
        var content: Substring {
            guard text.hasPrefix("'") || text.hasPrefix("\"") else { return text[...] }
            return text.dropFirst().dropLast()
        }
    }

    /// A flag with an optional value.
    package struct Flag: Hashable, Sendable {
        /// The name: `X` for `-X`, `--X` and `-X=value`.
        package let name: String
        /// The value after `=`; nil if there is no `=`.
        package let value: String?

        /// Whether a Boolean flag is set.
        package var isOn: Bool {
            value.map { ["1", "t", "T", "true", "TRUE", "True"].contains($0) } ?? true
        }

        /// Parses a word without quotes; nil if it is not a flag.
        package init?(_ word: Substring) {
            guard word.hasPrefix("-") else { return nil }
            let parts = word.dropFirst(word.hasPrefix("--") ? 2 : 1)
                .split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            name = String(parts[0])
            value = parts.count == 2 ? String(parts[1]) : nil
        }
    }

    /// The linker flags that take the next word as their value, unless they have a `=`.
    package static let linkerValues: Set<String> = [
        "B", "D", "E", "H", "I", "L", "R", "T", "X", "buildid", "buildmode", "extar", "extld",
        "extldflags", "importcfg", "installsuffix", "k", "libgcc", "linkmode", "o", "r", "tmpdir",
    ]

    /// The pattern that selects the packages, if any.
    package let pattern: String?
    /// The quote that is not closed, which is an error in Go; nil if all quotes are closed.
    package let openQuote: Character?
    private var words: [Word]

    /// Splits a string into words.
    ///
    /// - Parameters:
    ///   - text: The string.
    ///   - takesPattern: Whether it may start with a pattern; false for GOFLAGS.
    package init(_ text: String, takesPattern: Bool = true) {
        var bytes = text.utf8[...]
        bytes = bytes.drop(while: Self.isSpace)
        if takesPattern, let first = bytes.first, !Array("-'\"".utf8).contains(first),
            let equals = bytes.firstIndex(of: UInt8(ascii: "="))
        {
            pattern = String(bytes[..<equals])
            bytes = bytes[bytes.index(after: equals)...]
        } else {
            pattern = nil
        }
        words = []
        var openQuote: Character?
        while true {
            let start = bytes.firstIndex { !Self.isSpace($0) } ?? bytes.endIndex
            guard start < bytes.endIndex else { break }
            let rest = bytes[start...]
            let end = Self.end(of: rest)
            if let quote = rest.first, "'\"".utf8.contains(quote) {
                let isClosed = rest[..<end].count > 1 && rest[..<end].last == quote
                if !isClosed { openQuote = openQuote ?? Character(Unicode.Scalar(quote)) }
            }
            let space = String(decoding: bytes[..<start], as: UTF8.self)
            words.append(Word(space: space, text: String(decoding: rest[..<end], as: UTF8.self)))
            bytes = rest[end...]
        }
        self.openQuote = openQuote
    }

    /// The words without their quotes, as Go splits the string.
    package var contents: [String] { words.map { String($0.content) } }

    /// Returns the flags among the words.
    ///
    /// - Parameter names: The flags that take the next word as their value.
    /// - Returns: The flags in order.
    package func flags(valuesFollow names: Set<String> = []) -> [Flag] {
        classified(valuesFollow: names).compactMap(\.flag)
    }

    /// Returns each word, with its flag unless it is a value.
    private func classified(valuesFollow names: Set<String>) -> [(word: Word, flag: Flag?)] {
        var isValue = false
        return words.map { word in
            let flag = isValue ? nil : Flag(word.content)
            isValue = flag.map { $0.value == nil && names.contains($0.name) } ?? false
            return (word, flag)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { " \t\n\r".utf8.contains(byte) }

    private static func end(of word: Substring.UTF8View) -> String.Index {
        if let quote = word.first, "'\"".utf8.contains(quote) {
            let close = word.dropFirst().firstIndex(of: quote)
            return close.map { word.index(after: $0) } ?? word.endIndex
        }
        return word.firstIndex(where: isSpace) ?? word.endIndex
    }

    /// Returns the string without some flags; all other bytes are preserved.
    ///
    /// - Parameters:
    ///   - names: The flags to remove, without the `-`.
    ///   - namesWithValue: The flags that take the next word as their value.
    /// - Returns: The string without its pattern and without leading and trailing white space.
    package func without(
        _ names: Set<String>,
        valuesFollow namesWithValue: Set<String> = []
    ) -> String {
        var kept = ""
        for (word, flag) in classified(valuesFollow: namesWithValue)
        where flag.map({ !names.contains($0.name) }) ?? true {
            kept += kept.isEmpty ? word.text : word.space + word.text
        }
        return kept
    }
}
