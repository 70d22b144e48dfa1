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
}
