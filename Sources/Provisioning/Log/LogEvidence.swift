internal import ToolchainCore

/// Evidence that could prove a version which no catalog lists.
enum LogEvidence: Hashable, Sendable {
    /// The places that may have the archive, in the order in which to try them; at least one.
    case archives([UnpinnedArchive])
    /// No archive has a proof beside it, and the log cannot be asked; the facts say where a proof was
    /// looked for.
    case missing([Failure.Fact])
    /// The log is not used, because of this option or manifest.
    case disabled(by: String)
}
