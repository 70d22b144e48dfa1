/// The `h1:` hash of a Go module, as in go.sum and in Go's checksum database.
///
/// It is the SHA-256 of a list of the module's files with their SHA-256 digests (golang.org/x/mod,
/// `sumdb/dirhash`).
package struct ModuleHash: Hashable, Sendable {
    /// The SHA-256 digest of the list.
    package let digest: SHA256Digest

    /// Creates the hash with this digest.
    package init(_ digest: SHA256Digest) { self.digest = digest }

    /// Creates a hash from its 32 bytes; nil for any other number of bytes.
    package init?(bytes: [UInt8]) {
        guard let digest = SHA256Digest(bytes: bytes) else { return nil }
        self.init(digest)
    }

    /// Parses a text such as `h1:Q/mjT/SnwTC6ul3pBoqVQHTfd50K5MlPITmS5PmsXxw=`; nil if it is invalid.
    ///
    /// Each hash has exactly one text: another length, alphabet or padding, white space, and nonzero
    /// unused bits are invalid.
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
