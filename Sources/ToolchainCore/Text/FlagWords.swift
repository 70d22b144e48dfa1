/// Flags in one text, as GOFLAGS, `-gcflags` and `-ldflags` take them.
///
/// Go splits such a text at white space, and takes quotes only where a word begins with one; there
/// are no escapes (`cmd/internal/quoted`). A text that does not begin with `-` has a pattern in
/// front that says which packages it is for: `all=-N -l`.
package struct FlagWords: Sendable {
    /// A word of the text.
    private struct Word: Sendable {
        /// The white space in front of it.
        let space: String
        /// As it is in the text, with quotes.
        let text: String

        /// Without the quotes around it.
        var content: Substring {
            guard text.hasPrefix("'") || text.hasPrefix("\"") else { return text[...] }
            return text.dropFirst().dropLast()
        }
    }

    /// A flag with its value.
    package struct Flag: Hashable, Sendable {
        /// `X` of `-X`, `--X` and `-X=value`.
        package let name: String
        /// What follows `=`; nil where nothing does.
        package let value: String?

        /// Whether it is on, as flags that are true or false are.
        package var isOn: Bool {
            value.map { ["1", "t", "T", "true", "TRUE", "True"].contains($0) } ?? true
        }

        /// Reads a word without quotes; nil for what is no flag.
        package init?(_ word: Substring) {
            guard word.hasPrefix("-") else { return nil }
            let parts = word.dropFirst(word.hasPrefix("--") ? 2 : 1)
                .split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            name = String(parts[0])
            value = parts.count == 2 ? String(parts[1]) : nil
        }
    }

    /// The linker's flags whose value is the next word, unless it is in theirs.
    package static let linkerValues: Set<String> = [
        "B", "D", "E", "H", "I", "L", "R", "T", "X", "buildid", "buildmode", "extar", "extld",
        "extldflags", "importcfg", "installsuffix", "k", "libgcc", "linkmode", "o", "r", "tmpdir",
    ]

    /// The packages that the flags are for, if that is told.
    package let pattern: String?
    /// The quote that is not closed, which Go refuses; nil where all are.
    package let openQuote: Character?
    private var words: [Word]

    /// Splits a text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - takesPattern: Whether a pattern may stand in front, which is not so in GOFLAGS.
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

    /// The words without the quotes around them, as Go splits the text.
    package var contents: [String] { words.map { String($0.content) } }

    /// The flags among the words.
    ///
    /// - Parameter takers: The flags that take the next word for their value, which is no flag then.
    /// - Returns: The flags in their order.
    package func flags(valuesFollow takers: Set<String> = []) -> [Flag] {
        sorted(valuesFollow: takers).compactMap(\.flag)
    }

    /// Each word with the flag that it is, if it is one and no value.
    private func sorted(valuesFollow takers: Set<String>) -> [(word: Word, flag: Flag?)] {
        var isValue = false
        return words.map { word in
            let flag = isValue ? nil : Flag(word.content)
            isValue = flag.map { $0.value == nil && takers.contains($0.name) } ?? false
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

    /// What is left of the text without some flags: every other byte of it.
    ///
    /// - Parameters:
    ///   - names: The flags, without the `-`.
    ///   - takers: The flags that take the next word for their value, which is no flag then.
    /// - Returns: The text without its pattern, and without white space at the ends.
    package func without(_ names: Set<String>, valuesFollow takers: Set<String> = []) -> String {
        var kept = ""
        for (word, flag) in sorted(valuesFollow: takers)
        where flag.map({ !names.contains($0.name) }) ?? true {
            kept += kept.isEmpty ? word.text : word.space + word.text
        }
        return kept
    }
}
