import LogFixtures
import TestSupport
import Testing

@testable import TransparencyLog

@Suite(.unitLimit)
struct SignatureTests {
    private static let text = "go.sum database tree\n"

    private static func note(_ lines: String...) throws -> SignedNote {
        try SignedNote(parsing: Array("\(text)\n\(lines.joined())".utf8))
    }

    @Test func `a key made from its bytes is read as it is written`() throws {
        let key = try LogSigner().key
        #expect(try VerifierKey(parsing: key.description) == key)
        #expect(throws: VerifierKey.Rejection.wrongLength(31)) {
            try VerifierKey(name: "a", key: [UInt8](repeating: 0, count: 31))
        }
    }

    @Test func `unknown signers are skipped, wherever they are`() throws {
        let (known, unknown) = try (LogSigner(), LogSigner(name: "witness.example", seed: 8))
        let lines = try [unknown, known, unknown].map { try $0.signatureLine(for: Self.text) }
        let note = try Self.note(lines[0], lines[1], lines[2])
        #expect(try note.verified(by: [known.key]).signers == [known.key])
        #expect(
            try note.verified(by: [known.key, unknown.key]).signers == [unknown.key, known.key]
        )
    }

    @Test func `a note of unknown signers alone is refused`() throws {
        let (known, unknown) = try (LogSigner(), LogSigner(name: "witness.example", seed: 8))
        let note = try Self.note(unknown.signatureLine(for: Self.text))
        let error = VerifiedNote.Rejection.unknownSigners(
            expected: [known.key.label],
            found: [unknown.key.label]
        )
        #expect(throws: error) { try note.verified(by: [known.key]) }
        #expect(throws: VerifiedNote.Rejection.self) { try note.verified(by: []) }
    }

    @Test func `one invalid signature of a known signer refuses the note`() throws {
        let (one, other) = try (LogSigner(), LogSigner(name: "witness.example", seed: 8))
        let note = try Self.note(
            one.signatureLine(for: Self.text),
            other.signatureLine(for: "another text\n")
        )
        #expect(try note.verified(by: [one.key]).signers == [one.key])
        #expect(throws: VerifiedNote.Rejection.invalidSignature(key: other.key.label)) {
            try note.verified(by: [one.key, other.key])
        }
    }

    @Test func `of two signatures of one signer the first counts`() throws {
        let signer = try LogSigner()
        let valid = try signer.signatureLine(for: Self.text)
        let invalid = try signer.signatureLine(for: "another text\n")
        #expect(try Self.note(valid, invalid).verified(by: [signer.key]).signers == [signer.key])
        #expect(throws: VerifiedNote.Rejection.invalidSignature(key: signer.key.label)) {
            try Self.note(invalid, valid).verified(by: [signer.key])
        }
    }

    @Test func `a signer of the same name with another key is unknown`() throws {
        let (one, other) = try (LogSigner(seed: 1), LogSigner(seed: 2))
        let note = try Self.note(other.signatureLine(for: Self.text))
        #expect(throws: VerifiedNote.Rejection.self) { try note.verified(by: [one.key]) }
    }

    @Test func `a known signer that is named twice counts once`() throws {
        let signer = try LogSigner()
        let note = try Self.note(signer.signatureLine(for: Self.text))
        #expect(try note.verified(by: [signer.key, signer.key]).signers == [signer.key])
    }

    @Test func `further lines of a signed head are signed, too`() throws {
        let signer = try LogSigner()
        let log = try TestLog(count: 3, signer: signer)
        let note = try signer.note(log.head(3).text + "more\n")
        #expect(try SignedTreeHead(parsing: note, signedBy: [signer.key]).head == log.head(3))
        for flipped in note.withEachBitFlipped {
            #expect(throws: (any Error).self) {
                try SignedTreeHead(parsing: flipped, signedBy: [signer.key])
            }
        }
    }
}
