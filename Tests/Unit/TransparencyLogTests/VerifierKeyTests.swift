import TestSupport
import Testing

@testable import TransparencyLog

@Suite(.unitLimit)
struct VerifierKeyTests {
    static let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

    @Test func `the key of Go's checksum database is the published one`() throws {
        let key = try VerifierKey(parsing: Self.text)
        #expect(key == .goChecksumDatabase)
        #expect(key.description == Self.text)
        #expect(key.label == "sum.golang.org+033de0ae")
    }

    @Test func `a key with any bit flipped is refused`() {
        for flipped in Array(Self.text.utf8).withEachBitFlipped {
            let text = String(decoding: flipped, as: UTF8.self)
            #expect(throws: VerifierKey.Rejection.self, "\(text)") {
                try VerifierKey(parsing: text)
            }
        }
    }

    static let digits = "Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

    @Test(
        arguments: [
            ("", .malformed), ("sum.golang.org", .malformed),
            ("sum.golang.org+033de0ae", .malformed),
            ("sum.golang.org+33de0ae+\(digits)", .malformed),
            ("sum.golang.org+033DE0AE+\(digits)", .malformed),
            ("sum.golang.org+033de0ae+", .malformed),
            ("sum.golang.org+033de0ae+\(digits)=", .malformed),
            ("sum.golang.org+033de0ae+\(digits)\n", .malformed),
            (
                "sum.golang.org+033de0ae+BM4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                .unknownAlgorithm(4)
            ),
            (
                "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuA==",
                .wrongLength(30)
            ),
            ("+033de0ae+\(digits)", .invalidName("")),
            ("sum golang+033de0ae+\(digits)", .invalidName("sum golang")),
            ("sum\u{2003}golang+033de0ae+\(digits)", .invalidName("sum\u{2003}golang")),
            ("sum\u{7}golang+033de0ae+\(digits)", .invalidName("sum\u{7}golang")),
            (
                "sum.golang.org+00000000+\(digits)",
                .wrongHash(expected: "033de0ae", found: "00000000")
            ),
        ] as [(String, VerifierKey.Rejection)]
    )
    func `an invalid key is refused with its reason`(
        text: String,
        reason: VerifierKey.Rejection
    ) {
        #expect(throws: reason) { try VerifierKey(parsing: text) }
    }
}
