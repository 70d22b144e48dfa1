import LogFixtures
import TestSupport
import Testing

@testable import TransparencyLog

@Suite(.unitLimit)
struct LogProofTests {
    private static let keys = [VerifierKey.goChecksumDatabase]

    private static func leaf(_ record: [UInt8] = RealDocument.provenRecord) throws -> LogHash {
        var hasher = try LogHasher.starting()
        return try hasher.leaf(record)
    }

    @Test func `the real proof is verified, and written as it was read`() throws {
        let proof = try LogProof(parsing: RealDocument.proof)
        #expect(proof.inclusion.index == 43_930_254)
        #expect(proof.inclusion.hashes.count == 26)
        #expect(proof.extra == nil)
        #expect(proof.document == RealDocument.proof)

        let signed = try proof.verify(Self.leaf(), signedBy: Self.keys)
        #expect(signed.head.size == 58_253_265)
    }

    @Test func `the real proof with any bit flipped is refused`() throws {
        let leaf = try Self.leaf()
        for flipped in RealDocument.proof.withEachBitFlipped {
            #expect(throws: (any Error).self, "\(String(decoding: flipped, as: UTF8.self))") {
                try LogProof(parsing: flipped).verify(leaf, signedBy: Self.keys)
            }
        }
    }

    @Test func `the real proof proves no record with any bit flipped`() throws {
        let proof = try LogProof(parsing: RealDocument.proof)
        for flipped in RealDocument.provenRecord.withEachBitFlipped {
            let leaf = try Self.leaf(flipped)
            #expect(throws: InclusionProof.Rejection.self) {
                try proof.verify(leaf, signedBy: Self.keys)
            }
        }
    }

    @Test func `a real proof that is cut anywhere is refused`() {
        for count in 0..<RealDocument.proof.count {
            #expect(throws: LogProof.Rejection.self) {
                try LogProof(parsing: Array(RealDocument.proof.prefix(count)))
            }
        }
    }

    private static let note = "a\n\n— a AAAAAAA=\n"
    private static let first = "c2sp.org/tlog-proof@v1\n"
    private static let hash = "Q2cuq1e21q4UC1RQ6wtmXmCxk2q3Wqz/yFvD12P2KSM=\n"

    @Test(arguments: ["", "AA==", "YWdl"])
    func `extra data are read and written`(extra: String) throws {
        let text = "\(Self.first)extra \(extra)\nindex 0\n\n\(Self.note)"
        let proof = try LogProof(parsing: Array(text.utf8))
        #expect(proof.extra != nil)
        #expect(String(decoding: proof.document, as: UTF8.self) == text)
    }

    @Test(
        arguments: [
            ("", .wrongFirstLine), ("c2sp.org/tlog-proof@v2\nindex 0\n\n" + note, .wrongFirstLine),
            ("<!doctype html>\n", .wrongFirstLine), (first, .invalidIndex),
            (first + "index\n\n" + note, .invalidIndex),
            (first + "index 01\n\n" + note, .invalidIndex),
            (first + "index -1\n\n" + note, .invalidIndex), (first + "\n" + note, .invalidIndex),
            (first + "index 9223372036854775808\n\n" + note, .invalidIndex),
            (first + "extra AB==\nindex 0\n\n" + note, .invalidExtra),
            (first + "extra \nextra \nindex 0\n\n" + note, .invalidIndex),
            (first + "index 0\nextra AA==\n\n" + note, .invalidHash(1)),
            (first + "index 0\n" + hash + "AAAA\n\n" + note, .invalidHash(2)),
            (first + "index 0\n" + hash, .missingEnd),
            (
                first + "index 0\n" + String(repeating: hash, count: 64) + "\n" + note,
                .tooManyHashes
            ),
            (first + "index 0\n" + hash + "\n", .invalidNote(.missingSignatures)),
        ] as [(String, LogProof.Rejection)]
    )
    func `a malformed proof is refused with its reason`(text: String, reason: LogProof.Rejection) {
        #expect(throws: reason) { try LogProof(parsing: Array(text.utf8)) }
    }

    @Test func `a proof that is too large is refused`() {
        #expect(throws: LogProof.Rejection.tooLarge(2_000_001)) {
            try LogProof(parsing: [UInt8](repeating: 0x31, count: 2_000_001))
        }
    }
}
