package import ToolchainCore

/// What the catalogs of today pin for an installation, compared with what its receipt names.
///
/// A receipt lies in the tree that it vouches for, so whoever can replace the tree can replace the
/// receipt as well. Catalogs are trusted independently of it.
package enum PinComparison: Hashable, Sendable {
    /// The receipt names the archive that is pinned.
    case same
    /// Another archive is pinned.
    case different(PinnedArchive)
    /// The built-in catalog pins another archive, and something that the user named at installation
    /// vouched for this one: a catalog file that replaces a digest, or `--sha256`.
    case replaced(voucher: String)
    /// No catalog lists the archive, or the catalogs cannot be read.
    case unknown(reason: String)
}
