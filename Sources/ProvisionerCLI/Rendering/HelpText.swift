internal import ArgumentParser
internal import ToolchainCore

/// The argument parser's help, with global options listed only in the help of the program.
enum HelpText {
    private static let title = "GLOBAL OPTIONS:\n"
    /// The suffix that the parser appends to the names of groups.
    private static let suffix = " SUBCOMMANDS:\n"

    /// Returns the help text for output.
    static func shown(_ text: String) -> String {
        guard text.contains(text: "INSTALL" + suffix) else {
            guard let (start, _, rest) = parts(of: text) else { return text }
            return start + rest + "\n" + title + "  See `gotoolprov --help`."
        }
        // Any command has them.
        let section = parts(of: Gotoolprov.helpMessage(for: Which.self))?.section ?? ""
        return text.replacing("INSTALL" + suffix, with: title + section + "\nINSTALL" + suffix)
            .replacing(suffix, with: ":\n")
    }

    /// Splits a help text into the part before the title, the lines of its section, and the rest.
    private static func parts(
        of text: String
    ) -> (start: String, section: String, rest: String)? {
        guard let range = text.range(ofFirst: title) else { return nil }
        let tail = String(text[range.upperBound...])
        guard let end = tail.range(ofFirst: "\n\n") else { return nil }
        return (
            String(text[..<range.lowerBound]), String(tail[..<end.lowerBound]) + "\n",
            String(tail[end.upperBound...])
        )
    }
}
