import HostInspection
import TestSupport
import Testing
import ToolchainCore

/// Tests of the fixes for PATH, Delve and the directories that builds write to.
extension ReadinessTests {
    @Test(arguments: [
        ("/usr/bin/fish", "fish_add_path '/home/dev/go/bin'"), ("/bin/zsh", "~/.zshrc"),
        ("/bin/bash", "~/.profile"), ("/bin/tcsh", "setenv"),
    ])
    func `the fix for PATH is for the user's shell`(shell: String, part: String) async throws {
        let variables = ["PATH": "~/go/bin:$HOME/bin:/usr/bin", "SHELL": shell]
        let checks = DebugReadiness(
            facts(try await host(), variables: variables),
            compatibility: Self.compatibility
        ).checks
        let check = try #require(checks.first { $0.identifier == .goPath })
        #expect(check.fix.joined(separator: "\n").contains(part), "\(check.fix)")
        // The unexpanded entries are reported.
        let evidence = check.evidence.joined(separator: "\n")
        #expect(evidence.contains("~/go/bin, which only bash expands"))
        #expect(evidence.contains("$HOME/bin, which nothing expands"))
    }

    @Test func `a PATH that depends on the working directory is reported`() async throws {
        let host = try await host()
        for path in [":/home/dev/go/bin", "/home/dev/go/bin:", "/home/dev/go/bin:bin"] {
            let checks = DebugReadiness(
                facts(host, variables: ["PATH": path]),
                compatibility: Self.compatibility
            ).checks
            let check = try #require(checks.first { $0.identifier == .goPath })
            #expect(check.verdict == .degraded, "\(path): \(check)")
        }
    }

    @Test func `the first dlv on PATH must be compatible with the first go`() async throws {
        let host = try await host()
        try host.directory.write("home/dev/go/bin/dlv", HostFixture.program(), mode: 0o755)
        let old = FoundTool(
            path: "/home/dev/go/bin/dlv",
            tool: "dlv",
            version: "1.9.1",
            builtWith: nil
        )
        let other = FoundTool(path: "/b/dlv", tool: "dlv", version: "1.25.0", builtWith: nil)
        let checks = DebugReadiness(
            facts(host, tools: [old, other]),
            compatibility: Self.compatibility
        ).checks
        let check = try #require(checks.first { $0.identifier == .delveCompatibility })
        #expect(check.verdict == .degraded, "\(check)")
        #expect(check.evidence[0].contains("/home/dev/go/bin/dlv 1.9.1"), "\(check)")
    }

    @Test func `a Go without a compatible Delve is reported with the reason`() async throws {
        let host = try await host()
        let compatibilityCheck = {
            (tools: [FoundTool], compatibility: Compatibility?) throws -> DoctorCheck in
            try #require(
                DebugReadiness(self.facts(host, tools: tools), compatibility: compatibility).checks
                    .first { $0.identifier == .delveCompatibility }
            )
        }
        let old = FoundTool(path: "/b/dlv", tool: "dlv", version: "1.9.1", builtWith: nil)
        let check = try compatibilityCheck([old], Self.compatibility)
        #expect(
            check.verdict == .degraded
                && check.evidence[0].contains("1.9.1: it supports up to go1.19")
        )
        #expect(check.fix == ["gotoolprov ensure go1.21.0 dlv"])
        #expect(try compatibilityCheck([old, Self.dlv], Self.compatibility).verdict == .ok)
        #expect(try compatibilityCheck([], Self.compatibility).verdict == .unknown)
        #expect(try compatibilityCheck([Self.dlv], nil).verdict == .unknown)
        let nameless = FoundTool(path: "/b/dlv", tool: "dlv", version: nil, builtWith: nil)
        #expect(try compatibilityCheck([nameless], Self.compatibility).verdict == .unknown)
        let gopls = FoundTool(path: "/b/gopls", tool: "gopls", version: "1.25.0", builtWith: nil)
        #expect(try compatibilityCheck([gopls], Self.compatibility).verdict == .unknown)
    }

    @Test func `a noexec temporary directory is fixed in the user's settings file`()
        async throws
    {
        let table =
            HostFixture.mount("/", "ext4")
            + HostFixture.mount("/tmp", "tmpfs", options: "rw,noexec")
        let host = try await host(["proc/self/mountinfo": table])
        let remedies = { (variables: [String: String]) in
            DebugReadiness(
                self.facts(host, variables: variables),
                compatibility: Self.compatibility
            ).checks
                .flatMap(\.remedies)
        }
        #expect(
            remedies([:]) == [
                .setGoVariable(
                    name: "GOTMPDIR",
                    directory: "/home/dev/.cache/go-tmp",
                    file: "/home/dev/.config/go/env"
                )
            ]
        )
        // The user's own settings are kept.
        #expect(remedies(["GOTMPDIR": "/tmp/x"]) == [])
        #expect(remedies(["GOENV": "off"]) == [])
        #expect(remedies(["TMPDIR": "/home/dev"]) == [])
    }

    @Test func `an exposed Delve blocks and is reported with a safe alternative`() async throws {
        let host = try await host([
            "proc/12/status": "Uid:\t1000\t1000\t1000\t1000\n", "proc/12/comm": "dlv\n",
            "proc/12/cmdline": "dlv\u{0}dap\u{0}", "proc/net/tcp": ListenerTests.head,
            "proc/net/tcp6": ListenerTests.row("00000000000000000000000000000000:0929"),
        ])
        try await host.link("proc/12/exe", to: "/home/dev/go/bin/dlv")
        try await host.link("proc/12/fd/3", to: "socket:[4711]")
        let readiness = DebugReadiness(facts(host), compatibility: Self.compatibility)
        let check = try #require(
            readiness.checks.first { $0.identifier == .delveListeners }
        )
        #expect(check.verdict == .blocked && readiness.verdict == .blocked)
        let evidence = check.evidence.joined()
        #expect(evidence.contains("process 12 of dev") && evidence.contains("[::]:2345"))
        #expect(evidence.contains("remote code execution"))
        #expect(check.fix.joined().contains("--listen=127.0.0.1:2345"))
        #expect(check.fix.joined().contains("ssh -NL 2345:127.0.0.1:2345 dev@build7"))
        #expect(!check.fix.joined().contains("0.0.0.0") && check.remedies.isEmpty)
    }

    /// A variable whose value is not a directory, its origin, the shell, and the fix.
    @Test(
        arguments: [
            ("GOTMPDIR", "environment", "/bin/bash", "unset GOTMPDIR"),
            ("GOTMPDIR", "environment", "/usr/bin/fish", "set -e GOTMPDIR"),
            ("GOTMPDIR", "environment", "/bin/tcsh", "unsetenv GOTMPDIR"),
            ("GOTMPDIR", "user's file", "/bin/bash", "go env -u GOTMPDIR"),
            ("GOTMPDIR", "go.env", "/bin/bash", "gotoolprov verify --repair go1.21.0"),
            ("GOCACHE", "environment", "/bin/zsh", "unset GOCACHE"),
            ("GOCACHE", "environment", "/usr/bin/fish", "set -e GOCACHE"),
            ("GOCACHE", "user's file", "/usr/bin/fish", "go env -u GOCACHE"),
            ("GOCACHE", "go.env", "/usr/bin/fish", "gotoolprov verify --repair go1.21.0"),
            ("TMPDIR", "environment", "/usr/bin/fish", "set -e TMPDIR"),
            ("TMPDIR", "environment", "/bin/sh", "unset TMPDIR"),
        ]
    )
    func `a setting that is not a directory is removed where it was set`(
        name: String,
        place: String,
        shell: String,
        fix: String
    ) async throws {
        var variables = ["SHELL": shell]
        var changes: [String: String?] = [:]
        let line = "\(name)=/etc/passwd\n"
        switch place {
        case "environment": variables[name] = "/etc/passwd"
        case "user's file": changes["home/dev/.config/go/env"] = line
        default: changes["home/dev/sdk/go1.21.0/go.env"] = line
        }
        let host = try await host(changes)
        let fixes = { (variables: [String: String]) in
            let identifier = name == "GOCACHE" ? "go.cache" : "host.temporary-directory"
            return DebugReadiness(
                self.facts(host, variables: variables),
                compatibility: Self.compatibility
            ).checks
                .filter { $0.identifier.rawValue == identifier }.flatMap(\.fix)
        }
        #expect(fixes(variables) == [fix])
        guard place == "user's file" else { return }
        // Settings that make `go env` fail are overridden; without a `go`, the line is deleted.
        let switched = variables.merging(["GOTOOLCHAIN": "go1.22.10"]) { $1 }
        #expect(fixes(switched) == ["GOTOOLCHAIN=local \(fix)"])
        let inCsh = switched.merging(["SHELL": "/bin/csh"]) { $1 }
        #expect(fixes(inCsh) == ["env GOTOOLCHAIN=local \(fix)"])
        let without = variables.merging(["PATH": "/usr/bin"]) { $1 }
        #expect(fixes(without) == ["sed -i '/^\(name)=/d' '/home/dev/.config/go/env'"])
    }

    @Test func `another temporary directory is set where it takes effect`() async throws {
        let table =
            HostFixture.mount("/", "ext4")
            + HostFixture.mount("/tmp", "tmpfs", options: "rw,noexec")
        let start = "mkdir -p '/home/dev/.cache/go-tmp' && "
        let directory = "'/home/dev/.cache/go-tmp'"
        for (variables, file, command) in [
            ([:], nil, "go env -w GOTMPDIR=\(directory)"),
            ([:], "GOTMPDIR=/tmp\n", "go env -w GOTMPDIR=\(directory)"),
            (["GOTMPDIR": "/tmp"], nil, "export GOTMPDIR=\(directory)"),
            (["GOTMPDIR": "/tmp", "SHELL": "/bin/fish"], nil, "set -gx GOTMPDIR \(directory)"),
            (["GOTMPDIR": "/tmp", "SHELL": "/bin/tcsh"], nil, "setenv GOTMPDIR \(directory)"),
            (["GOENV": "off"], nil, "export GOTMPDIR=\(directory)"),
            // Without a `go` there is no `go env -w`.
            (["PATH": "/usr/bin"], nil, "export GOTMPDIR=\(directory)"),
        ] as [([String: String], String?, String)] {
            let host = try await host([
                "proc/self/mountinfo": table, "home/dev/.config/go/env": file,
            ])
            let checks = DebugReadiness(
                facts(host, variables: variables),
                compatibility: Self.compatibility
            ).checks
            let check = try #require(checks.first { $0.identifier == .temporaryDirectory })
            #expect(check.fix == [start + command], "\(variables): \(check)")
        }
    }

    @Test func `the fix for an unusable build cache is for the user's shell`() async throws {
        let table =
            HostFixture.mount("/", "ext4")
            + HostFixture.mount("/home/dev/.cache", "ext4", options: "ro")
        let host = try await host([
            "proc/self/mountinfo": table, "home/dev/.cache/x": "", "etc/passwd": nil,
        ])
        for (shell, command) in [
            ("/bin/sh", "export GOCACHE='/tmp/go-build'"),
            ("/bin/fish", "set -gx GOCACHE '/tmp/go-build'"),
        ] {
            let readiness = DebugReadiness(
                facts(host, variables: ["SHELL": shell]),
                compatibility: Self.compatibility
            )
            let check = try #require(readiness.checks.first { $0.identifier == .goCache })
            #expect(check.fix == [command], "\(check)")
        }
        let homeless = ["HOME": "", "SHELL": "/usr/bin/fish"]
        let checks = DebugReadiness(
            facts(host, variables: homeless),
            compatibility: Self.compatibility
        ).checks
        let check = try #require(checks.first { $0.identifier == .goCache })
        #expect(check.fix == ["set -gx HOME '/root'"], "\(check)")
    }
}
