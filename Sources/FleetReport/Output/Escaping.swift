internal import ToolchainCore

/// Text from reports, made harmless for the language that it is written into.
extension String {
    /// The text without characters that a terminal obeys, that end a line, that turn the direction of
    /// writing, or that cannot be seen.
    var shown: String {
        guard !isPlain else { return self }
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            scalars.append(Self.isDeceptive(scalar) ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }

    private var isPlain: Bool { utf8.allSatisfy { (0x20..<0x7F).contains($0) } }

    private static func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x20, 0x7F..<0xA0, 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E,
            0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    /// The text within an element or an attribute in quotes.
    var inHTML: String {
        let text = shown
        guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// A JSON document within a `script` element: nothing in it can end that.
    var jsonInHTML: String {
        guard utf8.contains(where: { "<>&".utf8.contains($0) || $0 == 0xE2 }) else { return self }
        var output = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "<": output += "\\u003c"
            case ">": output += "\\u003e"
            case "&": output += "\\u0026"
            case "\u{2028}": output += "\\u2028"
            case "\u{2029}": output += "\\u2029"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// The text in a table of GitHub's Markdown, nothing of it being markup, a link or a mention.
    var inMarkdown: String {
        var output = ""
        var previous: Unicode.Scalar = " "
        let scalars = Array(shown.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "!", "|", "~", "@", "$":
                output += "\\\(scalar)"
            // What starts a link by itself: `https://`, `mailto:`, `www.`.
            case ":" where index + 1 < scalars.count && scalars[index + 1] != " ":
                output += "\\:"
            case "." where previous == "w" || previous == "W": output += "\\."
            default: output.unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return output
    }

    /// The text as a cell of a CSV file that no spreadsheet takes for a formula.
    var inCSV: String {
        var text = shown
        // Spreadsheets also look behind spaces, and take the wide forms for the narrow ones.
        let first = text.unicodeScalars.first { $0 != " " && $0 != "\u{A0}" && $0 != "\u{3000}" }
        if let first,
            "=+-@|%\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}\u{FFFD}".unicodeScalars.contains(first)
        {
            text = "'" + text
        }
        guard
            text.utf8.contains(where: { "\",;'".utf8.contains($0) }) || text.hasPrefix(" ")
                || text.hasSuffix(" ")
        else { return text }
        return "\"" + text.replacing(text: "\"", with: "\"\"") + "\""
    }

    /// The text as a label's value of the Prometheus text format, in quotes.
    var asLabel: String {
        let text = shown
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == UInt8(ascii: "\"") }) else {
            return "\"\(text)\""
        }
        return "\"" + text.replacing(text: "\\", with: "\\\\").replacing(text: "\"", with: "\\\"")
            + "\""
    }

    /// The text within a package URL: everything but unreserved characters is percent-encoded.
    var inPackageURL: String {
        var output = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                output += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return output
    }
}
