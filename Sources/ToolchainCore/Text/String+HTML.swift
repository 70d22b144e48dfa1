/// Untrusted text for people: on terminals and on pages.
extension String {
    /// The text with U+FFFD in place of control characters, line breaks, bidirectional controls and
    /// invisible characters.
    package var shown: String {
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

    /// The text escaped for an HTML element or quoted attribute.
    package var inHTML: String {
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
}
