package import ToolchainCore

/// What is wrong with an archive.
package enum ArchiveError: Error, Hashable, Sendable {
    /// It is not the one that is pinned.
    case unlike(expected: SHA256Digest, computed: SHA256Digest)
    /// It has another size than the one that is pinned.
    case wrongSize(expected: Int, found: Int)
    /// The file's bytes changed between verifying and unpacking.
    case changedWhileRead
    /// It is not a well-formed gzip-compressed tar archive.
    case malformed(String)
    /// One of its members is not what a Go archive may hold.
    case refusedMember(name: String, reason: String)
    /// It unpacks to more than any Go archive does.
    case tooLarge(limit: String)
    /// What it holds is not the toolchain that was asked for.
    case unexpectedContents(what: String, expected: String, found: String)
}
