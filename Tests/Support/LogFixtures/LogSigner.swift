package import TransparencyLog

/// Signs notes with a test key, as a log does.
package struct LogSigner: Sendable {
    /// The error for a note that is not one.
    package struct Failed: Error {}

    private let signingKey: SigningKey

    /// The key that verifies the signatures.
    package var key: VerifierKey { signingKey.verifier }

    /// Creates a signer whose private key is `seed` repeated 32 times, so that it is reproducible.
    package init(name: String = "log.example", seed: UInt8 = 7) throws {
        signingKey = try SigningKey(name: name, seed: [UInt8](repeating: seed, count: 32))
    }

    /// Returns the signature of a message.
    package func signature(of message: [UInt8]) throws -> [UInt8] {
        try signingKey.signature(of: message)
    }

    /// Returns the signature line for a text, with its newline.
    package func signatureLine(for text: String) throws -> String {
        try signingKey.signatureLine(for: text)
    }

    /// Returns a text and its signature as a note.
    package func note(_ text: String) throws -> [UInt8] { try signingKey.note(text) }
}
