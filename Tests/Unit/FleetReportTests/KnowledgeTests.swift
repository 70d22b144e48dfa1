import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// The data that versions are assessed with.
@Suite(.unitLimit)
struct KnowledgeTests {
    // MARK: Support

    @Test(arguments: [
        // Two lines are supported; support ends on the release day of the second newer line.
        ("1.27.2", Support(.supported, newestPatch: "1.27.2", patchLag: 0, daysBehind: 0)),
        ("1.26.6", Support(.supported, newestPatch: "1.26.9", patchLag: 3, daysBehind: 98)),
        (
            "1.25.5",
            Support(
                .eol,
                eolSince: "2026-08-19",
                newestPatch: "1.25.14",
                patchLag: 9,
                daysBehind: 314
            )
        ),
        // Before Go 1.21 a line's first release has no third number.
        (
            "1.20",
            Support(
                .eol,
                eolSince: "2024-02-06",
                newestPatch: "1.20.14",
                patchLag: 14,
                daysBehind: 1380
            )
        ),
        // Newer than the catalog: neither outdated nor known to be supported.
        ("1.27.9", Support(.supported)),
        ("1.28.0", Support(.unknown)),
        // Older than the catalog: past its end of life, since an unknown day.
        ("1.4.2", Support(.eol)),
        ("1.28rc1", Support(.prerelease)),
        ("1.27rc1", Support(.prerelease, newestPatch: "1.27.2", patchLag: 3, daysBehind: 98)),
        // A pre-release is past its end of life with its line.
        (
            "1.20rc1",
            Support(
                .eol,
                eolSince: "2024-02-06",
                newestPatch: "1.20.14",
                patchLag: 15,
                daysBehind: 1393
            )
        ),
        ("1.4beta1", Support(.eol)),
        ("1.21", Support(.unknown)), ("", Support(.unknown)), ("<b>", Support(.unknown)),
    ])
    func `support follows from the dates of releases`(version: String, support: Support) throws {
        #expect(try Known.calendar().support(of: version) == support, "\(version)")
    }

    @Test func `a release counts from its release day`() throws {
        let before = try Known.calendar("2026-08-18")
        #expect(before.supportedLines.map(\.description) == ["1.26", "1.25"])
        #expect(before.support(of: "1.25.5").state == .supported)
        #expect(before.support(of: "1.27.0").state == .unknown)
        let after = try Known.calendar("2026-08-19")
        #expect(after.supportedLines.map(\.description) == ["1.27", "1.26"])
        #expect(after.support(of: "1.25.5").state == .eol)
    }

    // MARK: Vulnerabilities

    /// The values are from the source of the data.
    @Test(arguments: [
        ("1.19.8", 93, 20), ("1.24.11", 46, 12), ("1.25.5", 46, 13), ("1.26.6", 13, 2),
        ("1.26.9", 0, 0), ("1.27.2", 0, 0),
    ])
    func `the reference versions have the known counts`(
        version: String,
        stdlib: Int,
        toolchain: Int
    ) throws {
        let found = try #require(try Known.vulnerabilities(of: "2026-10-08").findings(for: version))
        #expect(found.stdlib.count == stdlib)
        #expect(found.toolchain.count == toolchain)
        #expect(found.snapshot.description == "2026-10-08")
    }

    static func list(_ affected: String) -> [UInt8] {
        Array(
            """
            {"schemaVersion": 1, "source": "test", "snapshot": "2026-01-02", "entries": [{
            "id": "GO-2026-1", "aliases": [], "package": "stdlib", "imports": [], "summary": "",
            "affected": \(affected)}]}
            """.utf8
        )
    }

    @Test(arguments: [
        // The start is inclusive, the end exclusive.
        ("1.21.4", false), ("1.21.5", true), ("1.21.9", true), ("1.21.10", false),
        // Pre-releases sort before their release; `-0` before all of them.
        ("1.22rc1", true), ("1.22.0", true), ("1.22.1", false), ("1.23beta1", false),
        ("1.23rc2", true), ("1.23rc10", true), ("1.23.0", false),
        // An unfixed vulnerability has no end; a vendor suffix is ignored.
        ("1.99.99", true), ("1.21.5-custom", true),
    ])
    func `ranges are those of semantic versions`(version: String, isVulnerable: Bool) throws {
        let list = try VulnerabilityList(
            parsing: Self.list(
                #"["1.21.5 1.21.10","1.22.0-0 1.22.1","1.23.0-rc.2 1.23.0","1.30.0"]"#
            )
        )
        let found = try #require(list.findings(for: version))
        #expect(!found.stdlib.isEmpty == isVulnerable)
    }

    @Test(arguments: [
        #"["1.21"]"#, #"["1.21.5 1.21.5"]"#, #"["1.21.5 1.21.4"]"#, #"["a"]"#, #"[""]"#, "[1]",
        #"["1.2.3 1.2.4 1.2.5"]"#, #"["01.2.3"]"#, #""1.2.3""#, #"["1.2.3-"]"#,
    ])
    func `an incomplete list is rejected`(affected: String) {
        #expect(throws: DocumentError.self) {
            try VulnerabilityList(parsing: Self.list(affected))
        }
    }

    // Like govulncheck: what is not limited to a range affects every version.
    @Test(arguments: [
        ("", ["1.4", "1.99.0"], []), (#", "ranges": []"#, ["1.4"], []),
        (#", "ranges": null, "versions": []"#, ["1.4"], []),
        (#", "ranges": [{"type": "SEMVER"}]"#, ["1.4", "1.27.2"], []),
        (#", "ranges": [{"type": "SEMVER", "events": []}]"#, ["1.4", "1.27.2"], []),
        (
            #"""
            , "ranges": [{"type": "SEMVER", "events": [
                {"introduced": "1.20.0"}, {"introduced": "1.21.0"}, {"fixed": "1.22.1"}]}]
            """#, ["1.20.1", "1.22.0"], ["1.19.9", "1.22.1"]
        ),
    ])
    func `an entry of the database without limits affects all versions`(
        limits: String,
        vulnerable: [String],
        others: [String]
    ) throws {
        let list = try Self.extract(limits)
        for version in vulnerable {
            #expect(list.findings(for: version)?.stdlib == ["GO-2026-1"], "\(version)")
        }
        for version in others { #expect(list.findings(for: version)?.stdlib == [], "\(version)") }
    }

    @Test(arguments: [
        #", "versions": ["1.20.1"]"#,
        #", "ranges": [{"type": "SEMVER", "events": [{"fixed": "1.20.1"}]}]"#,
        #"""
        , "ranges": [{"type": "SEMVER", "events": [
            {"introduced": "1.20.0"}, {"fixed": "1.20.1"}, {"fixed": "1.21.1"}]}]
        """#,
    ])
    func `an entry of the database that would hide versions is refused`(limits: String) {
        #expect(throws: DocumentError.self) { try Self.extract(limits) }
    }

    /// Returns the list that is made of a database with one entry.
    private static func extract(_ limits: String) throws -> VulnerabilityList {
        let entry = """
            {"id": "GO-2026-1", "summary": "a", "affected": [{"package": {"name": "stdlib"}\(limits)}]}
            """
        var extract = VulnerabilityExtract()
        try extract.add("index/db.json", Array(#"{"modified": "2026-11-20T00:00:00Z"}"#.utf8))
        try extract.add("ID/GO-2026-1.json", Array(entry.utf8))
        return try VulnerabilityList(parsing: extract.document())
    }

    @Test func `a list entry without ranges affects all versions`() throws {
        let list = try VulnerabilityList(parsing: Self.list("[]"))
        #expect(list.findings(for: "1.4")?.stdlib.isEmpty == false)
    }

    @Test func `a language version has unknown vulnerabilities`() throws {
        let list = try Known.vulnerabilities()
        #expect(list.findings(for: "1.21") == nil)
        #expect(list.findings(for: "devel") == nil)
    }
}
