import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct SiteCatalogTests {
    static let document = """
        {
          "expires": "2027-03-01T00:00:00Z",
          "go": [
            {
              "archives": [
                {
                  "arch": "amd64",
                  "sha256": "\(String(repeating: "a", count: 64))"
                }
              ],
              "version": "1.28.0"
            }
          ],
          "issued": "2026-12-01T00:00:00Z",
          "manifests": {
            "web": {
              "go": {
                "versions": [
                  "go1.28.0"
                ]
              },
              "tools": [
                "dlv"
              ]
            }
          },
          "schema": "gotoolprov.site/1",
          "site": "corp.example",
          "version": 7,
          "vulnerabilities": {
            "entries": [],
            "schemaVersion": 1,
            "snapshot": "2026-11-30",
            "source": "the site"
          }
        }

        """

    @Test func `a catalog in canonical form is read`() throws {
        let catalog = try SiteCatalog(parsing: Array(Self.document.utf8))
        #expect(catalog.site.description == "corp.example")
        #expect(catalog.version == 7)
        #expect(catalog.manifests.values.first?.versions.map(\.text) == ["go1.28.0"])
        #expect(catalog.vulnerabilities != nil)
        let version = try #require(GoVersion("1.28.0"))
        let pin = try catalog.catalog(signedBy: "release@corp.example")
            .archive(of: version, for: GoPlatform(.amd64))
        #expect(
            pin?.voucher.description
                == "site corp.example, version 7, signed by release@corp.example"
        )
        // Reading and writing it again gives the same bytes.
        let again = try SiteCatalogDraft(catalog).catalog(
            site: catalog.site,
            version: 7,
            issued: catalog.issued,
            expires: catalog.expires
        )
        #expect(String(decoding: again.bytes, as: UTF8.self) == Self.document)
    }

    @Test(arguments: [
        ("\n}\n", "\n}"), ("{\n", "{ \n"), ("\n", "\r\n"), (": 7,", ": 7.0,"), (": 7,", ": 07,"),
        (": 7,", ":7,"), ("\"site\": \"corp", "\"site\": \"\\u0063orp"),
        ("corp.example\"", "corp\\/x\""),
        ("{\n  \"expires\"", "\u{FEFF}{\n  \"expires\""),
        ("\"version\": 7,", "\"version\": 7,\n  \"x\": 1,"),
        ("\"version\": 7,", "\"version\": 7,\n  \"version\": 7,"), ("\"version\": 7,\n", ""),
        ("\"entries\": [],", "\"entries\": [ ],"), ("[\n        \"dlv\"\n      ]", "null"),
        ("site/1", "site/2"), ("corp.example", "Corp"), ("corp.example", "../corp"),
        (": 7,", ": 0,"),
        (": 7,", ": 9007199254740993,"), ("2027-03-01", "2026-12-01"), ("2027-03-01", "2027-02-30"),
        ("\"web\"", "\"../web\""), ("\"tools\": [", "\"sdkRoot\": ["), ("1.28.0\"\n", "1.28\"\n"),
        (
            "  \"schema\": \"gotoolprov.site/1\",\n  \"site\": \"corp.example\",\n",
            "  \"site\": \"corp.example\",\n  \"schema\": \"gotoolprov.site/1\",\n"
        ),
    ])
    func `any other form of a catalog is refused`(old: String, new: String) {
        let changed = Self.document.replacing(text: old, with: new)
        #expect(!changed.hasSameBytes(as: Self.document), "\(old)")
        #expect(throws: JSONError.self, "\(new)") { try SiteCatalog(parsing: Array(changed.utf8)) }
    }

    @Test func `catalog files are combined, and contradictions are named`() throws {
        func file(_ digit: String, arch: String) -> [UInt8] {
            Array(
                """
                {"schemaVersion": 1, "updated": "2026-12-0\(digit)", "go": [{"version": "1.28.0", "archives": [
                {"arch": "\(arch)", "sha256": "\(String(repeating: digit, count: 64))"}]}]}
                """.utf8
            )
        }
        var draft = SiteCatalogDraft()
        try draft.add(catalogFile: file("2", arch: "arm64"))
        try draft.add(catalogFile: file("1", arch: "amd64"))
        let before = draft
        try draft.add(catalogFile: file("1", arch: "amd64"))
        #expect(draft.hasSameContents(as: before))
        #expect(throws: SiteCatalogDraft.Conflict(name: "1.28.0 for amd64")) {
            try draft.add(catalogFile: file("3", arch: "amd64"))
        }
        let site = try #require(SiteName("a"))
        let catalog = try draft.catalog(
            site: site,
            version: 1,
            issued: UTCTime(seconds: 0),
            expires: UTCTime(seconds: 1)
        ).catalog(signedBy: "me")
        #expect(catalog.updated == CalendarDay("2026-12-02"))
        #expect(catalog.releases.values.first?.archives.keys.sorted() == [.amd64, .arm64])
    }

    @Test(arguments: ["a", "corp.example", "web-1", "a_b.c"])
    func `names of sites are safe as names of directories`(name: String) {
        #expect(SiteName(name)?.description == name)
        for bad in [
            "", ".\(name)", "\(name)/", "\(name)..x", "-\(name)", "\(name)-", "A\(name)",
            "\(name) ",
        ] {
            #expect(SiteName(bad) == nil, "\(bad)")
        }
    }
}
