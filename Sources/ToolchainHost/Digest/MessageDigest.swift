internal import COpenSSL

/// The hash functions of signatures, which OpenSSL computes.
package enum MessageDigest: String, Hashable, Sendable {
    case sha256 = "SHA256"
    case sha512 = "SHA512"

    /// Computes the digest of `bytes`.
    ///
    /// - Throws: ``HashingError`` if OpenSSL does not support the function.
    package func digest(of bytes: [UInt8]) throws(HashingError) -> [UInt8] {
        // No configuration file, as for `SHA256Hasher`: it could load provider modules from the host.
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
        var digest = [UInt8](repeating: 0, count: 64)
        var count = digest.count
        let status = unsafe EVP_Q_digest(
            nil,
            rawValue,
            nil,
            bytes,
            bytes.count,
            &digest,
            &count
        )
        guard status == 1 else {
            throw HashingError(description: "this OpenSSL does not support \(rawValue)")
        }
        return Array(digest.prefix(count))
    }
}
