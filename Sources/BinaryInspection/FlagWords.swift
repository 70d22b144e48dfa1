internal import ToolchainCore

/// Flags for the compiler or the linker in one text, as `-gcflags` and `-ldflags` take them.
///
/// Go splits such a text at white space, and takes quotes only where a word begins with one; there
/// are no escapes (`cmd/internal/quoted`). A text that does not begin with `-` has a pattern in
/// front that says which packages it is for: `all=-N -l`.
struct FlagWords {
    /// A word of the text.
    private struct Word {
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

    /// The packages that the flags are for, if that is told.
    let pattern: String?
    private var words: [Word]

    init(_ text: String) {
        var bytes = text.utf8[...]
        bytes = bytes.drop(while: Self.isSpace)
        if let first = bytes.first, !Array("-'\"".utf8).contains(first),
            let equals = bytes.firstIndex(of: UInt8(ascii: "="))
        {
            pattern = String(bytes[..<equals])
            bytes = bytes[bytes.index(after: equals)...]
        } else {
            pattern = nil
        }
        words = []
        while true {
            let start = bytes.firstIndex { !Self.isSpace($0) } ?? bytes.endIndex
            guard start < bytes.endIndex else { break }
            let rest = bytes[start...]
            let end = Self.end(of: rest)
            let space = String(decoding: bytes[..<start], as: UTF8.self)
            words.append(Word(space: space, text: String(decoding: rest[..<end], as: UTF8.self)))
            bytes = rest[end...]
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
    func without(_ names: Set<String>, valuesFollow takers: Set<String> = []) -> String {
        var kept = ""
        var isValue = false
        for word in words {
            let content = word.content
            let name = Self.flag(content)
            let isDropped = !isValue && name.map { names.contains($0) } ?? false
            isValue =
                !isValue && !content.utf8.contains(UInt8(ascii: "="))
                && name.map { takers.contains($0) } ?? false
            guard !isDropped else { continue }
            kept += kept.isEmpty ? word.text : word.space + word.text
        }
        return kept
    }

    /// `X` of `-X`, `--X` and `-X=value`; nil for what is no flag.
    private static func flag(_ word: Substring) -> String? {
        guard word.hasPrefix("-") else { return nil }
        let name = word.dropFirst(word.hasPrefix("--") ? 2 : 1)
        return String(name.prefix { $0 != "=" })
    }
}
