import HostInspection
import TestSupport
import Testing

/// Whether Go finds the toolchain that it switches to, without a network.
extension ReadinessTests {
    @Test(arguments: [
        ("/home/dev/go/bin/go1.26.0", "the launcher of a tree that is gone"),
        ("", "nothing of that name"),
    ])
    func `a name that leads to no Go is no answer to go-mod`(link: String, what: String)
        async throws
    {
        let host = try await host(["home/dev/w/go.mod": "go 1.26\n"])
        if !link.isEmpty {
            try await host.link(String(link.dropFirst()), to: "/home/dev/sdk/go1.26.0/bin/go")
        }
        let checks = DebugReadiness(facts(host), fits: Self.fits).checks
        #expect(checks.first { $0.identifier == .goSwitching }?.verdict == .degraded, "\(what)")
        // With the tree it is one.
        try host.folder.write("home/dev/sdk/go1.26.0/VERSION", "go1.26.0\n")
        try host.folder.write("home/dev/sdk/go1.26.0/go.env", "")
        try host.folder.write(
            "home/dev/sdk/go1.26.0/bin/go",
            HostFixture.program(),
            mode: 0o755
        )
        try await host.link("home/dev/go/bin/go1.26.0", to: "/home/dev/sdk/go1.26.0/bin/go")
        let mended = DebugReadiness(facts(host), fits: Self.fits).checks
        #expect(mended.first { $0.identifier == .goSwitching }?.verdict == .ok, "\(mended)")
    }

    @Test func `an installed Go that will do is advised before a download`() async throws {
        let host = try await host()
        let advice = { (wanted: String) throws -> [String] in
            try host.folder.write("home/dev/w/go.mod", "go \(wanted)\n")
            let checks = DebugReadiness(
                self.facts(host, variables: ["PATH": "/usr/bin"]),
                fits: Self.fits
            ).checks
            return checks.filter { [.goSwitching, .goPath].contains($0.identifier) }.flatMap(\.fix)
        }
        #expect(try advice("1.20").contains("gotoolprov use go1.21.0"))
        #expect(try !advice("1.20").joined().contains("ensure"))
        #expect(
            try advice("1.22.1").contains(
                "gotoolprov ensure go1.22.1 && gotoolprov use go1.22.1"
            )
        )
    }
}
