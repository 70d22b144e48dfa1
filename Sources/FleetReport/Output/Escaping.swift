internal import ToolchainCore

/// Escaping of untrusted text from reports for each output format.
extension String {
    /// The JSON document escaped for a `script` element, so that nothing in it can end the element.
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

    /// The text escaped for a GitHub Markdown table, without markup, links or mentions.
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
            // Characters that create an automatic link: `https://`, `mailto:`, `www.`.
            case ":" where index + 1 < scalars.count && scalars[index + 1] != " ":
                output += "\\:"
            case "." where previous == "w" || previous == "W": output += "\\."
            default: output.unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return output
    }

    /// The text as a CSV cell that no spreadsheet evaluates as a formula.
    var inCSV: String {
        var text = shown
        // Spreadsheets skip leading spaces, and treat full-width characters like their ASCII forms.
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

    /// The text as a quoted label value of the Prometheus text format.
    var asLabel: String {
        let text = shown
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == UInt8(ascii: "\"") }) else {
            return "\"\(text)\""
        }
        return "\"" + text.replacing(text: "\\", with: "\\\\").replacing(text: "\"", with: "\\\"")
            + "\""
    }

    /// The text for a package URL, with everything except unreserved characters percent-encoded.
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
