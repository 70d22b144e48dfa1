import TestSupport
import Testing
import ToolchainCore

@testable import Provisioning

@Suite(.unitLimit)
struct PublishedHashesTests {
    /// Returns the rows of `Manifests/go-h1.csv`: version, architecture, hash, number of the record.
    static func rows() throws -> [[Substring]] {
        let table = try bytes(of: "\(packageDirectory)/Manifests/go-h1.csv")
        return String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    static func hash(_ version: String, _ architecture: GoArchitecture) throws -> String? {
        let version = try #require(GoVersion(version))
        return try CatalogLibrary.publishedHashes().hash(of: version, GoPlatform(architecture))?
            .description
    }

    @Test func `every hash of the table is built in`() throws {
        let rows = try Self.rows()
        #expect(rows.count >= 744)
        #expect(try CatalogLibrary.publishedHashes().count == rows.count)
        for row in rows {
            try #require(row.count == 4)
            let architecture = try #require(GoArchitecture(rawValue: String(row[1])))
            #expect(try Self.hash(String(row[0]), architecture) == String(row[2]))
        }
    }

    /// Hashes from other sources than the table: a signed response of the database, and hashed trees.
    @Test(
        arguments: [
            ("1.21.9", .amd64, "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0="),
            ("1.24.3", .amd64, "h1:Q/mjT/SnwTC6ul3pBoqVQHTfd50K5MlPITmS5PmsXxw="),
            ("1.27.1", .arm64, "h1:BhjYbTkha2ZqOR13zJ7cl8yLP1Y2RsrE0vqkhjs4lmQ="),
        ] as [(String, GoArchitecture, String)]
    )
    func `the hash of a version is the published one`(
        version: String,
        architecture: GoArchitecture,
        expected: String
    ) throws {
        #expect(try Self.hash(version, architecture) == expected)
    }

    @Test(arguments: [
        "1.20", "1.20.14", "1.21", "1.21rc1", "1.21.14", "1.24.3-custom", "1.24.3b7",
        "1.99.0", "1.24.333333", "2.0", "0.0",
    ])
    func `an unpublished version has no hash`(version: String) throws {
        for architecture in GoArchitecture.allCases {
            #expect(try Self.hash(version, architecture) == nil)
        }
    }

    @Test func `a version may have hashes for some platforms only`() throws {
        #expect(try Self.hash("1.27.1", .amd64) != nil)
        #expect(try Self.hash("1.27.1", .i386) == nil)
        #expect(try Self.hash("1.27.1", .s390x) == nil)
    }

    @Test func `a truncated or overlong table is refused`() {
        // One version with one hash, for 386.
        let head = Array("go-h1 01".utf8) + [0, 1, 0, 1]
        let entry = Array("1.21.0\0\0".utf8) + [0, 1, 0, 0]
        let table = head + entry + [UInt8](repeating: 7, count: 32)
        #expect(PublishedHashes(parsing: table)?.count == 1)
        for count in table.indices {
            #expect(PublishedHashes(parsing: Array(table.prefix(count))) == nil)
        }
        #expect(PublishedHashes(parsing: table + [0]) == nil)
    }

    @Test func `an entry that points outside the table has no hash`() throws {
        let head = Array("go-h1 01".utf8) + [0, 1, 0, 1]
        let entry = Array("1.21.0\0\0".utf8) + [0, 3, 0, 0]
        let hashes = try #require(
            PublishedHashes(parsing: head + entry + [UInt8](repeating: 7, count: 32))
        )
        let version = try #require(GoVersion("1.21.0"))
        #expect(hashes.hash(of: version, GoPlatform(.i386)) != nil)
        #expect(hashes.hash(of: version, GoPlatform(.amd64)) == nil)
    }

    @Test func `the compiled-in table is small`() throws {
        let table = try bytes(of: "\(packageDirectory)/Manifests/go-h1.bin")
        #expect(table.count <= 30_000)
    }
}
