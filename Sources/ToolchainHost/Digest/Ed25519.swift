internal import COpenSSL

/// Ed25519 signatures (RFC 8032), which OpenSSL verifies.
package enum Ed25519 {
    /// The length of a public key, in bytes.
    package static let keyByteCount = 32
    /// The length of a signature, in bytes.
    package static let signatureByteCount = 64

    /// Why a signature could not be verified: neither valid nor invalid.
    package struct Unsupported: Error, Hashable, CustomStringConvertible {
        package let description: String
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
