package import ToolchainCore
package import ToolchainHost

/// The repair of a tree that differed from its receipt.
package struct Repair: Sendable {
    /// The result of a repair.
    package enum Action: String, Sendable {
        /// The files that differed were replaced, each atomically.
        case repaired
        /// A new tree replaced the old one atomically.
        case reinstalled
        /// The repair failed; the tree may have fewer differences than before.
        case failed
    }

    /// The result of the repair.
    package let action: Action
    /// The differences before the repair.
    package let found: [TreeVerifier.Difference]
    /// The directory to which replaced files were moved, or `nil` if none were kept.
    package let quarantine: String?
    /// Why the repair failed, or `nil`.
    package let failure: Failure?
}
