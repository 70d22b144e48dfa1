import LogFixtures
import TestSupport
import Testing
import ToolchainCore

@testable import TransparencyLog

/// What users read when a proof fails.
@Suite(.unitLimit)
struct MessageTests {
    private static let hash = "dZ4n3o/nb32Y8rCuyUc1VeuATkhefsubWOYVhA9QIc8="

    private static func head(_ size: Int) throws -> TreeHead {
        TreeHead(size: size, root: try #require(LogHash(base64: hash.utf8)))
    }

    @Test func `an error says what failed, what was expected and what was found`() throws {
        let (older, newer) = try (Self.head(5), Self.head(9))
        let version = try #require(GoVersion("1.28.0"))
        let module = ToolchainModule(version, GoPlatform(.amd64))
        let rows: [(error: any Error, message: String)] = [
            (
                VerifierKey.Rejection.wrongHash(expected: "033de0ae", found: "00000000"),
                "the hash of the verifier key does not match: expected 033de0ae, found 00000000"
            ),
            (
                VerifiedNote.Rejection.unknownSigners(expected: ["a+1", "b+2"], found: ["c+3"]),
                "no known key signed the note: expected a+1 or b+2, found c+3"
            ),
            (
                VerifiedNote.Rejection.invalidSignature(key: "sum.golang.org+033de0ae"),
                "the signature of sum.golang.org+033de0ae on the note is invalid"
            ),
            (
                ConsistencyProof.Rejection.fork(older: older, newer: newer),
                """
                the log is forked: the tree of 5 records with root \(Self.hash) is not the start of \
                the tree of 9 records with root \(Self.hash)
                """
            ),
            (
                ConsistencyProof.Rejection.smaller(older: 9, newer: 5),
                "the log became smaller: expected at least 9 records, found 5"
            ),
            (
                InclusionProof.Rejection.outsideTree(index: 9, size: 9),
                "record 9 is not in the tree: the tree has 9 records"
            ),
            (
                TiledTree.Rejection.wrongSize(
                    Tile(level: 0, index: 273, width: 112),
                    expected: 3584,
                    found: 8192
                ),
                "wrong size of tile/8/0/273.p/112: expected 3584 bytes, found 8192"
            ),
            (
                Lookup.Rejection.invalidIndex("<!doctype html>"),
                "invalid record number in the answer to the lookup: \"<!doctype html>\""
            ),
            (
                ToolchainRecord.Rejection.missingLine(module),
                "the record has no hash of golang.org/toolchain v0.0.1-go1.28.0.linux-amd64"
            ),
            (
                LogProof.Rejection.invalidNote(.missingSignatures),
                """
                invalid tree head in the log proof: the note does not end with an empty line and \
                signatures
                """
            ),
        ]
        for (error, message) in rows { #expect("\(error)" == message) }
    }

    @Test func `a server's text is shown without control characters, and shortened`() throws {
        let text = "\u{1B}[31m" + String(repeating: "x", count: 200) + "\n"
        let error = #expect(throws: Lookup.Rejection.self) {
            try Lookup(parsing: Array(text.utf8))
        }
        let message = try #require(error).description
        #expect(!message.contains("\u{1B}"))
        #expect(message.utf8.count < 200)
    }

    @Test func `names of unknown signers are shown without control characters, and shortened`()
        throws
    {
        let line = "— \u{202E}\u{9B}\(String(repeating: "x", count: 5000)) AAAAAAA=\n"
        let note = try SignedNote(
            parsing: Array("a\n\n\(String(repeating: line, count: 50))".utf8)
        )
        let error = #expect(throws: VerifiedNote.Rejection.self) {
            try note.verified(by: [.goChecksumDatabase])
        }
        let message = try #require(error).description
        #expect(!message.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{9B}" })
        #expect(message.utf8.count < 600)
    }
}
