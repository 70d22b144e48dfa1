internal import ToolchainCore
package import ToolchainHost

/// A public key of SSH that can verify signatures: ssh-ed25519 (RFC 8709).
package struct SSHPublicKey: Hashable, Sendable {
    /// The name of the only supported type of key.
    package static let kind = "ssh-ed25519"

    /// The 32 bytes of the key.
    let bytes: [UInt8]

    /// Reads the binary form.
    ///
    /// - Throws: ``SignatureRejection``: `unsupportedKey` for RSA, ECDSA, security keys and certificates.
    init(parsing blob: [UInt8]) throws(SignatureRejection) {
        var reader = WireReader(blob)
        guard let kind = reader.text() else { throw .malformed(field: "public key") }
        let name = String(decoding: kind.prefix(80), as: UTF8.self)
        // OpenSSH accepts the short name, too.
        guard name == Self.kind || name.lowercased() == "ed25519" else {
            throw .unsupportedKey(name)
        }
        guard let bytes = reader.bytes(), bytes.count == Ed25519.keyByteCount,
            reader.remaining == 0
        else { throw .malformed(field: "public key") }
        self.bytes = bytes
    }

    /// The binary form.
    private var blob: [UInt8] {
        var writer = WireWriter()
        writer.append(Self.kind.utf8)
        writer.append(bytes)
        return writer.written
    }

    /// The fingerprint as `ssh-keygen -l` prints it: `SHA256:…`.
    ///
    /// - Throws: ``HashingError`` if OpenSSL does not support SHA-256.
    package func fingerprint() throws(HashingError) -> String {
        let digest = try MessageDigest.sha256.digest(of: blob)
        return "SHA256:" + Base64.encoded(digest).prefix { $0 != "=" }
    }
}

extension SSHPublicKey: CustomStringConvertible {
    /// The key as in a file that ends in `.pub`, without a comment: `ssh-ed25519 AAAA…`.
    package var description: String { "\(Self.kind) \(Base64.encoded(blob))" }
}
