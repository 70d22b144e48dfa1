package import ToolchainCore
package import ToolchainHost

/// What is known of a tree after it was compared with its receipt.
package struct Verification: Sendable {
    /// The result for one tree.
    package enum Verdict: Hashable, Sendable {
        /// Everything is as the receipt says.
        case clean
        /// Something differs.
        case corrupted
        /// There is no receipt, so nothing says what the tree should be.
        case unknown(reason: String)
        /// It could not be compared, or not all of it.
        case unchecked(reason: String)
    }

    /// What is installed.
    package let installation: Installation
    /// The tree.
    package let path: String
    /// The result.
    package internal(set) var verdict: Verdict
    /// In which ways the tree differs.
    package let differences: [TreeVerifier.Difference]
    /// How many files were compared.
    package let fileCount: Int
    /// What the catalogs pin, compared with the receipt; nil where there is no receipt.
    package let pin: PinComparison?
    /// What `--repair` did; nil without it, or where nothing was to be done.
    package internal(set) var repair: Repair?
}
