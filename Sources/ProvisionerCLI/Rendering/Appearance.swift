internal import Glibc
internal import ToolchainHost

/// The appearance of text on stdout and stderr, determined once at startup.
struct Appearance: Hashable, Sendable {
    /// The colors of results.
    let result: Palette
    /// The colors of errors, hints and notes.
    let message: Palette
    /// The maximum width of a result line in columns, or `nil` if stdout is not a terminal, so that
    /// programs find each row on one line.
    let width: Int?

    /// Creates the appearance for the streams and environment of this process and `--color`.
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

    /// The value of COLUMNS, or the width of the terminal on stdout.
    private static func width(_ environment: HostEnvironment) -> Int? {
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}
