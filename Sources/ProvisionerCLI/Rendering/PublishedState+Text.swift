internal import ArgumentParser
internal import ToolchainCore

/// The flag `--published` of the commands that show toolchains.
enum PublishedFlag {
    static let help: ArgumentHelp =
        "Read each Go and compare it with the published release; only `verify --published` asks the log."
}

extension PublishedState {
    /// Returns the answer as text.
    ///
    /// - Parameter always: Whether to show every answer, rather than only that another Go than the
    ///   published one was installed, or that another log than Go's proved it.
    /// - Returns: The text, which may be empty.
    func shown(always: Bool) -> StyledText {
        always || state == .notPublished || log != nil ? words.toned(tone) : ""
    }

    private var tone: Tone {
        switch state {
        case .published: .good
        case .modified: .bad
        case .notPublished, .unknown: .caution
        }
    }
}
