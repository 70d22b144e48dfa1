internal import ToolchainCore

/// Why a signature does not count.
package enum SignatureRejection: Error, Hashable, Sendable {
    /// It is larger than ``SSHSignature/mostBytes``.
    case tooLarge(Int)
    /// It does not begin with the line `-----BEGIN SSH SIGNATURE-----`.
    case missingHeader
    /// No line begins with `-----END SSH SIGNATURE-----`.
    case missingFooter
    /// The text between these lines is not base64.
    case invalidBase64
    /// The blob does not begin with `SSHSIG`.
    case wrongMagic
    /// The blob ends within a field, or a field contains a byte that it must not.
    case malformed(field: String)
    /// The version of the blob is newer than 1.
    case unsupportedVersion(UInt32)
    /// Bytes follow the last field of the blob.
    case trailingBytes(Int)
    /// The key or the signature is of another kind than ssh-ed25519.
    case unsupportedKey(String)
    /// The signature is for another kind of key than the key in the blob.
    case wrongSignatureKind(expected: String, found: String)
    /// The message was hashed with another function than SHA-256 or SHA-512.
    case unsupportedHash(String)
    /// The signature is for another purpose.
    case wrongNamespace(expected: String, found: String)
    /// The signature was not made by the holder of the key over these bytes.
    case invalidSignature
}

extension SignatureRejection: CustomStringConvertible {
    /// What is wrong with the signature, in words.
    package var description: String {
        switch self {
        case .tooLarge(let count):
            "it is too large: expected at most \(SSHSignature.mostBytes) bytes, found \(count)"
        case .missingHeader: "it does not begin with the line \(SSHSignature.header)"
        case .missingFooter: "it does not end with the line \(SSHSignature.footer)"
        case .invalidBase64: "the text between its first and last line is not base64"
        case .wrongMagic: "it does not begin with SSHSIG"
        case .malformed(let field): "its \(field) is malformed"
        case .unsupportedVersion(let version):
            "its version is not supported: expected 1, found \(version)"
        case .trailingBytes(let count): "\(count) bytes follow its last field"
        case .unsupportedKey(let kind):
            "keys of the type \(kind.withVisibleControls) are not supported: expected ssh-ed25519"
        case .wrongSignatureKind(let expected, let found):
            "it is not a signature of its key: expected \(expected), found \(found.withVisibleControls)"
        case .unsupportedHash(let name):
            "its hash function is not supported: expected sha512 or sha256, found"
                + " \(name.withVisibleControls)"
        case .wrongNamespace(let expected, let found):
            "it is for another purpose: expected the namespace \(expected), found"
                + " \(found.withVisibleControls)"
        case .invalidSignature: "it does not match the signed bytes"
        }
    }
}
