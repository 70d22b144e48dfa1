internal import ToolchainCore
internal import ToolchainHost

/// A public key whose signatures on notes count, as `NAME+HASH+KEY`.
///
/// NAME says who signs. HASH is the first 4 bytes, in hexadecimal, of SHA-256(NAME ‖ newline ‖ 0x01 ‖ key).
/// KEY is base64 of 0x01, which means Ed25519, and the key's 32 bytes (C2SP signed-note; `GOSUMDB` of
/// Go has the same form).
package struct VerifierKey: Hashable, Sendable {
    /// Who signs.
    package let name: String
    /// The first bytes of the hash of name and key, which signatures repeat.
    package let hash: UInt32
    /// The 32 bytes of the key.
    let key: [UInt8]

    /// The byte for Ed25519 in C2SP signed-note.
    static let algorithm: UInt8 = 1

    /// The key of sum.golang.org, as `cmd/go/internal/modfetch/key.go` has it.
    package static let goChecksumDatabase = VerifierKey(
        name: "sum.golang.org",
        hash: 0x033D_E0AE,
        key: [
            0xCE, 0x33, 0x72, 0xD7, 0x5A, 0xD1, 0xEE, 0x5E, 0xCD, 0xAF, 0x87, 0x27, 0x29, 0x3D,
            0x4B, 0x11, 0x1D, 0x87, 0xEB, 0x37, 0x53, 0x1D, 0x7C, 0x86, 0xD4, 0xD3, 0x00, 0x3F,
            0x0E, 0xB8, 0x09, 0xFC,
        ]
    )

    /// Why a text is not a verifier key.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// It is not `NAME+HASH+KEY`.
        case malformed
        /// Its name is empty, or has a space, a plus or a control character.
        case invalidName(String)
        /// It is for another algorithm than Ed25519.
        case unknownAlgorithm(UInt8)
        /// The key is not 32 bytes long.
        case wrongLength(Int)
        /// The hash is not that of name and key.
        case wrongHash(expected: String, found: String)

        /// What is wrong with the key, in words.
        package var description: String {
            switch self {
            case .malformed: "invalid verifier key: expected NAME+HASH+KEY"
            case .invalidName(let name):
                "invalid name of a verifier key: \(name.withVisibleControls)"
            case .unknownAlgorithm(let byte):
                "unknown algorithm of a verifier key: expected 1 (Ed25519), found \(byte)"
            case .wrongLength(let count):
                "invalid length of a verifier key: expected 32 bytes, found \(count)"
            case .wrongHash(let expected, let found):
                "the hash of the verifier key does not match: expected \(expected), found \(found)"
            }
        }
    }

    private init(name: String, hash: UInt32, key: [UInt8]) {
        self.name = name
        self.hash = hash
        self.key = key
    }

    /// The key with this name and these 32 bytes.
    ///
    /// - Throws: ``Rejection`` where the name is invalid or the key has another length; an error where
    ///   OpenSSL has no SHA-256.
    package init(name: String, key: [UInt8]) throws {
        guard KeyName.isValid(name), !name.unicodeScalars.contains(where: \.isControl) else {
            throw Rejection.invalidName(name)
        }
        guard key.count == Ed25519.keyByteCount else { throw Rejection.wrongLength(key.count) }
        var hasher = try SHA256Hasher.starting()
        try hasher.update(Array("\(name)\n".utf8) + [Self.algorithm] + key)
        var digest: [UInt8] = []
        try hasher.finish().appendBytes(to: &digest)
        let hash = digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        self.init(name: name, hash: hash, key: key)
    }

    /// Reads `NAME+HASH+KEY`; the digits of HASH are lower-case, KEY is canonical base64.
    ///
    /// - Throws: ``Rejection`` for any other text; an error where OpenSSL has no SHA-256.
    package init(parsing text: String) throws {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "+"),
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, parts[1].count == 8,
            parts[1].allSatisfy(\.isLowercaseHexDigit), let bytes = Base64.decoded(parts[2]),
            let algorithm = bytes.first
        else { throw Rejection.malformed }
        guard algorithm == Self.algorithm else { throw Rejection.unknownAlgorithm(algorithm) }
        try self.init(name: String(Substring(parts[0])), key: Array(bytes.dropFirst()))
        let found = String(Substring(parts[1]))
        guard UInt32(found, radix: 16) == hash else {
            throw Rejection.wrongHash(expected: KeyName.digits(hash), found: found)
        }
    }

    /// The key as messages name it: `sum.golang.org+033de0ae`.
    package var label: String { KeyName.label(name, hash: hash) }
}

extension VerifierKey: CustomStringConvertible {
    /// `NAME+HASH+KEY`.
    package var description: String { "\(label)+\(Base64.encoded([Self.algorithm] + key))" }
}
