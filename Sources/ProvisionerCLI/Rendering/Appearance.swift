internal import Glibc
internal import ToolchainHost

/// How text looks on stdout and stderr, decided once when the program starts.
struct Appearance: Hashable, Sendable {
    /// The colors of results.
    let result: Palette
    /// The colors of errors, hints and notes.
    let message: Palette
    /// How many columns a line of the result may take; nil where stdout is not a terminal, so that a
    /// program that reads the result finds each row on one line.
    let width: Int?

    /// The appearance that the streams of this process, its environment and `--color` ask for.
    static func ofThisProcess(_ choice: ColorChoice, _ environment: HostEnvironment) -> Appearance {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        return Appearance(
            result: Palette(choice, environment: environment, isTerminal: isTerminal),
            message: Palette(
                choice,
                environment: environment,
                isTerminal: isatty(STDERR_FILENO) == 1
            ),
            width: isTerminal ? width(environment) : nil
        )
    }

    /// COLUMNS, else what the terminal on stdout says.
    private static func width(_ environment: HostEnvironment) -> Int? {
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}
