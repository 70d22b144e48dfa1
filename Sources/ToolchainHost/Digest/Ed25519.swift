internal import COpenSSL

/// Ed25519 signatures (RFC 8032), which OpenSSL makes and verifies.
package enum Ed25519 {
    /// The length of a public key, and of the seed that is a private key, in bytes.
    package static let keyByteCount = 32
    /// The length of a signature, in bytes.
    package static let signatureByteCount = 64

    /// Why a signature could not be verified: neither valid nor invalid.
    package struct Unsupported: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// Creates a private key.
    ///
    /// - Returns: Its seed: 32 random bytes.
    /// - Throws: ``Unsupported`` where OpenSSL has no random numbers.
    package static func newSeed() throws(Unsupported) -> [UInt8] {
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
        var seed = [UInt8](repeating: 0, count: keyByteCount)
        guard unsafe RAND_priv_bytes(&seed, CInt(keyByteCount)) == 1 else {
            throw Unsupported(description: "OpenSSL has no random numbers")
        }
        return seed
    }

    /// Returns the public key of a private one.
    ///
    /// - Throws: ``Unsupported`` where OpenSSL does not support Ed25519.
    package static func publicKey(ofSeed seed: [UInt8]) throws(Unsupported) -> [UInt8] {
        let privateKey = try unsafe privateKey(seed)
        defer { unsafe EVP_PKEY_free(privateKey) }
        var key = [UInt8](repeating: 0, count: keyByteCount)
        var count = key.count
        guard unsafe EVP_PKEY_get_raw_public_key(privateKey, &key, &count) == 1 else {
            throw Unsupported(description: "OpenSSL cannot compute an Ed25519 public key")
        }
        return key
    }

    /// Signs a message.
    ///
    /// - Returns: The signature.
    /// - Throws: ``Unsupported`` where OpenSSL cannot make Ed25519 signatures.
    package static func signature(of message: [UInt8], seed: [UInt8]) throws(Unsupported) -> [UInt8]
    {
        let privateKey = try unsafe privateKey(seed)
        defer { unsafe EVP_PKEY_free(privateKey) }
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw Unsupported(description: "OpenSSL cannot allocate a context for Ed25519")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: signatureByteCount)
        var count = signature.count
        guard
            unsafe EVP_DigestSignInit_ex(context, nil, nil, nil, nil, privateKey, nil) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        else { throw Unsupported(description: "OpenSSL cannot sign with Ed25519") }
        return signature
    }

    /// Returns OpenSSL's form of a private key; the caller frees it.
    private static func privateKey(_ seed: [UInt8]) throws(Unsupported) -> OpaquePointer {
        // No configuration file, as for SHA-256: it could load provider modules from the host.
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
        guard
            let key = unsafe EVP_PKEY_new_raw_private_key_ex(nil, "ED25519", nil, seed, seed.count)
        else { throw Unsupported(description: "this OpenSSL does not support Ed25519") }
        return unsafe key
    }

    /// Verifies a signature.
    ///
    /// - Returns: Whether the holder of `key` signed `message`.
    /// - Throws: ``Unsupported`` where OpenSSL cannot verify Ed25519 signatures.
    package static func isValid(
        _ signature: [UInt8],
        of message: [UInt8],
        key: [UInt8]
    ) throws(Unsupported) -> Bool {
        // No configuration file, as for SHA-256: it could load provider modules from the host.
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
        guard
            let publicKey = unsafe EVP_PKEY_new_raw_public_key_ex(
                nil,
                "ED25519",
                nil,
                key,
                key.count
            )
        else { throw Unsupported(description: "this OpenSSL does not support Ed25519") }
        defer { unsafe EVP_PKEY_free(publicKey) }
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw Unsupported(description: "OpenSSL cannot allocate a context for Ed25519")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard
            unsafe EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, publicKey, nil) == 1
        else { throw Unsupported(description: "OpenSSL cannot initialize Ed25519") }
        let status = unsafe EVP_DigestVerify(
            context,
            signature,
            signature.count,
            message,
            message.count
        )
        return status == 1
    }
}
