package import ToolchainCore

/// A planned step of `ensure`: the version that satisfies a Go request, and the change that it
/// requires.
///
/// `ensure`, `ensure --check`, `status --want`, the drift in reports, Ansible's check mode and the
/// downloads in advance all use this value, so they cannot disagree.
package struct GoStep: Sendable {
    /// What the step changes on this host.
    package enum Change: Hashable, Sendable {
        case nothing
        /// Write the launcher; the tree is already installed.
        case launcher
        /// Write a receipt for the tree of another installer, as `--adopt` allows.
        case adoption
        /// Restore files of an installed tree that cannot be used.
        case repair
        /// Install the tree and its launcher.
        case tree

        /// Whether a toolchain is installed that was not there, or not verified.
        var installs: Bool {
            switch self {
            case .tree, .adoption: true
            case .nothing, .launcher, .repair: false
            }
        }
    }

    /// The request that the step satisfies.
    package let request: Manifest.Request
    /// The selected version.
    package let version: GoVersion
    /// The change that the step makes.
    package let change: Change
    /// The newest version that matches the request, if it is not available and ``version`` was selected
    /// instead.
    package let missing: GoVersion?
    /// What names the version, or `nil` for an exact request, and if it is only installed.
    package let source: GoNameSource?
    /// The newest version that matches the request, if the cooldown excludes it.
    package let cooling: CoolingGo?
    /// The sources of the archive, in order of preference; empty if the step requires no archive, or
    /// the log has to prove it.
    let sources: [ArchiveSource]
    /// The places that may have the archive if no catalog lists the version, in the order in which to
    /// try them.
    let unpinned: [UnpinnedArchive]

    /// Whether no catalog lists the version, so that the log has to prove it.
    package var isProvenByLog: Bool { !unpinned.isEmpty }
}

/// The facts that a Go plan depends on.
///
/// Each fact is looked up on demand: for an installed version that is one tree and one launcher, and no
/// catalog.
struct GoStock {
    /// Returns the state of a version, or `nil` if nothing exists at its path.
    let state: (GoVersion) throws(Failure) -> InstallationState?
    /// Whether a version's launcher is up to date.
    ///
    /// Throws if a file of another origin has the launcher's name.
    let hasLauncher: (GoVersion) throws(Failure) -> Bool
    /// Returns the usable versions that gotoolprov installed.
    let installed: () throws(Failure) -> [GoVersion]
    /// Returns the versions for this platform that catalogs, the official list and log proofs name.
    let known: (KnownGoScope) throws(Failure) -> [KnownGo]
    /// Returns the sources of a version's archive for a change.
    ///
    /// Throws if no catalog lists the archive or no source has it.
    let sources: (GoVersion, GoStep.Change) throws(Failure) -> [ArchiveSource]
    /// Whether the catalogs determine what the archive of a version is, so that the log is not needed.
    let isListed: (GoVersion) throws(Failure) -> Bool
    /// Returns the evidence that could prove a version which no catalog lists.
    ///
    /// Throws if all evidence is invalid.
    let logEvidence: (GoVersion) throws(Failure) -> LogEvidence
    /// Whether the archive of a version is on this host: in the cache or in a mirror directory.
    let hasLocalArchive: (GoVersion) -> Bool
    /// Whether archives may be requested from servers.
    let mayAskServers: Bool
}
