import LogFixtures
import TestSupport
import Testing
import ToolchainCore

@testable import TransparencyLog

@Suite(.unitLimit)
struct LookupTests {
    private static func module(
        _ version: String = "1.21.9",
        _ architecture: GoArchitecture = .amd64
    ) throws -> ToolchainModule {
        ToolchainModule(try #require(GoVersion(version)), GoPlatform(architecture))
    }

    @Test func `the real lookup of a toolchain is read`() throws {
        let lookup = try Lookup(parsing: RealDocument.toolchainLookup)
        let record = try ToolchainRecord(parsing: lookup.text, of: Self.module())
        let signed = try SignedTreeHead(lookup.note, signedBy: [.goChecksumDatabase])

        #expect(lookup.index == 24_929_362)
        #expect("\(record.hash)" == "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0=")
        #expect(record.text == lookup.text)
        #expect(signed.head.size == 28_905_453)
        #expect("\(signed.head.root)" == "f3f8U0MoQmXkWAgAEKDtXcaI3c2y6N9+55KNSRefF/w=")
    }

    @Test func `the real lookup of another module is read, and is of no toolchain`() throws {
        let lookup = try Lookup(parsing: RealDocument.moduleLookup)
        #expect(lookup.index == 24_955_599)
        let signed = try SignedTreeHead(lookup.note, signedBy: [.goChecksumDatabase])
        #expect(signed.head.size == 66_746_981)
        let module = try Self.module()
        #expect(throws: ToolchainRecord.Rejection.missingLine(module)) {
            try ToolchainRecord(parsing: lookup.text, of: module)
        }
    }

    /// What an answer says, once its note is verified.
    private struct Meaning: Equatable {
        let index: Int
        let record: ToolchainRecord
        let head: TreeHead

        init(_ answer: [UInt8], of module: ToolchainModule) throws {
            let lookup = try Lookup(parsing: answer)
            index = lookup.index
            record = try ToolchainRecord(parsing: lookup.text, of: module)
            head = try SignedTreeHead(lookup.note, signedBy: [.goChecksumDatabase]).head
        }
    }

    @Test func `the real lookup with any bit flipped is refused, or says something else`() throws {
        let module = try Self.module()
        let real = try Meaning(RealDocument.toolchainLookup, of: module)
        var acceptedCount = 0
        for flipped in RealDocument.toolchainLookup.withEachBitFlipped {
            guard let meaning = try? Meaning(flipped, of: module) else { continue }
            acceptedCount += 1
            // Number and hash are not signed: the tree says whether they are right.
            #expect(meaning != real, "\(String(decoding: flipped, as: UTF8.self))")
            #expect(meaning.head == real.head)
        }
        #expect(acceptedCount > 0)
    }

    @Test(
        arguments: [
            ("", .invalidIndex("")), ("1", .invalidIndex("")), ("01\na\n\n", .invalidIndex("01")),
            ("<!doctype html>\n", .invalidIndex("<!doctype html>")), ("-1\n", .invalidIndex("-1")),
            ("9223372036854775808\na\n\n", .invalidIndex("9223372036854775808")),
            ("1\n", .missingEnd), ("1\na\n", .missingEnd), ("1\na\nb", .missingEnd),
            ("1\n\n", .invalidText), ("1\n\na\n\n", .invalidText), ("1\na\tb\n\n", .invalidText),
            ("1\na\r\n\n", .invalidText), ("1\na\n\n", .invalidNote(.missingSignatures)),
            ("1\na\n\nb\n\n— a AAAA\n", .invalidNote(.malformedSignature(line: 1))),
        ] as [(String, Lookup.Rejection)]
    )
    func `a malformed answer is refused with its reason`(text: String, reason: Lookup.Rejection) {
        #expect(throws: reason) { try Lookup(parsing: Array(text.utf8)) }
    }

    @Test func `an answer that is too large or not UTF-8 is refused`() {
        #expect(throws: Lookup.Rejection.tooLarge(2_000_001)) {
            try Lookup(parsing: [UInt8](repeating: 0x31, count: 2_000_001))
        }
        #expect(throws: Lookup.Rejection.invalidText) {
            try Lookup(parsing: Array("1\n".utf8) + [0xC3] + Array("\n\n".utf8))
        }
    }

    // MARK: - Records

    private static let hash = "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0="
    private static let line = "golang.org/toolchain v0.0.1-go1.21.9.linux-amd64 \(hash)\n"
    private static let goMod = """
        golang.org/toolchain v0.0.1-go1.21.9.linux-amd64/go.mod \
        h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=

        """

    @Test func `the text of a record follows from version and hash`() throws {
        let hash = try #require(ModuleHash(parsing: Self.hash))
        let record = try ToolchainRecord(of: Self.module(), hash: hash)
        #expect(String(decoding: record.text, as: UTF8.self) == Self.line + Self.goMod)
    }

    @Test func `a record without exactly the line that was asked for is refused`() throws {
        let module = try Self.module()
        let other = Self.line.replacing("amd64", with: "arm64")
        let longer = Self.line.replacing("1.21.9", with: "1.21.90")
        let rows: [(reason: ToolchainRecord.Rejection, texts: [String])] = [
            (
                .missingLine(module),
                ["", Self.goMod, other + Self.goMod, longer, String(Self.line.dropLast())]
            ),
            (.repeatedLine(module), [Self.line + Self.line + Self.goMod]),
            (
                .invalidHash(module),
                [
                    Self.line.replacing("h1:", with: "h2:") + Self.goMod,
                    Self.line.replacing("=\n", with: "= \n") + Self.goMod,
                ]
            ),
            (
                .unexpectedText(module),
                [
                    Self.line, "\(Self.line)more\n", Self.goMod + Self.line,
                    Self.line + other + Self.goMod, Self.line + Self.goMod + "more",
                    Self.line + Self.goMod.replacing("8wlg", with: "9wlg"),
                ]
            ),
        ]
        for (reason, texts) in rows {
            for text in texts {
                #expect(throws: reason, "\(text)") {
                    try ToolchainRecord(parsing: Array(text.utf8), of: module)
                }
            }
        }
    }

    @Test(
        arguments: [
            ("1.21.9", .amd64, "v0.0.1-go1.21.9.linux-amd64"),
            ("1.21rc2", .arm, "v0.0.1-go1.21rc2.linux-arm"),
            ("1.28.0", .i386, "v0.0.1-go1.28.0.linux-386"),
        ] as [(String, GoArchitecture, String)]
    )
    func `a toolchain is looked up by its name in the log`(
        version: String,
        architecture: GoArchitecture,
        name: String
    ) throws {
        let path = try ToolchainRecord.lookupPath(of: Self.module(version, architecture))
        #expect(path == "lookup/golang.org/toolchain@\(name)")
    }

    /// Expects that nothing is looked up for a version, read or proven.
    private func expectNoRecord(_ text: String, _ reason: ToolchainRecord.Rejection) throws {
        let module = try Self.module(text)
        let hash = try #require(ModuleHash(parsing: Self.hash))
        #expect(throws: reason) { try ToolchainRecord.lookupPath(of: module) }
        #expect(throws: reason) { try ToolchainRecord(of: module, hash: hash) }
        let line = "\(module) \(hash)\n"
        #expect(throws: reason) { try ToolchainRecord(parsing: Array(line.utf8), of: module) }
    }

    @Test(arguments: ["1.20", "1.20.14", "1.4.3", "1.20rc3"])
    func `what is older than the archives in the log has no record`(text: String) throws {
        try expectNoRecord(text, .tooOld(#require(GoVersion(text))))
    }

    @Test(arguments: ["1.21", "1.22.1-fips", "1.22.1-bigcorp", "1.28-devel_33aff0e5", "1.21.5b7"])
    func `what the Go project did not release has no record`(text: String) throws {
        try expectNoRecord(text, .notRelease(#require(GoVersion(text))))
    }
}
