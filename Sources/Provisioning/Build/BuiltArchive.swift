package import ToolchainCore

/// An archive of a tool, built for hosts of one architecture.
package struct BuiltArchive: Sendable {
    /// The build that the archive contains.
    package let build: ToolBuild
    /// The platform that the tool was built for.
    package let platform: GoPlatform
    /// The path of the archive.
    package let path: String
    package let digest: SHA256Digest
    /// The size of the archive, in bytes.
    package let byteCount: Int
    package let programDigest: SHA256Digest
    /// The source archive that the tool was built from.
    package let source: PinnedArchive
    /// The flags and environment of the build.
    package let compilation: Receipt.Compilation
}
