package import ToolchainCore

/// An archive of a tool that was built for hosts of one architecture.
package struct BuiltArchive: Sendable {
    /// What it holds.
    package let build: ToolBuild
    /// What it is built for.
    package let platform: GoPlatform
    /// The file.
    package let path: String
    package let digest: SHA256Digest
    /// Its size in bytes.
    package let byteCount: Int
    package let programDigest: SHA256Digest
    /// The source that it was built from.
    package let source: PinnedArchive
    /// How it was built.
    package let compilation: Receipt.Compilation
}
