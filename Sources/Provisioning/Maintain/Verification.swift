package import ToolchainCore
package import ToolchainHost

/// The result of comparing a tree with its receipt.
package struct Verification: Sendable {
    /// The verdict on one tree.
    package enum Verdict: Hashable, Sendable {
        /// The tree matches its receipt.
        case clean
        /// At least one file differs.
        case corrupted
        /// The tree has no receipt to compare it with.
        case unknown(reason: String)
        /// The tree could not be compared completely.
        case unchecked(reason: String)
    }

    /// The Go or tool.
    package let installation: Installation
    /// The path of the tree.
    package let path: String
    package internal(set) var verdict: Verdict
    /// The differences between the tree and its receipt.
    package let differences: [TreeVerifier.Difference]
    /// The number of files that were compared.
    package let fileCount: Int
    /// How the receipt compares with the catalogs, or `nil` if there is no receipt.
    package let pin: PinComparison?
    /// What `--repair` did, or `nil` if it was not given or nothing differed.
    package internal(set) var repair: Repair?
}
