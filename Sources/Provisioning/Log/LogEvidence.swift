/// Evidence that could prove a version which no catalog lists.
enum LogEvidence: Hashable, Sendable {
    /// An archive with a proof beside it is on this host.
    case proof
    /// No archive has a proof beside it, at any of these paths.
    case missing([String])
    /// The log is not used, because of this option or manifest.
    case disabled(by: String)
}
