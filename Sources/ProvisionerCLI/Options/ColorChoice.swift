internal import ArgumentParser

/// When text is colored.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto
    case always
    case never

    /// The help of `--color`, which `fleet` and `report` have beside options of their own.
    static let help = ArgumentHelp("Use color in text output.", valueName: "when")

    /// The choice in a command line that the parser refuses; `auto` where it names none.
    init(in arguments: [String]) {
        let words = arguments.prefix { $0 != "--" }
        for (index, word) in words.enumerated().reversed() {
            let value =
                word == "--color"
                ? words.dropFirst(index + 1).first
                : word.hasPrefix("--color=") ? String(word.dropFirst("--color=".count)) : nil
            if let choice = value.flatMap(Self.init(rawValue:)) {
                self = choice
                return
            }
        }
        self = .auto
    }

    /// Returns a command line without `--color` and its value, up to `--`.
    ///
    /// The parser's own command `help` has no options. An invalid value is kept, and the parser refuses it.
    static func removed(from arguments: [String]) -> [String] {
        var kept: [String] = []
        var words = arguments[...]
        while let word = words.popFirst() {
            if word == "--" { return kept + [word] + words }
            if word == "--color", let value = words.first, Self(rawValue: value) != nil {
                words.removeFirst()
            } else if word.hasPrefix("--color="),
                Self(rawValue: String(word.dropFirst("--color=".count))) != nil
            {
                continue
            } else {
                kept.append(word)
            }
        }
        return kept
    }
}
