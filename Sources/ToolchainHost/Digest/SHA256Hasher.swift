internal import COpenSSL
package import ToolchainCore

/// The error thrown if a digest cannot be computed.
package struct HashingError: Error, CustomStringConvertible {
    /// The operation that OpenSSL could not perform.
    package let description: String
}

/// An incremental SHA-256 computation by OpenSSL, which uses the processor's SHA instructions.
@safe
package struct SHA256Hasher: ~Copyable {
    private let context: OpaquePointer

    /// The algorithm, fetched once because that takes locks, and each file has a digest.
    @safe
    private struct Algorithm: @unchecked Sendable {
        // SAFETY: an EVP_MD is immutable after it was fetched, and can be shared by threads.
        let pointer: OpaquePointer?

        static let sha256: Algorithm = {
            // Do not load a configuration file, which could load provider modules of the host into a
            // statically linked program.
            _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
            return unsafe Algorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))
        }()
    }

    /// Starts a computation.
    ///
    /// - Throws: ``HashingError`` if OpenSSL does not support SHA-256.
    package static func starting() throws(HashingError) -> SHA256Hasher {
        guard unsafe Algorithm.sha256.pointer != nil, let context = unsafe EVP_MD_CTX_new() else {
            throw HashingError(description: "this OpenSSL does not support SHA-256")
        }
        let hasher = unsafe SHA256Hasher(owning: context)
        try hasher.restart()
        return hasher
    }

    private init(owning context: OpaquePointer) { unsafe self.context = context }

    deinit { unsafe EVP_MD_CTX_free(context) }

    private func restart() throws(HashingError) {
        guard unsafe EVP_DigestInit_ex2(context, Algorithm.sha256.pointer, nil) == 1 else {
            throw HashingError(description: "OpenSSL cannot initialize SHA-256")
        }
    }

    /// Adds bytes to the computation.
    mutating func update(_ bytes: UnsafeRawBufferPointer) throws(HashingError) {
        guard unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
            throw HashingError(description: "OpenSSL cannot continue SHA-256")
        }
    }

    /// Adds bytes to the computation.
    ///
    /// - Throws: ``HashingError`` if OpenSSL fails.
    package mutating func update(_ bytes: [UInt8]) throws(HashingError) {
        guard unsafe EVP_DigestUpdate(context, bytes, bytes.count) == 1 else {
            throw HashingError(description: "OpenSSL cannot continue SHA-256")
        }
    }

    /// Returns the digest of all bytes added since the start or the last call, and restarts the
    /// computation.
    ///
    /// - Throws: ``HashingError`` if OpenSSL fails.
    package mutating func finish() throws(HashingError) -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        let status = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
        }
        guard status == 1, let digest = SHA256Digest(bytes: bytes) else {
            throw HashingError(description: "OpenSSL cannot finish SHA-256")
        }
        try restart()
        return digest
    }
}

extension SHA256Digest {
    /// Computes the digest of `bytes`.
    ///
    /// - Throws: ``HashingError`` if OpenSSL fails.
    package init(of bytes: [UInt8]) throws {
        var hasher = try SHA256Hasher.starting()
        unsafe try bytes.withUnsafeBytes { try unsafe hasher.update($0) }
        self = try hasher.finish()
    }
}
