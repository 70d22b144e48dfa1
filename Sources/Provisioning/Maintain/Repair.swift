package import ToolchainCore
package import ToolchainHost

/// What was done to a tree that differed from its receipt.
package struct Repair: Sendable {
    /// How far it went.
    package enum Action: String, Sendable {
        /// The files that differed were replaced, each in one step.
        case repaired
        /// A new tree took the old one's place, in one step.
        case reinstalled
        /// It could not be done; what is there may differ less than before.
        case failed
    }

    /// How far it went.
    package let action: Action
    /// What differed before.
    package let found: [TreeVerifier.Difference]
    /// The directory that has what was replaced; nil where nothing was worth keeping.
    package let quarantine: String?
    /// Why it failed.
    package let failure: Failure?
}
