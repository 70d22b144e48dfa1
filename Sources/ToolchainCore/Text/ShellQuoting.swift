/// Quoting of words for shells.
package enum ShellQuoting {
    /// Returns `text` as a quoted word for a POSIX shell.
    package static func quoted(_ text: String) -> String {
        "'" + text.replacing(text: "'", with: #"'\''"#) + "'"
    }

    /// Returns `text` as a quoted word for fish.
    ///
    /// In single quotes, fish recognizes `\'` and `\\`.
    package static func quotedForFish(_ text: String) -> String {
        let escaped = text.replacing(text: "\\", with: #"\\"#).replacing(text: "'", with: #"\'"#)
        return "'\(escaped)'"
    }

    /// Returns `text` as a word of a command that a user copies from a terminal.
    ///
    /// A word without special characters is not quoted. Control characters are escaped in the `$'…'`
    /// syntax of bash, zsh, ksh and POSIX.1-2024: a tab cannot be copied from a terminal, and triggers
    /// completion in an interactive shell.
    package static func word(_ text: String) -> String {
        if text.unicodeScalars.contains(where: \.isControl) { return escaped(text) }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./,:@+=%".utf8.contains(byte)
            }
        }
        return isPlain && !text.isEmpty ? text : quoted(text)
    }

    private static func escaped(_ text: String) -> String {
        var result = "$'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "'", "\\": result += "\\\(scalar)"
            // As bytes, because the encoding of `\u202e` would depend on the locale.
            case _ where scalar.isControl:
                result += String(scalar).utf8.map { byte in
                    let digits = String(byte, radix: 8)
                    return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
                }.joined()
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "'"
    }

    /// Returns the text that ``quoted(_:)`` turns into `word`; nil if there is none.
    package static func unquoted(_ word: String) -> String? {
        guard word.utf8.count > 1, word.hasPrefix("'"), word.hasSuffix("'") else { return nil }
        let text = String(word.dropFirst().dropLast()).replacing(text: #"'\''"#, with: "'")
        return quoted(text) == word ? text : nil
    }
}
