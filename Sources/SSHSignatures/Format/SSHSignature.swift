internal import ToolchainCore
internal import ToolchainHost

/// A detached signature that `ssh-keygen -Y sign` made (OpenSSH's PROTOCOL.sshsig).
///
/// What is accepted is what `ssh-keygen -Y verify` accepts, limited to Ed25519 keys. Only the hash of the
/// message, its function and the namespace are signed: the armor, the version and the reserved field are
/// not, so nothing depends on them.
package struct SSHSignature: Hashable, Sendable {
    /// The largest signature that is read, in bytes.
    package static let mostBytes = 1 << 16

    static let header = "-----BEGIN SSH SIGNATURE-----"
    static let footer = "-----END SSH SIGNATURE-----"
    private static let magic = Array("SSHSIG".utf8)

    /// The key that is said to have made the signature.
    package let key: SSHPublicKey
    /// The purpose of the signature, as bytes without NUL.
    let namespace: [UInt8]
    /// The function that hashed the message.
    let hash: MessageDigest
    /// The signature proper.
    let bytes: [UInt8]

    /// Reads a signature in its armor, without verifying it.
    ///
    /// As ssh-keygen does, this reads the first block and ignores what follows it, and it ignores white
    /// space within the block.
    ///
    /// - Throws: ``SignatureRejection``.
    package init(parsing armor: [UInt8]) throws(SignatureRejection) {
        guard armor.count <= Self.mostBytes else { throw .tooLarge(armor.count) }
        let header = Array("\(Self.header)\n".utf8)
        guard armor.starts(with: header) else { throw .missingHeader }
        let rest = armor[header.count...]
        let footer = Array("\n\(Self.footer)".utf8)
        guard
            let end = rest.indices.first(where: {
                rest[$0] == footer[0] && rest[$0...].starts(with: footer)
            })
        else { throw .missingFooter }
        var body = rest[..<end]
        if body.last == 0 { body.removeLast() }
        let text = body.filter { $0 != 0x20 && !(9...13).contains($0) }
        guard let blob = Base64.decoded(text) else { throw .invalidBase64 }
        try self.init(blob: blob)
    }

    /// Reads the binary form.
    init(blob: [UInt8]) throws(SignatureRejection) {
        var reader = WireReader(blob)
        guard reader.skip(Self.magic) else { throw .wrongMagic }
        guard let version = reader.number() else { throw .malformed(field: "version") }
        guard version <= 1 else { throw .unsupportedVersion(version) }
        guard let key = reader.bytes() else { throw .malformed(field: "public key") }
        self.key = try SSHPublicKey(parsing: key)
        guard let namespace = reader.text() else { throw .malformed(field: "namespace") }
        self.namespace = namespace
        guard reader.bytes() != nil else { throw .malformed(field: "reserved field") }
        guard let hash = reader.text() else { throw .malformed(field: "hash function") }
        guard let signature = reader.bytes() else { throw .malformed(field: "signature") }
        guard reader.remaining == 0 else { throw .trailingBytes(reader.remaining) }
        switch String(decoding: hash.prefix(80), as: UTF8.self) {
        case "sha512": self.hash = .sha512
        case "sha256": self.hash = .sha256
        case let name: throw .unsupportedHash(name)
        }
        var parts = WireReader(signature)
        guard let kind = parts.text() else { throw .malformed(field: "signature") }
        guard kind.elementsEqual(SSHPublicKey.kind.utf8) else {
            throw .wrongSignatureKind(
                expected: SSHPublicKey.kind,
                found: String(decoding: kind.prefix(80), as: UTF8.self)
            )
        }
        guard let bytes = parts.bytes(), bytes.count == Ed25519.signatureByteCount,
            parts.remaining == 0
        else { throw .malformed(field: "signature") }
        self.bytes = bytes
    }

    /// Verifies that the holder of ``key`` signed `message` for a purpose.
    ///
    /// Whether the key is allowed to is a question for ``AllowedSigners``.
    ///
    /// - Parameters:
    ///   - message: The exact bytes.
    ///   - namespace: The purpose.
    /// - Throws: ``SignatureRejection``; ``HashingError`` or ``Ed25519/Unsupported`` if OpenSSL cannot
    ///   verify the signature.
    package func verify(_ message: [UInt8], namespace: String) throws {
        guard self.namespace.elementsEqual(namespace.utf8) else {
            throw SignatureRejection.wrongNamespace(
                expected: namespace,
                found: String(decoding: self.namespace.prefix(80), as: UTF8.self)
            )
        }
        var writer = WireWriter()
        writer.append(raw: Self.magic)
        writer.append(namespace.utf8)
        writer.append([])
        writer.append(hash.rawValue.lowercased().utf8)
        writer.append(try hash.digest(of: message))
        guard try Ed25519.isValid(bytes, of: writer.written, key: key.bytes) else {
            throw SignatureRejection.invalidSignature
        }
    }
}
