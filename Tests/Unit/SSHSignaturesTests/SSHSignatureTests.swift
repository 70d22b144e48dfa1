import TestSupport
import Testing
import ToolchainCore

@testable import SSHSignatures

@Suite(.unitLimit)
struct SSHSignatureTests {
    typealias Fixture = SignatureFixture

    private func verify(_ armor: [UInt8], namespace: String = "ns") throws {
        try SSHSignature(parsing: armor).verify(Fixture.message, namespace: namespace)
    }

    @Test func `a signature of ssh-keygen is verified over the exact bytes`() throws {
        let signature = try SSHSignature(parsing: Array(Fixture.armor.utf8))
        try signature.verify(Fixture.message, namespace: "ns")
        #expect(
            try signature.key.fingerprint() == "SHA256:Qttb6Z83Ahci4/JkdTOtARKEfhosGgfGrzAAuwkYWKM"
        )
        for message in ["hello", "hello\r\n", "hello\n\n", "Hello\n", ""] {
            #expect(throws: SignatureRejection.invalidSignature, "\(message)") {
                try signature.verify(Array(message.utf8), namespace: "ns")
            }
        }
    }

    @Test func `only an unsigned version bit can be flipped in the blob`() throws {
        for index in Fixture.blob.indices {
            for bit in 0..<8 {
                var flipped = Fixture.blob
                flipped[index] ^= 1 << UInt8(bit)
                // Version 0, which ssh-keygen accepts, too: the version is not signed.
                let isAccepted = index == 9 && bit == 0
                #expect(
                    ((try? verify(Fixture.armored(flipped))) != nil) == isAccepted,
                    "byte \(index), bit \(bit)"
                )
            }
        }
    }

    @Test func `a signature that is cut anywhere is refused`() {
        for count in 0..<Fixture.blob.count {
            #expect(throws: SignatureRejection.self, "\(count)") {
                try verify(Fixture.armored(Array(Fixture.blob.prefix(count))))
            }
        }
        let armor = Array(Fixture.armor.utf8)
        // Without the line feed at its end it is complete.
        for count in 0..<(armor.count - 1) {
            #expect(throws: SignatureRejection.self, "\(count)") {
                try verify(Array(armor.prefix(count)))
            }
        }
    }

    private static let raw = Array(Fixture.fields[4].suffix(64))
    private static let kind = Array("ssh-ed25519".utf8)
    private static let key = Array(Fixture.fields[0].suffix(32))
    private static func keyed(_ kind: String) -> [UInt8] {
        Fixture.blob(replacing: 0, with: Fixture.strings(Array(kind.utf8), key))
    }

    @Test(
        arguments: [
            (Fixture.blob(magic: "SSHSIh"), .wrongMagic),
            (Fixture.blob(version: 2), .unsupportedVersion(2)),
            (Fixture.blob(tail: [0]), .trailingBytes(1)),
            (Fixture.blob(replacing: 3, with: Array("sha1".utf8)), .unsupportedHash("sha1")),
            (Fixture.blob(replacing: 3, with: Array("SHA512".utf8)), .unsupportedHash("SHA512")),
            (Fixture.blob(replacing: 3, with: Array("sha256".utf8)), .invalidSignature),
            (
                Fixture.blob(replacing: 1, with: Array("git".utf8)),
                .wrongNamespace(expected: "ns", found: "git")
            ),
            (keyed("ssh-rsa"), .unsupportedKey("ssh-rsa")),
            (keyed("ecdsa-sha2-nistp256"), .unsupportedKey("ecdsa-sha2-nistp256")),
            (
                keyed("sk-ssh-ed25519@openssh.com"), .unsupportedKey("sk-ssh-ed25519@openssh.com")
            ),
            (
                keyed("ssh-ed25519-cert-v01@openssh.com"),
                .unsupportedKey("ssh-ed25519-cert-v01@openssh.com")
            ),
            (
                Fixture.blob(replacing: 0, with: Fixture.fields[0] + [0]),
                .malformed(field: "public key")
            ),
            (
                Fixture.blob(replacing: 4, with: Fixture.fields[4] + [0]),
                .malformed(field: "signature")
            ),
            (
                Fixture.blob(replacing: 4, with: Fixture.strings(kind, Array(raw.dropLast()))),
                .malformed(field: "signature")
            ),
            (
                Fixture.blob(replacing: 4, with: Fixture.strings(Array("rsa-sha2-512".utf8), raw)),
                .wrongSignatureKind(expected: "ssh-ed25519", found: "rsa-sha2-512")
            ),
        ] as [([UInt8], SignatureRejection)]
    )
    func `a blob with a wrong part is refused with its reason`(
        blob: [UInt8],
        reason: SignatureRejection
    ) {
        #expect(throws: reason) { try verify(Fixture.armored(blob)) }
    }

    @Test func `the armor is what ssh-keygen accepts`() throws {
        let armor = Fixture.armor
        for accepted in [
            armor + armor, armor + "text", String(armor.dropLast()),
            armor.replacing(text: "AAAA", with: "AA\r\n \tAA"),
        ] {
            #expect(throws: Never.self, "\(accepted)") { try verify(Array(accepted.utf8)) }
        }
        for (refused, reason) in [
            ("\n" + armor, SignatureRejection.missingHeader),
            (armor.replacing(text: "\n", with: "\r\n"), .missingHeader),
            (armor.replacing(text: "\n", with: ""), .missingHeader),
            (SSHSignature.header + "\n" + SSHSignature.footer, .missingFooter),
            (SSHSignature.header + "\n\n" + SSHSignature.footer, .wrongMagic),
            (armor.replacing(text: "==", with: "="), .invalidBase64),
            (armor.replacing(text: "A==", with: "B=="), .invalidBase64),
            (armor.replacing(text: "AAAA", with: "AA\0AA"), .invalidBase64),
            (armor.replacing(text: "U1NI", with: "U1NJ") + armor, .wrongMagic),
            (
                armor + String(repeating: "x", count: 1 << 16),
                .tooLarge(armor.utf8.count + (1 << 16))
            ),
        ] {
            #expect(throws: reason, "\(refused.prefix(100))") { try verify(Array(refused.utf8)) }
        }
    }

    @Test func `a reserved field that is not empty is ignored, as the format says`() throws {
        try verify(Fixture.armored(Fixture.blob(replacing: 2, with: [1])))
    }
}
