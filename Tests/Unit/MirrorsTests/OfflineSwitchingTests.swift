import Mirrors
import Provisioning
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

/// The variables that make `go` download toolchains from a mirror, and verify them.
@Suite(.unitLimit)
struct OfflineSwitchingTests {
    private func variables(
        _ mirror: String,
        sumdb: String? = nil,
        current: [String: String] = [:]
    ) throws -> [String: String] {
        let environment = HostEnvironment.ofThisProcess().setting(["HOME": "/nonexistent"])
        let settings = try Settings.gathered(Settings.Options(), from: environment)
        let switching = try OfflineSwitching(
            mirror: try Mirror(parsing: mirror, base: nil, from: environment),
            sumdb: sumdb,
            settings: settings
        ) { current[$0] }
        return Dictionary(uniqueKeysWithValues: switching.variables.map { ($0.key, $0.value) })
    }

    @Test func `a file URL is never the only proxy, because Go would then verify nothing`() throws {
        for current in [nil, "direct", "https://proxy.golang.org,direct", "file:///srv/m", "off"] {
            let found = try variables("/srv/m", current: current.map { ["GOPROXY": $0] } ?? [:])
            #expect(
                found == [
                    "GONOSUMDB": "*", "GOPROXY": "file:///srv/m,off", "GOSUMDB": "sum.golang.org",
                    "GOTOOLCHAIN": "auto",
                ]
            )
        }
    }

    @Test(arguments: [
        ("/srv/a,b|c d/", "", "file:///srv/a%2Cb%7Cc%20d,off"),
        (
            "https://mirror.example/go/", "https://proxy.corp,direct",
            "https://mirror.example/go,https://proxy.corp,direct"
        ),
        ("/srv/m", "file:///srv/m,https://proxy.corp", "file:///srv/m,https://proxy.corp"),
    ])
    func `the mirror comes before the other proxies of the host`(
        mirror: String,
        current: String,
        expected: String
    ) throws {
        let found = try variables(mirror, current: current.isEmpty ? [:] : ["GOPROXY": current])
        #expect(found["GOPROXY"] == expected)
    }

    @Test(arguments: [
        ("*", true), ("golang.org", true), ("golang.org/toolchain", true), ("*.org/tool*", true),
        ("corp.example,g?lang.org", true), ("corp.example", false), ("golang.org/x", false),
        ("golang.org/toolchain/x", false), ("", false),
    ])
    func `private patterns that cover the toolchain are overridden`(
        patterns: String,
        isCovered: Bool
    ) throws {
        let found = try variables("/srv/m", current: ["GOPRIVATE": patterns])
        #expect((found["GONOPROXY"] == "none") == isCovered)
        let explicit = try variables(
            "/srv/m",
            current: ["GOPRIVATE": "*", "GONOPROXY": "corp.example"]
        )
        #expect(explicit["GONOPROXY"] == nil)
    }

    @Test func `a key that is not one, and a URL that go cannot use, are errors`() throws {
        #expect(throws: Failure.self) { try variables("/srv/m", sumdb: "golog.example") }
        #expect(throws: Failure.self) { try variables("https://mirror.example/go?token=x") }
        #expect(throws: Failure.self) { try variables("https://mirror.example/{file}") }
        #expect(try variables("/srv/m", sumdb: "sum.golang.org")["GOSUMDB"] == "sum.golang.org")
    }
}
