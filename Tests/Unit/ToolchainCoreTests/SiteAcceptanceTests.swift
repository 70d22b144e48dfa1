import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct SiteAcceptanceTests {
    private static let start = UTCTime(seconds: 1_800_000_000)
    private static let week = 7 * UTCTime.secondsOfDay

    private static func digest(_ digit: String) throws -> SHA256Digest {
        try #require(SHA256Digest(hexadecimal: String(repeating: digit, count: 64)))
    }

    private static func catalog(
        _ version: Int,
        site: String = "corp",
        issued: UTCTime = start
    ) throws -> SiteCatalog {
        try SiteCatalogDraft().catalog(
            site: try #require(SiteName(site)),
            version: version,
            issued: issued,
            expires: UTCTime(seconds: issued.seconds + week)
        )
    }

    private static func judge(
        _ catalog: SiteCatalog,
        digest: String = "a",
        after kept: SiteCatalog?,
        from sites: Set<SiteName>? = nil,
        at seconds: Int = 60
    ) throws -> SiteAcceptance {
        try SiteAcceptance(
            of: catalog,
            digest: try self.digest(digest),
            after: try kept.map { SiteAcceptance.Kept($0, digest: try self.digest("a")) },
            from: sites,
            at: UTCTime(seconds: start.seconds + seconds)
        )
    }

    @Test func `the first catalog, the same one and a newer one are accepted`() throws {
        let kept = try Self.catalog(7)
        #expect(try Self.judge(kept, after: nil).isNew)
        #expect(try !Self.judge(kept, after: kept).isNew)
        #expect(try Self.judge(Self.catalog(8), digest: "b", after: kept).isNew)
        #expect(try Self.judge(Self.catalog(100_007), digest: "b", after: kept).expired == nil)
    }

    @Test func `each attack is refused by name`() throws {
        let kept = try Self.catalog(7)
        let corp = try #require(SiteName("corp"))
        let other = try #require(SiteName("other"))
        for (name, digest, catalog, sites, seconds) in [
            ("rollback", "a", try Self.catalog(6), nil, 60),
            ("fork", "b", try Self.catalog(7), nil, 60),
            ("fast-forward", "b", try Self.catalog(100_008), nil, 60),
            ("other site", "b", try Self.catalog(8, site: "other"), nil, 60),
            ("other site", "b", try Self.catalog(8, site: "other"), [corp], 60),
            ("other site", "b", try Self.catalog(8), [other], 60),
            ("issued in the future", "b", try Self.catalog(8), nil, -3601),
        ] as [(String, String, SiteCatalog, Set<SiteName>?, Int)] {
            let refusal = #expect(throws: SiteRefusal.self, "\(name)") {
                try Self.judge(catalog, digest: digest, after: kept, from: sites, at: seconds)
            }
            #expect(refusal?.name == name)
            #expect(refusal?.description.hasPrefix(name) == true)
        }
        #expect(throws: SiteRefusal.fastForward(kept: 0, found: 1 << 53)) {
            try Self.judge(Self.catalog(1 << 53), after: nil)
        }
    }

    @Test func `a catalog expires after its last second, and a clock that goes back does not help`()
        throws
    {
        let kept = try Self.catalog(7)
        #expect(try Self.judge(kept, after: nil, at: Self.week).expired == nil)
        #expect(try Self.judge(kept, after: nil, at: Self.week + 1).expired == kept.expires)
        let later = UTCTime(seconds: Self.start.seconds + Self.week + 1)
        // A catalog of this host was issued after the offered one had expired.
        let newest = try Self.catalog(7, issued: later)
        let offered = try Self.catalog(8)
        #expect(
            try Self.judge(offered, digest: "b", after: newest, at: 60).expired == offered.expires
        )
    }
}
