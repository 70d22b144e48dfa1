package import ToolchainCore

/// An error in an archive.
package enum ArchiveError: Error, Hashable, Sendable {
    /// The digest differs from the pinned one.
    case wrongDigest(expected: SHA256Digest, computed: SHA256Digest)
    /// The size in bytes differs from the pinned one.
    case wrongSize(expected: Int, found: Int)
    /// The file changed between verification and unpacking.
    case changedWhileRead
    /// The file is not a valid gzip-compressed tar archive.
    case malformed(String)
    /// A member is of a kind, or has a name, that Go archives never contain.
    case refusedMember(name: String, reason: String)
    /// The contents exceed the limit for unpacked archives.
    case tooLarge(limit: String)
    /// The contents are not the requested toolchain or tool.
    case unexpectedContents(what: String, expected: String, found: String)
}
