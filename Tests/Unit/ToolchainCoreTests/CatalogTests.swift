import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct CatalogTests {
    static let digest = String(repeating: "ab", count: 32)
    static let other = String(repeating: "cd", count: 32)

    static func catalog(_ archive: String, version: String = "1.99.1") throws -> Catalog {
        try Catalog(
            parsing: Array(
                """
                {"schemaVersion": 1, "go": [{"version": "\(version)", "archives": [\(archive)]}]}
                """.utf8
            ),
            voucher: .catalog(path: "/c.json")
        )
    }

    @Test func `an entry pins an archive`() throws {
        let catalog = try Self.catalog(
            #"{"arch": "arm", "sha256": "\#(Self.digest)", "size": 5}"#
        )
        let version = try #require(GoVersion("1.99.1"))
        let pin = try #require(catalog.archive(of: version, for: GoPlatform(.arm)))
        #expect(pin.fileName == "go1.99.1.linux-armv6l.tar.gz")
        #expect(pin.digest.description == Self.digest)
        #expect(pin.byteCount == 5)
        #expect(pin.voucher == .catalog(path: "/c.json"))
        #expect(catalog.archive(of: version, for: GoPlatform(.amd64)) == nil)
    }

    @Test(arguments: [
        #"{"arch": "x86_64", "sha256": "\#(digest)"}"#, #"{"arch": "amd64"}"#,
        #"{"arch": "amd64", "sha256": "abc"}"#, #"{"arch": "amd64", "sha256": "\#(digest)0"}"#,
        #"{"arch": "amd64", "sha256": "\#(digest)", "size": -1}"#,
        #"{"arch": "amd64", "sha256": "\#(digest)", "size": "5"}"#,
        #"{"arch": "amd64", "sha256": "\#(digest)", "file": "../x"}"#,
        #"{"arch": "amd64", "sha256": "\#(digest)", "sah256": ""}"#,
        #"{"arch": "amd64", "sha256": "\#(digest)"}, {"arch": "amd64", "sha256": "\#(digest)"}"#,
        "5",
    ])
    func `an invalid entry is rejected`(archive: String) {
        #expect(throws: JSONError.self) { try Self.catalog(archive) }
    }

    @Test(arguments: ["1.21", "go1.21.0", "1.20.0", "1.21.0/../..", "latest", ""])
    func `a version without an archive is rejected`(version: String) {
        #expect(throws: JSONError.self) {
            try Self.catalog(
                #"{"arch": "amd64", "sha256": "\#(Self.digest)"}"#,
                version: version
            )
        }
    }

    @Test func `a contradicting digest must declare what it replaces`() throws {
        let pinned = try Self.catalog(#"{"arch": "amd64", "sha256": "\#(Self.digest)"}"#)
        let version = try #require(GoVersion("1.99.1"))
        var merged = pinned
        #expect(throws: Catalog.Conflict.self) {
            try merged.add(Self.catalog(#"{"arch": "amd64", "sha256": "\#(Self.other)"}"#))
        }
        #expect(throws: Catalog.Conflict.self) {
            try merged.add(
                Self.catalog(
                    #"{"arch": "amd64", "sha256": "\#(Self.other)", "replaces": "\#(Self.other)"}"#
                )
            )
        }
        #expect(
            merged.archive(of: version, for: GoPlatform(.amd64))?.digest.description == Self.digest
        )
        try merged.add(
            Self.catalog(
                #"{"arch": "amd64", "sha256": "\#(Self.other)", "replaces": "\#(Self.digest)"}"#
            )
        )
        #expect(
            merged.archive(of: version, for: GoPlatform(.amd64))?.digest.description == Self.other
        )
        // Other architectures of the version are not affected.
        try merged.add(Self.catalog(#"{"arch": "386", "sha256": "\#(Self.digest)"}"#))
        #expect(merged.archive(of: version, for: GoPlatform(.amd64)) != nil)
        #expect(merged.archive(of: version, for: GoPlatform(.i386)) != nil)
    }

    @Test func `a digest is exactly 64 digits`() {
        #expect(SHA256Digest(hexadecimal: Self.digest.uppercased())?.description == Self.digest)
        for text in [
            "", "\(Self.digest)\n", " \(Self.digest)", String(Self.digest.dropLast()),
            String(repeating: "g", count: 64), String(repeating: "٠", count: 32),
        ] {
            #expect(SHA256Digest(hexadecimal: text) == nil)
        }
    }
}
