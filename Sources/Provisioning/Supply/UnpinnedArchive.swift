internal import ToolchainCore

/// A place that may have the archive of a version whose digest is not known.
///
/// The log has to prove the files in the archive.
struct UnpinnedArchive: Hashable, Sendable {
    /// Where the archive is.
    enum Place: Hashable, Sendable {
        /// The path of a file on this host.
        case file(String)
        case web(WebAddress)
    }

    /// What has to prove the files.
    enum Evidence: Hashable, Sendable {
        /// The proof in the file beside the archive.
        case proof
        /// The record, which is looked up in the log.
        case lookup
    }

    let place: Place
    /// The name of the mirror, or `nil` for `--archive` and the official site.
    let mirror: String?
    let evidence: Evidence

    /// Whether a proof is beside it.
    var hasProof: Bool { evidence == .proof }

    /// The path, or the URL without its query, which may contain a secret.
    var origin: String {
        switch place {
        case .file(let path): path
        case .web(let address): address.withoutQuery
        }
    }
}
