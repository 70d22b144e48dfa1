package import ToolchainCore
internal import TransparencyLog

/// A verified archive for a mirror, which has been read as strictly as an installation reads it.
package struct ObtainedArchive: Sendable {
    /// What is known of an archive that the index of the mirror lists.
    package struct Listed: Sendable {
        package let digest: SHA256Digest
        package let log: Receipt.LogRecord?

        /// Creates it from the members of an entry.
        package init(digest: SHA256Digest, log: Receipt.LogRecord?) {
            self.digest = digest
            self.log = log
        }
    }

    /// What the log says about the files of an archive.
    package struct LogEvidence: Sendable {
        package let record: Receipt.LogRecord
        /// The proof as a file.
        package let proof: [UInt8]
    }

    /// Where it is: at its place in the mirror, or in the staging directory.
    package let path: String
    /// Whether it was at its place already.
    package let isInPlace: Bool
    package let digest: SHA256Digest
    /// The size in bytes.
    package let byteCount: Int
    /// What vouches for the digest: `log` if only the log does.
    package let voucher: PinnedArchive.Voucher
    /// The proof of its files; nil if there is none.
    package let evidence: LogEvidence?
    /// Why there is no proof although the log can have a record; nil if there is one, or never can be.
    package let missingProof: String?
    /// The URL or path that it comes from.
    package let origin: String
}
