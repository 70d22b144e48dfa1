/// Something in a mirror that needs attention.
package struct MirrorFinding: Hashable, Sendable {
    /// What is wrong with a file.
    package enum Problem: String, Hashable, Sendable, CaseIterable {
        /// The index lists it, and it does not exist.
        case missing
        /// It has another size or digest than the index says.
        case modified
        /// The index does not list it.
        case unlisted
        /// It is a symbolic link, a special file, or something is mounted on it.
        case notAFile = "not-a-file"
        /// It cannot be read.
        case unreadable
        /// A catalog lists another digest.
        case contradicted
        /// It is not a proof of the archive beside it.
        case invalidProof = "invalid-proof"
        /// The archive contains something that no installation accepts, or not what the log records.
        case malformed
        /// A catalog of a site has no signature.
        case unsigned
        /// The signature of the catalog of a site is not one of its bytes, or not of an allowed signer.
        case invalidSignature = "invalid-signature"
        /// A catalog of a site has expired: hosts install nothing from then on.
        case expired
        /// Nothing is known that could verify it.
        case unverifiable

        /// Whether it is not known whether the file is intact.
        package var isUnknown: Bool { self == .unreadable || self == .unverifiable }
    }

    /// The path of the file in the mirror.
    package let path: String
    package let problem: Problem
    /// The details in a few words; empty if there is nothing to add.
    package let detail: String

    /// Creates a finding.
    package init(_ path: String, _ problem: Problem, _ detail: String = "") {
        self.path = path
        self.problem = problem
        self.detail = detail
    }
}
