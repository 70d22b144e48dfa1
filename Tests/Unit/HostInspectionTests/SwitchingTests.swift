import HostInspection
import TestSupport
import Testing
import ToolchainCore

/// Tests of the check that Go finds the toolchain that it switches to without a network.
extension ReadinessTests {
    @Test(arguments: [
        ("/home/dev/go/bin/go1.26.0", "a launcher whose tree is missing"),
        ("", "no executable of that name"),
    ])
    func `an executable without a Go does not satisfy go-mod`(link: String, what: String)
        async throws
    {
        let host = try await host(["home/dev/w/go.mod": "go 1.26\n"])
        if !link.isEmpty {
            try await host.link(String(link.dropFirst()), to: "/home/dev/sdk/go1.26.0/bin/go")
        }
        let checks = DebugReadiness(facts(host), compatibility: Self.compatibility).checks
        #expect(checks.first { $0.identifier == .goSwitching }?.verdict == .degraded, "\(what)")
        // With the tree, it does.
        try host.directory.write("home/dev/sdk/go1.26.0/VERSION", "go1.26.0\n")
        try host.directory.write("home/dev/sdk/go1.26.0/go.env", "")
        try host.directory.write(
            "home/dev/sdk/go1.26.0/bin/go",
            HostFixture.program(),
            mode: 0o755
        )
        try await host.link("home/dev/go/bin/go1.26.0", to: "/home/dev/sdk/go1.26.0/bin/go")
        let fixed = DebugReadiness(facts(host), compatibility: Self.compatibility).checks
        #expect(fixed.first { $0.identifier == .goSwitching }?.verdict == .ok, "\(fixed)")
    }

    @Test func `the fix prefers an installed Go to a download`() async throws {
        let host = try await host()
        let advice = { (required: String) throws -> [String] in
            try host.directory.write("home/dev/w/go.mod", "go \(required)\n")
            let checks = DebugReadiness(
                self.facts(host, variables: ["PATH": "/usr/bin"]),
                compatibility: Self.compatibility
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

    /// Creates a tree with the program of a Go.
    private func write(_ version: String, at root: String, to host: HostFixture) throws {
        try host.directory.write("\(root)/VERSION", "\(version)\ntime 2026\n")
        try host.directory.write("\(root)/go.env", "")
        try host.directory.write("\(root)/bin/go", HostFixture.program(), mode: 0o755)
    }

    private func switching(
        _ host: HostFixture,
        _ variables: [String: String] = [:]
    ) throws -> DoctorCheck {
        let checks = DebugReadiness(
            facts(host, variables: variables),
            compatibility: Self.compatibility
        ).checks
        return try #require(checks.first { $0.identifier == .goSwitching })
    }

    /// The VERSION file of the tree that go1.26.0 runs, and whether Go accepts it.
    @Test(arguments: [("go1.26.0", true), ("go1.26.4", false), ("go1.20.14", false)])
    func `an executable on PATH must run the toolchain that it is named after`(
        version: String,
        isAccepted: Bool
    )
        async throws
    {
        let host = try await host(["home/dev/w/go.mod": "go 1.26\n"])
        try write(version, at: "opt/go-current", to: host)
        try await host.link("home/dev/go/bin/go1.26.0", to: "/opt/go-current/bin/go")
        let launcher = Launcher(
            version: try #require(GoVersion("1.26.0")),
            goRoot: "/opt/go-current"
        )
        try host.directory.write("home/dev/l/go1.26.0", launcher.script, mode: 0o755)
        for directory in ["/home/dev/go/bin", "/home/dev/l:/home/dev/go/bin"] {
            let check = try switching(host, ["PATH": "\(directory):/usr/bin"])
            #expect((check.verdict == .ok) == isAccepted, "\(check)")
            guard !isAccepted else { continue }
            #expect(check.verdict == .degraded, "\(check)")
            #expect(check.evidence.joined().contains("starts \(version) in /opt/go-current"))
            let ensure = "gotoolprov ensure go1.26.0"
            #expect(
                check.fix == [
                    directory.hasPrefix("/home/dev/l")
                        ? ensure : "rm '/home/dev/go/bin/go1.26.0' && \(ensure)"
                ],
                "\(check)"
            )
        }
    }

    @Test func `a default launcher does not satisfy go-mod after another Go is selected`()
        async throws
    {
        let host = try await host(["home/dev/w/go.mod": "go 1.26\n"])
        let current = "/home/dev/sdk/.gotoolprov/current"
        let script = Launcher.ofDefault(link: current)[0].script
        try host.directory.write("home/dev/go/bin/go1.26.0", script, mode: 0o755)
        for (version, verdict) in [("go1.26.0", DoctorCheck.Verdict.ok), ("go1.26.1", .degraded)] {
            try write(version, at: "home/dev/sdk/\(version)", to: host)
            try await host.link(String(current.dropFirst()), to: "../\(version)")
            let check = try switching(host)
            #expect(check.verdict == verdict, "\(check)")
        }
    }

    @Test func `a golang-dl wrapper runs the Go in the home directory only`() async throws {
        let host = try await host(["home/dev/w/go.mod": "go 1.26\n"])
        try host.directory.write("home/dev/go/bin/go1.26.0", HostFixture.program(), mode: 0o755)
        #expect(try switching(host).verdict == .degraded)
        try write("go1.26.0", at: "usr/local/go1.26.0", to: host)
        try host.directory.write("usr/local/go1.26.0/.unpacked-success", "")
        #expect(try switching(host).verdict == .degraded)
        let root = "home/dev/sdk/go1.26.0"
        try write("go1.26.1", at: root, to: host)
        try host.directory.write("\(root)/.unpacked-success", "")
        let other = try switching(host)
        #expect(other.verdict == .degraded && other.evidence.joined().contains("go1.26.1"))
        try write("go1.26.0", at: root, to: host)
        #expect(try switching(host).verdict == .ok)
    }

    /// A GOTOOLCHAIN and a go.mod with a shim, and the result.
    @Test(
        arguments: [
            ("go1.26.0", nil, "degraded", "go1.26.0 is not on PATH"),
            ("go1.26.0+auto", nil, "degraded", "go1.26.0 is not on PATH"),
            ("go1.26.0+path", "go 1.27.1\n", "degraded", "go1.27.1 is not on PATH"),
            ("go1.26.0", "go 1.27.1\n", "degraded", "keeps Go at that version"),
            ("go1.22.9", "go 1.22\n", "ok", "is on PATH"),
            // The shim may run this version itself.
            ("go1.21.0", nil, "unknown", "cannot determine the version"),
            ("go1.26", nil, "degraded", "language version"),
            ("nonsense", nil, "degraded", "invalid GOTOOLCHAIN"),
            ("auto", nil, "ok", "no go.mod"), ("local", nil, "ok", "no go.mod"),
            ("auto", "go 1.26\n", "unknown", "cannot determine the version"),
        ] as [(String, String?, String, String)]
    )
    func `the toolchain that GOTOOLCHAIN names is searched even with a shim`(
        value: String,
        module: String?,
        verdict: String,
        evidence: String
    ) async throws {
        let host = try await host(["home/dev/w/go.mod": module])
        try host.directory.write("home/dev/.asdf/shims/go", "#!/bin/sh\nexec asdf\n", mode: 0o755)
        try write("go1.22.9", at: "opt/go1.22.9", to: host)
        try await host.link("home/dev/bin/go1.22.9", to: "/opt/go1.22.9/bin/go")
        let variables = [
            "PATH": "/home/dev/.asdf/shims:/home/dev/bin:/usr/bin", "GOTOOLCHAIN": value,
        ]
        let check = try switching(host, variables)
        #expect(check.verdict.rawValue == verdict, "\(check)")
        #expect(check.evidence.joined(separator: "\n").contains(evidence), "\(check)")
        // With modules off, Go ignores both.
        let off = try switching(host, variables.merging(["GO111MODULE": "off"]) { $1 })
        #expect(off.verdict == .ok, "\(off)")
    }

    @Test func `the fixes on a host without Go contain valid requests`() throws {
        let checks = DebugReadiness(
            facts(try HostFixture(), variables: ["PATH": "/usr/bin"]),
            compatibility: Self.compatibility
        ).checks
        let words = checks.flatMap(\.fix).flatMap { $0.split(separator: " ") }
        let requests = zip(words, words.dropFirst()).filter { ["ensure", "use"].contains($0.0) }
        #expect(requests.contains { $0.0 == "use" })
        for (verb, request) in requests where !ToolRequest.isForTool(String(request)) {
            #expect(throws: Never.self, "\(verb)") {
                try GoRequest(parsing: String(request))
            }
        }
    }
}
