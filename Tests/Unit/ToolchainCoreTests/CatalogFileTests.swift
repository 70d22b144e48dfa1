import TestSupport
import Testing

@testable import ToolchainCore

/// Catalog files that get more archives.
@Suite(.unitLimit)
struct CatalogFileTests {
    static let voucher = PinnedArchive.Voucher.catalog(path: "/c.json")
    /// The 28th of November 2026.
    static let day = CalendarDay(number: 20_785)

    private func addition(
        _ version: String,
        _ architecture: GoArchitecture = .amd64,
        byte: UInt8 = 1
    ) throws -> CatalogFile.Addition {
        CatalogFile.Addition(
            try #require(GoVersion(version)),
            for: GoPlatform(architecture),
            digest: try #require(SHA256Digest(bytes: [UInt8](repeating: byte, count: 32))),
            byteCount: 5,
            log: Receipt.LogRecord(
                name: "log.example",
                record: 6,
                treeSize: 11,
                hash: try #require(ModuleHash(bytes: [UInt8](repeating: 2, count: 32)))
            )
        )
    }

    @Test func `a new file has the archive with its evidence`() async throws {
        var file = CatalogFile()
        let added = try addition("1.99.1")
        #expect(try file.add(added, voucher: Self.voucher, on: Self.day))
        file.setUpdated(try #require(CalendarDay("2026-11-28")))
        try await validate(String(decoding: file.bytes, as: UTF8.self), against: "catalog")
        let catalog = try Catalog(parsing: file.bytes, voucher: Self.voucher)
        let version = try #require(GoVersion("1.99.1"))
        #expect(catalog.updated == CalendarDay("2026-11-28"))
        #expect(catalog.releases[version]?.listedOn == Self.day)
        #expect(catalog.archive(of: version, for: GoPlatform(.amd64))?.digest == added.digest)
        #expect(catalog.releases[version]?.archives[.amd64]?.log == added.log)
        let archive = file.catalog.archive(of: version, for: GoPlatform(.amd64))
        #expect(archive == catalog.archive(of: version, for: GoPlatform(.amd64)))
    }

    @Test func `what a file lists stays, newest first`() throws {
        let old = """
            {"$schema": "x", "schemaVersion": 1, "updated": "2026-01-01", "tools": [
              {"tool": "gopls", "version": "0.17.1", "builtWith": "1.23.4", "arch": "amd64",
               "file": "a.tar.gz", "sha256": "\(CatalogTests.digest)"}], "go": [
              {"version": "1.99.2", "date": "2026-02", "archives": [
                {"arch": "arm64", "sha256": "\(CatalogTests.other)", "file": "b.tar.gz"}]},
              {"version": "1.20", "archives": []}]}
            """
        var file = try CatalogFile(parsing: Array(old.utf8), voucher: Self.voucher)
        for version in ["1.99.1", "1.99.2", "1.99.3", "1.19.1"] {
            #expect(try file.add(addition(version), voucher: Self.voucher, on: Self.day))
        }
        file.setUpdated(try #require(CalendarDay("2026-11-28")))
        let text = String(decoding: file.bytes, as: UTF8.self)
        let catalog = try Catalog(parsing: file.bytes, voucher: Self.voucher)
        #expect(catalog.tools.prebuilt.count == 1)
        let version = try #require(GoVersion("1.99.2"))
        let known = try #require(catalog.releases[version])
        #expect(known.date == "2026-02" && known.archives.count == 2)
        #expect(known.archives[.arm64]?.unusualFileName == "b.tar.gz")
        let names = text.split(separator: "\"version\": \"").dropFirst().map {
            $0.prefix { $0 != "\"" }
        }
        #expect(names == ["0.17.1", "1.99.3", "1.99.2", "1.99.1", "1.20", "1.19.1"])
        #expect(text.hasPrefix("{\n  \"$schema\": \"x\",\n  \"schemaVersion\": 1,\n  \"updated\""))
        #expect(!text.contains("2026-01-01"))
    }

    @Test func `each release keeps the day on which it was listed`() throws {
        let old = """
            {"schemaVersion": 1, "updated": "2026-11-20", "go": [
              {"version": "1.99.2", "date": "2026-02", "archives": []},
              {"version": "1.99.1", "listed": "2026-11-20", "archives": []},
              {"version": "1.99.0", "archives": []}]}
            """
        var file = try CatalogFile(parsing: Array(old.utf8), voucher: Self.voucher)
        for version in ["1.99.0", "1.99.1", "1.99.2", "1.99.3"] {
            #expect(try file.add(addition(version), voucher: Self.voucher, on: Self.day))
        }
        file.setUpdated(Self.day)
        // Another archive, and an update on another day, change nothing.
        let later = Self.day.adding(days: 9)
        #expect(try file.add(addition("1.99.3", .arm64), voucher: Self.voucher, on: later))
        file.setUpdated(later)
        let catalog = try Catalog(parsing: file.bytes, voucher: Self.voucher)
        for (name, day) in [
            ("1.99.0", Self.day), ("1.99.1", CalendarDay("2026-11-20")), ("1.99.2", nil),
            ("1.99.3", Self.day),
        ] {
            let version = try #require(GoVersion(name))
            #expect(catalog.releases[version]?.listedOn == day, "\(name)")
            #expect(file.catalog.releases[version]?.listedOn == day, "\(name)")
        }
    }

    @Test func `an archive is added once, and never with another digest`() throws {
        var file = CatalogFile()
        #expect(try file.add(addition("1.99.1"), voucher: Self.voucher, on: Self.day))
        let before = file.bytes
        #expect(try !file.add(addition("1.99.1"), voucher: Self.voucher, on: Self.day))
        #expect(throws: Catalog.Conflict.self) {
            try file.add(addition("1.99.1", byte: 9), voucher: Self.voucher, on: Self.day)
        }
        #expect(file.bytes == before)
        #expect(
            try file.add(addition("1.99.1", .arm64, byte: 9), voucher: Self.voucher, on: Self.day)
        )
    }

    @Test(arguments: [
        "[]", "{}", #"{"schemaVersion": 2, "go": []}"#, #"{"schemaVersion": 1, "go": [], "x": 1}"#,
        #"{"schemaVersion": 1, "go": [{"version": "1.99.1", "listed": "2026-11", "archives": []}]}"#,
        #"{"schemaVersion": 1, "go": [], "go": []}"#, #"{"schemaVersion": 1, "go": ["#, "",
        """
        {"schemaVersion": 1, "go": [{"version": "1.99.1", "archives": [{"arch": "amd64",
          "sha256": "abababababababababababababababababababababababababababababababab",
          "log": {"name": "a", "record": 1, "treeSize": 2, "h1": "h1:x"}}]}]}
        """,
    ])
    func `an invalid file is not changed`(text: String) {
        #expect(throws: JSONError.self) {
            try CatalogFile(parsing: Array(text.utf8), voucher: Self.voucher)
        }
    }

    // MARK: Selection

    private static func versions(_ text: String) -> [GoVersion] {
        text.split(separator: " ").compactMap { GoVersion($0) }
    }

    @Test(
        arguments: [
            // Newer patch releases of the two newest lines, and a new line.
            ("1.27.1 1.27.2 1.27.3 1.26.8 1.26.9 1.25.99", "1.27.2 1.26.8", "1.27.3 1.26.9"),
            ("1.28.0 1.28.1 1.27.4 1.26.9", "1.27.2 1.26.8", "1.28.1 1.28.0 1.27.4"),
            // No candidates of a line that is not released, no history, nothing twice.
            ("1.28rc1 1.27.3 1.27.1", "1.27.2", "1.27.3"), ("1.27.2", "1.27.2", ""),
            ("1.27.2 1.26.1", "1.27.3 1.26.2", ""), ("", "1.27.2", ""),
            // A vendor's release or a candidate that is listed does not count.
            ("1.27.2", "1.27.3-custom 1.28rc1", "1.27.2"),
        ]
    )
    func `by default, newer releases of supported lines are added`(
        available: String,
        listed: String,
        expected: String
    ) {
        let found = ReleaseSelection.newer.releases(
            among: Self.versions(available),
            listed: Self.versions(listed)
        )
        #expect(found.map(\.description).joined(separator: " ") == expected)
    }

    @Test func `a directory adds its stable releases that the log records`() {
        let found = ReleaseSelection.stable.releases(
            among: Self.versions("1.27.3 1.28rc1 1.21.0 1.20.1 1.26.1-custom 1.26.1"),
            listed: Self.versions("1.26.1")
        )
        #expect(found.map(\.description) == ["1.27.3", "1.21.0"])
    }

    @Test func `requests select the newest release that matches each`() throws {
        let requests = try ["go1.26", "go1.28rc1", "go1.27.1", "go1.25", "go1.20.1"].map {
            try GoRequest(parsing: $0)
        }
        let available = Self.versions("1.27.3 1.27.1 1.28rc1 1.26.1 1.26.2 1.20.1")
        let selection = ReleaseSelection.requested(requests)
        let found = selection.releases(among: available, listed: Self.versions("1.27.1"))
        #expect(found.map(\.description) == ["1.28rc1", "1.26.2"])
        #expect(selection.unmatched(among: available).map(\.description) == ["go1.25", "go1.20.1"])
    }
}
