/// Words for a shell.
package enum ShellQuoting {
    /// `text` as one word that a POSIX shell takes literally.
    package static func quoted(_ text: String) -> String {
        "'" + text.replacing(text: "'", with: #"'\''"#) + "'"
    }

    /// `text` as one word that fish takes literally.
    ///
    /// Between apostrophes, fish knows a backslash before an apostrophe and before itself.
    package static func quotedForFish(_ text: String) -> String {
        let escaped = text.replacing(text: "\\", with: #"\\"#).replacing(text: "'", with: #"\'"#)
        return "'\(escaped)'"
    }

    /// `text` as one word of a command that somebody copies from a terminal.
    ///
    /// A word without special characters stays as it is. Control characters are written as escapes,
    /// in the `$'…'` of bash, zsh, ksh and POSIX.1-2024: no terminal shows a tab so that it can be
    /// copied, and an interactive shell takes one for completion.
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
            // By its bytes: `\u202e` is what the locale makes of it.
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

    /// The text that ``quoted(_:)`` made this word of; nil for any other word.
    package static func unquoted(_ word: String) -> String? {
        guard word.utf8.count > 1, word.hasPrefix("'"), word.hasSuffix("'") else { return nil }
        let text = String(word.dropFirst().dropLast()).replacing(text: #"'\''"#, with: "'")
        return quoted(text) == word ? text : nil
    }
}
