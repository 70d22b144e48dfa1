package import ToolchainCore

/// What `ensure` does for one request for a Go, decided before anything is changed.
///
/// `ensure`, `ensure --check`, `status --want`, the drift in reports, Ansible's check mode and the
/// downloads in advance all read this value, so that none of them can decide otherwise.
package struct GoStep: Sendable {
    /// What is missing on this host.
    package enum Need: Hashable, Sendable {
        case nothing
        /// The launcher; the tree is there.
        case launcher
        /// A receipt: the tree is another installer's, and `--adopt` was given.
        case adoption
        /// Files: the tree is ours and cannot be used.
        case repair
        case tree
    }

    /// The request.
    package let request: Manifest.Request
    /// The version that answers it.
    package let version: GoVersion
    /// What is missing.
    package let need: Need
    /// The newest version that answers the request, where it is not available and ``version`` is taken
    /// instead.
    package let missing: GoVersion?
    /// Where the archive may come from, in order; none where no archive is needed.
    let sources: [ArchiveSource]
}

/// The facts that a plan is made from.
///
/// Everything is looked up when a decision asks for it: for a version that is present, that is one tree
/// and one launcher, and no catalog.
struct GoStock {
    /// The state of a version.
    let state: (GoVersion) throws(Failure) -> InstallationState?
    /// Whether a version's launcher is as it should be.
    ///
    /// It throws where something else has the launcher's name.
    let hasLauncher: (GoVersion) throws(Failure) -> Bool
    /// The versions that gotoolprov installed and that can be used.
    let installed: () throws(Failure) -> [GoVersion]
    /// The versions that catalogs list for this platform.
    let known: () throws(Failure) -> [GoVersion]
    /// Where a version's archive may come from, for an installation or a repair.
    ///
    /// It throws where no catalog lists the archive, or no place has it.
    let sources: (GoVersion, GoStep.Need) throws(Failure) -> [ArchiveSource]
    /// Whether the archive of a version is on this host: in the cache or in a mirror directory.
    let isAtHand: (GoVersion) -> Bool
    /// Whether archives may be requested from servers.
    let mayAskServers: Bool
}
