/// The `h1:` hash of a Go module, as go.sum and Go's checksum database have it: 32 bytes, always.
///
/// It is the SHA-256 of a list of the module's files with their SHA-256 digests (golang.org/x/mod,
/// `sumdb/dirhash`).
package struct ModuleHash: Hashable, Sendable {
    /// The digest that the text encodes.
    package let digest: SHA256Digest

    /// The hash with this digest.
    package init(_ digest: SHA256Digest) { self.digest = digest }

    /// The hash whose bytes these are; nil unless there are exactly 32.
    package init?(bytes: [UInt8]) {
        guard let digest = SHA256Digest(bytes: bytes) else { return nil }
        self.init(digest)
    }

    /// The hash that a text such as `h1:Q/mjT/SnwTC6ul3pBoqVQHTfd50K5MlPITmS5PmsXxw=` says.
    ///
    /// A hash has one text only: `nil` for any other number of characters, another alphabet or padding,
    /// spaces, and bits that are set beyond the last byte.
    package init?(parsing text: String) {
        guard text.utf8.starts(with: Self.prefix.utf8),
            let bytes = Base64.decoded(text.utf8.dropFirst(Self.prefix.utf8.count))
        else { return nil }
        self.init(bytes: bytes)
    }

    private static let prefix = "h1:"
}

extension ModuleHash: CustomStringConvertible {
    /// `h1:` and 44 characters of base64.
    package var description: String { Self.prefix + Base64.encoded(digest.bytes) }
}
