import TestSupport
import Testing
import ToolchainCore

/// The rows of docs/facts/edge-cases.md#version-order and of Go's own internal/gover tests.
@Suite(.unitLimit)
struct GoVersionTests {
    @Test(arguments: [
        "1.20", "1.21", "1.21.0", "1.21.13", "1.24rc1", "1.9.2", "1.19beta1", "1.20rc3",
        "1.21.0-custom", "1.999999999999999999999999.1",
    ])
    func `a version survives a round trip`(text: String) {
        #expect(GoVersion(text)?.description == text)
        #expect(GoVersion("go" + text)?.toolchainName == "go" + text)
    }

    @Test(arguments: [
        // CVE-2022-35861: text that is not a version must never be used as a path.
        "", "go", "1", "1.", "1.x", "1.09", "01.21", "1.21.", "1.21.01", "1.21.3rc1", "1.9.2rc2",
        "1.21 ", " 1.21", "1.21.0.0", "1.21rc", "1.21rc01", "1.21foo1", "1.21.0/..", "1.21.0-",
        "1.21.0-a/b", "v1.21.0", "1.21.0\n", "1.٢١.0", "..", "1.-1", "devel",
    ])
    func `text that Go rejects is not a version`(text: String) {
        #expect(GoVersion(text) == nil)
    }

    /// The versions that Go, distributions and forks of Go report in VERSION files and programs.
    @Test(arguments: [
        ("go1.21.13", String?("1.21.13")), ("go1.27.3 X:nodwarf5", "1.27.3"),
        ("go1.27.3-X:nodwarf5", "1.27.3"),
        ("go1.24.5-microsoft-X:systemcrypto,x", "1.24.5-microsoft"),
        ("go1.22.5 (Red Hat 1.22.5-1.el9)", "1.22.5"),
        ("go1.26.0-1-microsoft", "1.26.0-1-microsoft"),
        ("go1.20.14b7", "1.20.14b7"), ("go1.20b14", "1.20b14"), ("go1.9.7b4", "1.9.7b4"),
        ("devel go1.28-0123abc Tue Nov 24 00:00:00 2026", "1.28-devel_0123abc"),
        ("go1.28-devel_0123abc", "1.28-devel_0123abc"),
        ("devel +0123abc Tue Nov 24", nil), ("devel", nil), ("", nil), ("go", nil),
        ("1.21.13", nil), ("go1.21b4", nil), ("go1.20.14bx", nil),
    ])
    func `the reported version of a Go is parsed`(text: String, version: String?) {
        #expect(GoVersion(reported: text)?.description == version)
    }

    @Test func `a vendor suffix does not change the release`() throws {
        let boring = try #require(GoVersion("go1.20b14"))
        #expect(!boring.isLanguageVersion && boring.withoutSuffix == GoVersion("1.20"))
        #expect(try #require(GoVersion("1.20.14b7")) < #require(GoVersion("1.21rc1")))
        #expect(GoVersion("1.24beta1")?.isPreRelease == true)
    }

    /// The order of Delve's pkg/goversion.
    @Test func `Delve orders a development version before its line`() throws {
        let version = try #require(GoVersion(reported: "devel go1.28-33aff0e5"))
        #expect(version.isDevelopment && !version.isLanguageVersion)
        #expect(version.line.description == "1.28" && version.lineForDelve.description == "1.27")
        let first = try #require(GoVersion("1.28rc1"))
        #expect(version < first && first.lineForDelve == first.line)
    }

    @Test func `releases up to 1.20 have no patch number 0`() {
        #expect(GoVersion("1.20.0") == nil)
        #expect(GoVersion("1.20")?.isLanguageVersion == false)
        #expect(GoVersion("1.21")?.isLanguageVersion == true)
    }

    @Test(arguments: [
        // Since 1.21, the name of a line sorts before its release candidates; before that, after them.
        ["1.21", "1.21rc1", "1.21rc2", "1.21.0", "1.21.1", "1.21.10", "1.22"],
        ["1.19beta1", "1.19rc1", "1.19", "1.19.1"],
        ["1.20rc1", "1.20rc3", "1.20", "1.20.1", "1.20.14", "1.21"],
        ["1.9", "1.10", "1.99", "1.100", "2.0"],
        ["1.21.9", "1.21.12345678901234567890", "1.21.12345678901234567891"],
    ])
    func `versions are ordered as Go orders them`(ascending: [String]) throws {
        let versions = try ascending.map { try #require(GoVersion($0)) }
        #expect(versions.shuffled().sorted() == versions)
    }
}

@Suite(.unitLimit)
struct GoRequestTests {
    /// Requests, and what they mean.
    static let readings: [(text: String, meaning: String)] = [
        ("go1.21.0", "go1.21.0"), ("1.21.0", "go1.21.0"), ("go@1.21.0", "go1.21.0"),
        ("go@go1.21.0", "go1.21.0"),
        // From 1.21 on, the name of a line means its newest patch.
        ("go1.21", "go1.21"), ("go@1.21", "go1.21"), ("go1.21.x", "go1.21"),
        // Up to 1.20, it means a release, unless it is requested as a prefix.
        ("go1.20", "go1.20"), ("1.20", "go1.20"), ("go@1.20", "go1.20.x"),
        ("go1.20.x", "go1.20.x"),
        // There is no 1.20.0, but its meaning is clear.
        ("go1.20.0", "go1.20"),
        ("go1.24rc1", "go1.24rc1"), ("go1.24rc", "go1.24rc"), ("go@1.19beta", "go1.19beta"),
        ("go@latest", "go@latest"), ("latest", "go@latest"),
        ("stable", "go@latest"), ("go@stable", "go@latest"),
        ("oldstable", "go@oldstable"), ("go@oldstable", "go@oldstable"),
        ("golang", "go@latest"), ("golang@1.27", "go1.27"), ("golang@1.20", "go1.20.x"),
        ("golang@oldstable", "go@oldstable"),
        ("go>=1.21", "go>=1.21"), ("go@>=1.21.5", "go>=1.21.5"), ("go>=1.20.0", "go>=1.20"),
    ]

    @Test(arguments: readings)
    func `a request is parsed`(text: String, meaning: String) throws {
        #expect(try GoRequest(parsing: text).description == meaning)
    }

    @Test(arguments: [
        "", "go", "go1", "1", "go@", "go1.21.13/../x", "python3", "go1.x", "go1.21.x.x", "go>1.21",
        "go<=1.21", "tip", "gotip", "go devel", "go1.21.0 ", "go1.21.0.0", "gogo1.21.0",
        "go@gogo1.21", "go1.21.3rc", "go1.24rc1rc",
        "go1.21-custom", "go1.21-foo.x", "go>=go1.21.0.0", "go1.9.2rc2", "1.21.3rc1",
        "go1.21.5.x", "golang1.27", "golang@", "go@golang", "oldstable1.27", "stable.x",
    ])
    func `an invalid request is rejected with a suggestion`(text: String) {
        #expect { try GoRequest(parsing: text) } throws: { error in
            (error as? GoRequest.Rejection)?.suggestion != nil
        }
    }

    static let known = [
        "1.19.13", "1.20", "1.20.14", "1.21rc2", "1.21.0", "1.21.9", "1.21.13", "1.27.2", "1.28rc1",
        "1.28rc2",
    ].compactMap { GoVersion($0) }

    @Test(arguments: [
        ("go1.21", "1.21.13"), ("go@1.20", "1.20.14"), ("go1.20", "1.20"), ("go@latest", "1.27.2"),
        ("go>=1.20", "1.27.2"), ("go1.28rc", "1.28rc2"), ("go1.21rc", "1.21rc2"),
        ("go1.19", nil), ("go@1.19", "1.19.13"),
        // Requests for stable versions match neither pre-releases nor other lines.
        ("go1.28", nil), ("go>=1.28", nil), ("go1.2", nil), ("go1.21.1", nil),
        // A line with only release candidates is not stable.
        ("stable", "1.27.2"), ("oldstable", "1.21.13"),
    ])
    func `the newest match is selected`(text: String, expected: String?) throws {
        let best = try GoRequest(parsing: text).best(among: Self.known)
        #expect(best?.description == expected)
    }

    @Test func `oldstable is the second newest line that has a release`() throws {
        let versions = Self.known
        #expect(GoRequest.oldStable.resolved(among: versions).description == "go1.21")
        #expect(GoRequest.latest.resolved(among: versions) == .latest)
        let newer = versions + [try #require(GoVersion("1.28.0"))]
        #expect(GoRequest.oldStable.best(among: newer)?.description == "1.27.2")
        let one = ["1.27.0", "1.27.1", "1.28rc1"].compactMap { GoVersion($0) }
        #expect(GoRequest.oldStable.resolved(among: one) == .oldStable)
        #expect(GoRequest.oldStable.best(among: one) == nil)
        // Up to 1.20, the first release has two numbers.
        let old = ["1.19.13", "1.20", "1.21rc2"].compactMap { GoVersion($0) }
        #expect(GoRequest.oldStable.best(among: old)?.description == "1.19.13")
    }

    @Test func `a remark explains a name that differs from the request`() {
        #expect(GoRequest.remark(on: "go1.20.0")?.contains("means go1.20") == true)
        #expect(GoRequest.remark(on: "go1.20")?.contains("go1.20.x") == true)
        #expect(GoRequest.remark(on: "go1.21.0") == nil)
        #expect(GoRequest.remark(on: "go1.21") == nil)
    }
}
