package import ToolchainCore

/// The hash of a record or of a subtree of the log.
package struct LogHash: Hashable, Sendable {
    /// How many bytes a hash has.
    package static let byteCount = 32

    private let digest: SHA256Digest

    /// The hash with this digest.
    package init(_ digest: SHA256Digest) { self.digest = digest }

    /// The hash whose bytes these are; nil unless there are exactly 32.
    package init?(bytes: some Collection<UInt8>) {
        guard let digest = SHA256Digest(bytes: Array(bytes)) else { return nil }
        self.init(digest)
    }

    /// The hash that 44 digits of base64 say; nil for anything else.
    package init?(base64 text: some BidirectionalCollection<UInt8>) {
        guard let bytes = Base64.decoded(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// Appends the 32 bytes to `output`.
    package func appendBytes(to output: inout [UInt8]) { digest.appendBytes(to: &output) }
}

extension LogHash: CustomStringConvertible {
    /// 44 digits of base64.
    package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        appendBytes(to: &bytes)
        return Base64.encoded(bytes)
    }
}
