internal import ArgumentParser
internal import ToolchainCore

/// The argument parser's help, with the options of all commands in one place: the help of the program.
enum HelpText {
    private static let title = "\nGLOBAL OPTIONS:\n"
    /// What the parser appends to the names of groups.
    private static let suffix = " SUBCOMMANDS:\n"

    /// The help as it is shown.
    static func shown(_ text: String) -> String {
        guard text.contains("INSTALL" + suffix) else { return withoutGlobalOptions(text) }
        var text = text
        // Any command has them.
        if let options = globalOptions(in: Gotoolprov.helpMessage(for: Which.self)),
            let place = text.range(ofFirst: "\nINSTALL" + suffix)
        {
            text.insert(contentsOf: title + options + "\n", at: place.lowerBound)
        }
        return text.replacing(suffix, with: ":\n")
    }

    private static func withoutGlobalOptions(_ text: String) -> String {
        guard let options = globalOptions(in: text) else { return text }
        return text.replacing(
            title + options,
            with: title + "  See `gotoolprov --help`.\n"
        )
    }

    /// The lines below the title.
    private static func globalOptions(in text: String) -> String? {
        guard let start = text.range(ofFirst: title)?.upperBound else { return nil }
        let rest = String(text[start...])
        guard let end = rest.range(ofFirst: "\n\n") else { return rest }
        return String(rest[..<rest.index(after: end.lowerBound)])
    }
}
