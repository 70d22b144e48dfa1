package import ToolchainCore

/// How the archive that a receipt names compares with the one that the current catalogs pin.
///
/// A receipt is stored in the tree that it describes, so an attacker who can replace the tree can also
/// replace the receipt. Catalogs are trusted independently of it.
package enum PinComparison: Hashable, Sendable {
    /// The receipt names the pinned archive.
    case same
    /// The catalogs pin another archive.
    case different(PinnedArchive)
    /// The built-in catalog pins another archive, but the user vouched for this one at installation,
    /// with a catalog that replaces a digest or with `--sha256`.
    case replaced(voucher: String)
    /// No catalog lists the archive, or the catalogs cannot be read.
    case unknown(reason: String)
}
