internal import ToolchainCore
internal import ToolchainHost

/// A private key that signs notes: of a log that a site keeps itself.
///
/// Its text is that of golang.org/x/mod/sumdb/note: `PRIVATE+KEY+NAME+HASH+KEY`, where KEY is base64 of 0x01, which
/// means Ed25519, and the 32 bytes of the seed. The description does not contain the seed.
package struct SigningKey: Sendable {
    /// The key that verifies the signatures.
    package let verifier: VerifierKey
    private let seed: [UInt8]

    private static let prefix = "PRIVATE+KEY+"

    /// Why a text is not a signing key; it does not contain the key.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// It is not `PRIVATE+KEY+NAME+HASH+KEY` with an Ed25519 key.
        case malformed
        /// The hash is not that of name and key.
        case wrongHash

        /// What is wrong with the key, in words.
        package var description: String {
            switch self {
            case .malformed: "expected one line PRIVATE+KEY+NAME+HASH+KEY with an Ed25519 key"
            case .wrongHash: "the hash in the key is not that of its name and its public key"
            }
        }
    }

    /// A new key.
    ///
    /// - Parameter name: Who signs.
    /// - Returns: The key.
    /// - Throws: ``VerifierKey/Rejection`` if the name is invalid; an error where OpenSSL fails.
    package static func generated(name: String) throws -> SigningKey {
        try SigningKey(name: name, seed: Ed25519.newSeed())
    }

    /// The key with this name and these 32 bytes as its seed.
    ///
    /// - Throws: ``VerifierKey/Rejection`` if the name is invalid; an error where OpenSSL fails.
    package init(name: String, seed: [UInt8]) throws {
        verifier = try VerifierKey(name: name, key: try Ed25519.publicKey(ofSeed: seed))
        self.seed = seed
    }

    /// Reads a key.
    ///
    /// - Throws: ``Rejection``, or as ``init(name:seed:)``.
    package init(parsing text: String) throws {
        guard text.utf8.starts(with: Self.prefix.utf8) else { throw Rejection.malformed }
        let parts = text.utf8.dropFirst(Self.prefix.utf8.count).split(
            separator: UInt8(ascii: "+"),
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, let bytes = Base64.decoded(parts[2]),
            bytes.count == 1 + Ed25519.keyByteCount, bytes[0] == VerifierKey.algorithm
        else { throw Rejection.malformed }
        try self.init(
            name: String(Substring(parts[0])),
            seed: Array(bytes.dropFirst())
        )
        guard self.text == text else { throw Rejection.wrongHash }
    }

    /// The private key as a text, without a newline: for its file, and for nothing else.
    package var text: String {
        let key = Base64.encoded([VerifierKey.algorithm] + seed)
        return "\(Self.prefix)\(verifier.label)+\(key)"
    }

    /// Signs a message.
    ///
    /// - Returns: The signature.
    /// - Throws: An error where OpenSSL fails.
    package func signature(of message: [UInt8]) throws -> [UInt8] {
        try Ed25519.signature(of: message, seed: seed)
    }

    /// Signs a text that ends in a newline.
    ///
    /// - Returns: The note.
    /// - Throws: An error where OpenSSL fails.
    package func note(_ text: String) throws -> [UInt8] {
        Array("\(text)\n\(try signatureLine(for: text))".utf8)
    }

    /// The line of a note that signs a text, with its newline.
    ///
    /// - Throws: An error where OpenSSL fails.
    package func signatureLine(for text: String) throws -> String {
        let hash = (0..<4).map { UInt8(truncatingIfNeeded: verifier.hash >> (24 - 8 * UInt32($0))) }
        let bytes = hash + (try signature(of: Array(text.utf8)))
        return "— \(verifier.name) \(Base64.encoded(bytes))\n"
    }

    /// Signs the head of a tree.
    ///
    /// - Returns: The signed head.
    /// - Throws: An error where OpenSSL fails.
    package func sign(_ head: TreeHead) throws -> SignedTreeHead {
        try SignedTreeHead(parsing: note(head.text), signedBy: [verifier])
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible {
    /// The key as messages name it, without the private part.
    package var description: String { verifier.label }
    /// The same.
    package var debugDescription: String { description }
}
