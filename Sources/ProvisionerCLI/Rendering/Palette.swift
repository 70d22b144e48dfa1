internal import ToolchainHost

/// The meaning of a piece of text, which determines its style on a terminal.
enum Tone: Hashable, Sendable {
    case plain
    /// A verdict or state that needs no attention.
    case good
    /// A verdict or state that may need attention, or is unknown.
    case caution
    /// A verdict or state that needs attention.
    case bad
    /// A path or an explanation.
    case detail
    /// A name.
    case strong
    /// Text to copy and run, in which no line is broken.
    case command
    /// The word before an error.
    case error
    /// The word before a hint.
    case hint
}

/// The styles of tones in one stream.
struct Palette: Hashable, Sendable {
    /// Whether text is colored.
    let isColored: Bool

    static let plain = Palette(isColored: false)

    init(isColored: Bool) { self.isColored = isColored }

    /// Creates the palette of a stream: `--color` takes precedence over NO_COLOR, CLICOLOR_FORCE and
    /// the kind of stream.
    init(_ choice: ColorChoice, environment: HostEnvironment, isTerminal: Bool) {
        switch choice {
        case .always: isColored = true
        case .never: isColored = false
        case .auto:
            if environment["NO_COLOR"] != nil {
                isColored = false
            } else if let force = environment["CLICOLOR_FORCE"], force != "0" {
                isColored = true
            } else {
                isColored = isTerminal && environment["TERM"].map { $0 != "dumb" } ?? false
            }
        }
    }

    /// Returns the text with the escape codes of its tone.
    func painted(_ text: String, _ tone: Tone) -> String {
        guard isColored, !text.isEmpty, let code = Self.code(of: tone) else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private static func code(of tone: Tone) -> String? {
        switch tone {
        case .plain, .command: nil
        case .good: "32"
        case .caution: "33"
        case .bad: "31"
        case .detail: "2"
        case .strong: "1"
        case .error: "1;31"
        case .hint: "1;36"
        }
    }
}
