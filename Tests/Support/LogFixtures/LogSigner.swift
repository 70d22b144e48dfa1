internal import COpenSSL
internal import ToolchainCore
package import TransparencyLog

/// Signs notes with a test key, as a log does.
package struct LogSigner: Sendable {
    /// The error for a key or a signature that could not be created.
    package struct Failed: Error {}

    /// The key that verifies the signatures.
    package let key: VerifierKey
    private let seed: [UInt8]

    /// Creates a signer whose private key is `seed` repeated 32 times, so that it is reproducible.
    package init(name: String = "log.example", seed: UInt8 = 7) throws {
        let seed = [UInt8](repeating: seed, count: 32)
        var publicKey = [UInt8](repeating: 0, count: 32)
        try unsafe Self.withPrivateKey(seed) { privateKey in
            var count = publicKey.count
            guard unsafe EVP_PKEY_get_raw_public_key(privateKey, &publicKey, &count) == 1 else {
                throw Failed()
            }
        }
        self.seed = seed
        key = try VerifierKey(name: name, key: publicKey)
    }

    /// Returns the signature of a message.
    package func signature(of message: [UInt8]) throws -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 64)
        try unsafe Self.withPrivateKey(seed) { privateKey in
            guard let context = unsafe EVP_MD_CTX_new() else { throw Failed() }
            defer { unsafe EVP_MD_CTX_free(context) }
            var count = signature.count
            guard
                unsafe EVP_DigestSignInit_ex(context, nil, nil, nil, nil, privateKey, nil) == 1,
                unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
            else { throw Failed() }
        }
        return signature
    }

    /// Returns the signature line for a text, with its newline.
    package func signatureLine(for text: String) throws -> String {
        let hash = (0..<4).map { UInt8(truncatingIfNeeded: key.hash >> (24 - 8 * UInt32($0))) }
        let bytes = hash + (try signature(of: Array(text.utf8)))
        return "— \(key.name) \(Base64.encoded(bytes))\n"
    }

    /// Returns a text and its signature as a note.
    package func note(_ text: String) throws -> [UInt8] {
        Array("\(text)\n\(try signatureLine(for: text))".utf8)
    }

    private static func withPrivateKey(
        _ seed: [UInt8],
        _ body: (OpaquePointer) throws -> Void
    ) throws {
        let privateKey = unsafe EVP_PKEY_new_raw_private_key_ex(
            nil,
            "ED25519",
            nil,
            seed,
            seed.count
        )
        guard let privateKey = unsafe privateKey else { throw Failed() }
        defer { unsafe EVP_PKEY_free(privateKey) }
        try unsafe body(privateKey)
    }
}
