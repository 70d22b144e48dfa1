import HostInspection
import TestSupport
import Testing
import ToolchainCore

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
        let checks = DebugReadiness(facts(host), compatibility: Self.compatibility).checks
        #expect(checks.first { $0.identifier == .goSwitching }?.verdict == .degraded, "\(what)")
        // With the tree it is one.
        try host.directory.write("home/dev/sdk/go1.26.0/VERSION", "go1.26.0\n")
        try host.directory.write("home/dev/sdk/go1.26.0/go.env", "")
        try host.directory.write(
            "home/dev/sdk/go1.26.0/bin/go",
            HostFixture.program(),
            mode: 0o755
        )
        try await host.link("home/dev/go/bin/go1.26.0", to: "/home/dev/sdk/go1.26.0/bin/go")
        let mended = DebugReadiness(facts(host), compatibility: Self.compatibility).checks
        #expect(mended.first { $0.identifier == .goSwitching }?.verdict == .ok, "\(mended)")
    }

    @Test func `an installed Go that will do is advised before a download`() async throws {
        let host = try await host()
        let advice = { (wanted: String) throws -> [String] in
            try host.directory.write("home/dev/w/go.mod", "go \(wanted)\n")
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

    /// A tree with the program of a Go.
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

    /// What a tree that go1.26.0 leads to says in its VERSION file, and whether Go takes it.
    @Test(arguments: [("go1.26.0", true), ("go1.26.4", false), ("go1.20.14", false)])
    func `a name on PATH has to lead to the toolchain that it names`(version: String, isTaken: Bool)
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
            #expect((check.verdict == .ok) == isTaken, "\(check)")
            guard !isTaken else { continue }
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

    @Test func `the launcher of the chosen Go is no answer once another is chosen`() async throws {
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

    @Test func `golang-dl's wrapper has its Go in the home, and nowhere else`() async throws {
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

    /// A GOTOOLCHAIN and a go.mod behind a shim, and what becomes of them.
    @Test(
        arguments: [
            ("go1.26.0", nil, "degraded", "go1.26.0 is not on PATH"),
            ("go1.26.0+auto", nil, "degraded", "go1.26.0 is not on PATH"),
            ("go1.26.0+path", "go 1.27.1\n", "degraded", "go1.27.1 is not on PATH"),
            ("go1.26.0", "go 1.27.1\n", "degraded", "keeps Go at that version"),
            ("go1.22.9", "go 1.22\n", "ok", "is on PATH"),
            // The shim may start that one itself.
            ("go1.21.0", nil, "unknown", "cannot determine the version"),
            ("go1.26", nil, "degraded", "language version"),
            ("nonsense", nil, "degraded", "invalid GOTOOLCHAIN"),
            ("auto", nil, "ok", "no go.mod"), ("local", nil, "ok", "no go.mod"),
            ("auto", "go 1.26\n", "unknown", "cannot determine the version"),
        ] as [(String, String?, String, String)]
    )
    func `a toolchain that GOTOOLCHAIN names is looked for behind a shim, too`(
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
        // With modules off, Go looks at neither.
        let off = try switching(host, variables.merging(["GO111MODULE": "off"]) { $1 })
        #expect(off.verdict == .ok, "\(off)")
    }

    @Test func `what is advised on a host without Go are requests that can be answered`() throws {
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
