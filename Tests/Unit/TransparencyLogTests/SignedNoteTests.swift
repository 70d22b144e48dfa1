import LogFixtures
import TestSupport
import Testing

@testable import TransparencyLog

@Suite(.unitLimit)
struct SignedNoteTests {
    static let keys = [VerifierKey.goChecksumDatabase]

    @Test func `a head that sum golang org signed is verified and read`() throws {
        let signed = try SignedTreeHead(parsing: RealDocument.head, signedBy: Self.keys)

        #expect(signed.head.size == 66_746_896)
        #expect("\(signed.head.root)" == "dZ4n3o/nb32Y8rCuyUc1VeuATkhefsubWOYVhA9QIc8=")
        #expect(signed.note.signers == Self.keys)
        #expect(signed.note.note.bytes == RealDocument.head)
        #expect(Array(signed.head.text.utf8) == signed.note.text)
    }

    @Test func `a signed head with any bit flipped is refused`() {
        for flipped in RealDocument.head.withEachBitFlipped {
            #expect(throws: (any Error).self, "\(String(decoding: flipped, as: UTF8.self))") {
                try SignedTreeHead(parsing: flipped, signedBy: Self.keys)
            }
        }
    }

    @Test func `a signed head that is cut anywhere is refused`() {
        for count in 0..<RealDocument.head.count {
            #expect(throws: (any Error).self) {
                try SignedTreeHead(
                    parsing: Array(RealDocument.head.prefix(count)),
                    signedBy: Self.keys
                )
            }
        }
    }

    static let signature = "— a AAAAAAA=\n"

    @Test(
        arguments: [
            ("", .missingSignatures), ("a\n", .missingSignatures), ("a\n\n", .missingSignatures),
            ("a\n" + signature, .missingSignatures), ("a\n\n— a AAAAAAA=", .missingSignatures),
            ("a\r\n\n" + signature, .controlCharacter(13)),
            ("a\n\n" + signature + "\u{0}\n", .controlCharacter(0)),
            ("a\n\n- a AAAAAAA=\n", .malformedSignature(line: 1)),
            ("a\n\n" + signature + "—  AAAAAAA=\n", .malformedSignature(line: 2)),
            ("a\n\n— a\n", .malformedSignature(line: 1)),
            ("a\n\n— a+b AAAAAAA=\n", .malformedSignature(line: 1)),
            ("a\n\n— a\u{A0}b AAAAAAA=\n", .malformedSignature(line: 1)),
            ("a\n\n— a AAAAAA==\n", .malformedSignature(line: 1)),
            ("a\n\n— a AAAAAAB=\n", .malformedSignature(line: 1)),
            ("a\n\n— a AAAAAAA= \n", .malformedSignature(line: 1)),
            ("a\n\n" + String(repeating: signature, count: 101), .tooManySignatures),
            (String(repeating: "a", count: 1_000_001), .tooLarge(1_000_001)),
        ] as [(String, SignedNote.Rejection)]
    )
    func `a malformed note is refused with its reason`(text: String, reason: SignedNote.Rejection) {
        #expect(throws: reason) { try SignedNote(parsing: Array(text.utf8)) }
    }

    @Test func `a note that is not UTF-8 is refused`() {
        #expect(throws: SignedNote.Rejection.invalidUTF8) {
            try SignedNote(parsing: [0xFF] + Array("\n\n\(Self.signature)".utf8))
        }
    }

    @Test func `the last empty line separates text and signatures`() throws {
        let text = "a\n\n— b AAAAAAA=\n\n\n\(Self.signature)\(Self.signature)"
        let note = try SignedNote(parsing: Array(text.utf8))
        #expect(String(decoding: note.text, as: UTF8.self) == "a\n\n— b AAAAAAA=\n\n")
        #expect(note.signatures.map(\.name) == ["a", "a"])
    }

    @Test func `a hundred signatures are accepted`() throws {
        let text = "a\n\n" + String(repeating: Self.signature, count: 100)
        #expect(try SignedNote(parsing: Array(text.utf8)).signatures.count == 100)
    }

    @Test(
        arguments: [
            ("go.sum database\n1\n", .wrongOrigin("go.sum database")),
            ("go.sum database tree", .wrongOrigin("")),
            ("go.sum database tree\n01\n", .invalidSize("01")),
            ("go.sum database tree\n-1\n", .invalidSize("-1")),
            ("go.sum database tree\n+1\n", .invalidSize("+1")),
            ("go.sum database tree\n\n", .invalidSize("")),
            ("go.sum database tree\n9223372036854775808\n", .invalidSize("9223372036854775808")),
            ("go.sum database tree\n1\nAAAA\n", .invalidRoot("AAAA")),
            (
                "go.sum database tree\n1\ndZ4n3o/nb32Y8rCuyUc1VeuATkhefsubWOYVhA9QIc9=\n",
                .invalidRoot("dZ4n3o/nb32Y8rCuyUc1VeuATkhefsubWOYVhA9QIc9=")
            ),
        ] as [(String, TreeHead.Rejection)]
    )
    func `what is not a tree head is refused with its reason`(
        text: String,
        reason: TreeHead.Rejection
    ) {
        #expect(throws: reason) { try TreeHead(parsing: Array(text.utf8)) }
    }

    @Test func `further lines of a head are ignored`() throws {
        let root = "dZ4n3o/nb32Y8rCuyUc1VeuATkhefsubWOYVhA9QIc8="
        let text = "go.sum database tree\n9223372036854775807\n\(root)\nmore\n\n"
        let head = try TreeHead(parsing: Array(text.utf8))
        #expect(head.size == Int.max)
        #expect("\(head.root)" == root)
    }
}
