import HostInspection
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

/// The assessment of whole hosts: the rows of docs/facts/debugging.md#host-checks.
@Suite(.unitLimit)
struct ReadinessTests {
    static let status =
        "Name:\tx\nTracerPid:\t0\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0\n"
        + "CapBnd:\t000001ffffffffff\nNoNewPrivs:\t0\nSeccomp:\t0\n"

    static let limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max file size             unlimited            unlimited            bytes
        Max processes             unlimited            unlimited            processes
        Max open files            1024                 524288               files
        Max address space         unlimited            unlimited            bytes

        """

    /// The files of a host that passes all checks.
    static let healthy = [
        "proc/sys/kernel/osrelease": "6.1.0-18-amd64\n", "proc/self/status": status,
        "proc/self/limits": limits,
        "proc/sys/kernel/hostname": "build7\n", "proc/1/comm": "systemd\n",
        "proc/self/mountinfo": HostFixture.mount("/", "ext4", source: "/dev/sda1"),
        "proc/sys/fs/inotify/max_user_watches": "524288\n",
        "etc/ssh/sshd_config": "Port 22\n", "etc/passwd": "dev:x:1000:1000::/home/dev:/bin/sh\n",
        "lib/x86_64-linux-gnu/libc.so.6": "stable release version 2.36.\n",
        "lib64/ld-linux-x86-64.so.2": "", "usr/lib64/libstdc++.so.6": "\u{0}GLIBCXX_3.4.30\u{0}",
        "home/dev/w/go.mod": "go 1.21\n", "tmp/x": "",
        "home/dev/sdk/go1.21.0/VERSION": "go1.21.0\n", "home/dev/sdk/go1.21.0/go.env": "",
        "home/dev/sdk/go1.21.0/.gotoolprov/receipt.json": "{}",
    ]

    func host(_ changes: [String: String?] = [:]) async throws -> HostFixture {
        var files = Self.healthy
        for (name, text) in changes { files[name] = text }
        let host = try HostFixture(files)
        let program = HostFixture.program(interpreter: "/lib64/ld-linux-x86-64.so.2")
        if changes["bin/sh"] == nil { try host.directory.write("bin/sh", program) }
        for name in ["bash", "tar", "curl"] {
            try host.directory.write("usr/bin/\(name)", program, mode: 0o755)
        }
        try host.directory.write("home/dev/sdk/go1.21.0/bin/go", HostFixture.program(), mode: 0o755)
        try host.directory.write("home/dev/go/bin/.keep", "")
        try await host.link("home/dev/go/bin/go", to: "/home/dev/sdk/go1.21.0/bin/go")
        return host
    }

    static let dlv = FoundTool(
        path: "/home/dev/go/bin/dlv",
        tool: "dlv",
        version: "1.25.0",
        builtWith: GoVersion("1.21.0")
    )

    func facts(
        _ host: HostFixture,
        probe: TracingProbe = TracingTests.works,
        variables: [String: String] = [:],
        tools: [FoundTool] = [dlv]
    ) -> DebugFacts {
        let setting = HostFacts.Setting(
            sdkRoot: "/home/dev/sdk",
            goBin: "/home/dev/go/bin",
            environment: HostEnvironment(
                variables: ["HOME": "/home/dev", "PATH": "/home/dev/go/bin:/usr/bin"]
                    .merging(variables) { $1 },
                currentDirectory: "/home/dev/w",
                umask: 0o022
            ),
            tools: tools
        )
        return DebugFacts.gathered(
            HostFacts.gathered(setting, in: host.files),
            in: host.files,
            probe: { probe }
        )
    }

    /// Delve 1.25.0, and 1.9.1, which only supports old Go versions.
    static let compatibility: Compatibility? = {
        let catalog = """
            {"schemaVersion": 1, "updated": "2026-11-22", "delve": [
            {"version": "1.25.0", "source": {"file": "a", "sha256": "\(String(repeating: "a", count: 64))"},
             "accepts": {"min": "1.18", "max": "1.24"}},
            {"version": "1.9.1", "source": {"file": "b", "sha256": "\(String(repeating: "b", count: 64))"},
             "accepts": {"min": "1.16", "max": "1.19"}}]}
            """
        return (try? Catalog(parsing: Array(catalog.utf8), voucher: .builtIn)).map {
            Compatibility($0.tools, on: .amd64)
        }
    }()

    @Test func `a host that passes all checks is ready`() async throws {
        let host = try await host()
        let readiness = DebugReadiness(facts(host), compatibility: Self.compatibility)
        for check in readiness.checks { #expect(check.verdict == .ok, "\(check)") }
        #expect(readiness.verdict == .ok && readiness.verdict.exitStatus == 0)
        let identifiers = readiness.checks.map(\.identifier)
        #expect(identifiers.count == DoctorCheck.Identifier.allCases.count)
        #expect(Set(identifiers) == Set(DoctorCheck.Identifier.allCases))
        #expect(readiness.checks.allSatisfy { !$0.evidence.isEmpty && $0.fix.isEmpty })
    }

    /// A change to that host, and the check that reports it.
    @Test(
        arguments: [
            (
                "host.wsl", "blocked", ["proc/sys/kernel/osrelease": "4.4.0-19041-Microsoft"],
                "WSL 1"
            ),
            (
                "host.wsl", "ok", ["proc/sys/kernel/osrelease": "4.19.128-microsoft-standard"],
                "WSL 2"
            ),
            (
                "host.wsl", "ok", ["proc/sys/kernel/osrelease": "5.15.1-microsoft-standard-WSL2"],
                "WSL 2"
            ),
            (
                "host.wsl", "ok", ["run/WSL/1": "", "proc/sys/kernel/osrelease": "6.9.1-mine"],
                "6.9.1-mine"
            ),
            (
                "host.wsl", "ok",
                [".dockerenv": "", "proc/sys/kernel/osrelease": "5.15.1-microsoft-standard-WSL2"],
                "WSL 2"
            ),
            ("host.wsl", "unknown", ["proc/sys/kernel/osrelease": nil], "cannot be read"),
            ("tracing.launch", "ok", ["proc/vz/x": ""], "works"),
            (
                "host.sdk-directory", "blocked",
                ["proc/self/mountinfo": HostFixture.mount("/", "ext4", options: "rw,noexec")],
                "noexec"
            ),
            (
                "host.sdk-directory", "degraded",
                ["proc/self/mountinfo": HostFixture.mount("/", "9p", source: "drvfs")], "Windows"
            ),
            (
                "host.sdk-directory", "degraded",
                ["proc/self/mountinfo": HostFixture.mount("/", "ext4", options: "ro")], "read-only"
            ),
            ("host.sdk-directory", "unknown", ["proc/self/mountinfo": nil], "cannot determine"),
            (
                "host.temporary-directory", "degraded",
                [
                    "proc/self/mountinfo": HostFixture.mount("/", "ext4")
                        + HostFixture.mount("/tmp", "tmpfs", options: "rw,noexec")
                ], "go run"
            ),
            (
                "host.temporary-directory", "degraded",
                [
                    "proc/self/mountinfo": HostFixture.mount("/", "ext4")
                        + HostFixture.mount("/home/dev/w", "nfs", options: "rw,noexec")
                ], "dlv debug"
            ),
            ("host.inotify", "degraded", ["proc/sys/fs/inotify/max_user_watches": "8192"], "8192"),
            (
                "host.limits", "blocked",
                ["proc/self/limits": "Max address space 700000000 700000000 bytes\n"], "RLIMIT_AS"
            ),
            (
                "host.limits", "degraded",
                ["proc/self/limits": "Max processes             4    4   processes\n"],
                "RLIMIT_NPROC"
            ),
            ("host.limits", "unknown", ["proc/self/limits": nil], "cannot be read"),
            (
                "tracing.launch", "blocked",
                [
                    "proc/1/comm": nil, "proc/self/status": nil,
                    "proc/self/limits": nil, "proc/self/mountinfo": nil,
                ], "not mounted"
            ),
            ("host.inotify", "unknown", ["proc/sys/fs/inotify/max_user_watches": nil], "cannot"),
            ("go.env-file", "degraded", ["home/dev/sdk/go1.21.0/go.env": nil], "go.env"),
            ("go.switching", "degraded", ["home/dev/w/go.mod": "go 1.27.3\n"], "go1.27.3"),
            ("go.switching", "ok", ["home/dev/w/go.mod": nil], "no go.mod"),
            (
                "go.switching", "degraded", ["home/dev/w/go.mod": "go 1.21\ntoolchain go1.28\n"],
                "go1.28 is not on PATH"
            ),
            (
                "go.switching", "degraded",
                ["home/dev/w/go.mod": "go 1.21\ntoolchain go1.28.0-custom\n"], "go1.28.0-custom"
            ),
            (
                "go.switching", "degraded",
                ["home/dev/w/go.mod": "go 1.28\ntoolchain default\n"], "toolchain default"
            ),
            (
                "go.switching", "degraded",
                [
                    "home/dev/w/go.mod": nil,
                    "home/dev/.config/go/env": "GOTOOLCHAIN=go1.22.10+path\n",
                ], "go1.22.10 is not on PATH"
            ),
            (
                "go.switching", "degraded",
                ["ws/go.work": "go 1.28.3\n", "home/dev/.config/go/env": "GOWORK=/ws/go.work\n"],
                "go1.28.3 is not on PATH"
            ),
            (
                "go.switching", "degraded",
                [
                    "home/dev/w/go.mod": "go 1.22\n",
                    "home/dev/.config/go/env": "GOTOOLCHAIN=local\n",
                ], "local"
            ),
            ("go.settings", "degraded", ["home/dev/.config/go/env": "GOFLAGS=-ldflags=-w\n"], "-w"),
            (
                "ssh.forwarding", "degraded", ["etc/ssh/sshd_config": "AllowTcpForwarding no"],
                "no in"
            ),
            (
                "ssh.forwarding", "unknown", ["etc/ssh/sshd_config": nil],
                "sshd_config does not exist"
            ),
            (
                "editor.server", "degraded",
                ["lib/x86_64-linux-gnu/libc.so.6": "stable release version 2.17."], "2.17"
            ),
            ("editor.server", "degraded", ["usr/lib64/libstdc++.so.6": nil], "not found"),
            ("host.temporary-directory", "degraded", ["tmp/x": nil], "does not exist"),
            (
                "go.switching", "degraded",
                [
                    "home/dev/w/go.mod": "go 1.26\n",
                    "home/dev/.config/go/env": "GOTOOLCHAIN=go1.24.1\n",
                ], "keeps Go at that version"
            ),
            (
                "go.switching", "degraded",
                ["home/dev/w/go.mod": "go 1.22\n", "home/dev/sdk/go1.21.0/VERSION": "go1.19.8\n"],
                "cannot switch versions"
            ),
            (
                "go.goroot", "degraded", ["home/dev/.config/go/env": "GOROOT=/nowhere\n"],
                "not a Go toolchain"
            ),
            (
                "ssh.forwarding", "degraded",
                ["etc/ssh/sshd_config": "AllowTcpForwarding yes\nMatch all\nAllowTcpForwarding no"],
                "no in"
            ),
            (
                "ssh.forwarding", "degraded", ["etc/ssh/sshd_config": "PermitOpen none"],
                "PermitOpen none"
            ),
            ("ssh.forwarding", "ok", ["etc/ssh/sshd_config": "Include none.conf\n"], "not set"),
            ("dlv.listeners", "unknown", ["proc/self/status": nil, "proc/1/comm": nil], "/proc"),
        ] as [(String, String, [String: String?], String)]
    )
    func `a problem is reported by its check`(
        identifier: String,
        verdict: String,
        changes: [String: String?],
        evidence: String
    ) async throws {
        let host = try await host(changes)
        let readiness = DebugReadiness(facts(host), compatibility: Self.compatibility)
        let check = try #require(
            readiness.checks.first { $0.identifier.rawValue == identifier }
        )
        #expect(check.verdict.rawValue == verdict, "\(check)")
        #expect(check.evidence.joined(separator: "\n").contains(evidence), "\(check.evidence)")
        #expect(readiness.verdict >= (verdict == "unknown" ? .ok : check.verdict))
    }

    @Test func `the compatibility of a Delve newer than the catalog is unknown`() async throws {
        let host = try await host()
        try host.directory.write("home/dev/go/bin/dlv", HostFixture.program(), mode: 0o755)
        func tool(_ path: String, _ version: String) -> FoundTool {
            FoundTool(path: path, tool: "dlv", version: version, builtWith: nil)
        }
        let newer = tool("/home/dev/go/bin/dlv", "1.99.0")
        for (tools, verdict) in [
            ([newer], DoctorCheck.Verdict.unknown), ([newer, tool("/b/dlv", "1.9.1")], .unknown),
            ([tool("/b/dlv", "1.99.0"), Self.dlv], .ok),
        ] {
            let checks = DebugReadiness(
                facts(host, tools: tools),
                compatibility: Self.compatibility
            ).checks
            let check = try #require(checks.first { $0.identifier == .delveCompatibility })
            #expect(check.verdict == verdict, "\(check)")
            let words = "1.99.0: it has no Go version range in the catalog"
            let isReported = check.evidence.joined().contains(words)
            #expect(isReported == (verdict == .unknown), "\(check)")
        }
    }

    @Test func `tracing is not tested on WSL 1`() async throws {
        let host = try await host(["proc/sys/kernel/osrelease": "4.4.0-19041-Microsoft"])
        let facts = facts(host)
        #expect(facts.probe == nil)
        let readiness = DebugReadiness(facts, compatibility: Self.compatibility)
        #expect(readiness.verdict == .blocked && readiness.verdict.exitStatus == 20)
    }

    @Test func `Alpine is assessed with its limitations`() async throws {
        let host = try await host([
            "bin/sh": "", "lib/ld-musl-x86_64.so.1": "x\u{0}musl libc\u{0}1.2.5\u{0}",
            "etc/os-release": "ID=alpine\nVERSION_ID=3.22.1\n", "lib64/ld-linux-x86-64.so.2": nil,
            "lib/x86_64-linux-gnu/libc.so.6": nil, "usr/lib64/libstdc++.so.6": nil,
        ])
        try host.directory.write(
            "bin/sh",
            HostFixture.program(interpreter: "/lib/ld-musl-x86_64.so.1")
        )
        let facts = facts(host)
        #expect(facts.host.library.kind == .musl && facts.host.library.version == "1.2.5")
        #expect(facts.host.operatingSystem?.identifier == "alpine")
        #expect(facts.host.incompatibility(with: try #require(GoVersion("1.20.14"))) != nil)
        #expect(facts.host.incompatibility(with: try #require(GoVersion("1.21.0"))) == nil)
        let readiness = DebugReadiness(facts, compatibility: Self.compatibility)
        // Tracing depends on the kernel, not on the C library.
        #expect(readiness.checks.first?.verdict == .ok)
        #expect(
            readiness.checks.first { $0.identifier == .editorServer }?.verdict == .degraded
        )
    }

    @Test func `an empty root is assessed as blocked`() throws {
        let host = try HostFixture()
        let probe = TracingProbe(
            launch: .notTried,
            attachToChild: .notTried,
            attachToOther: .notTried
        )
        let readiness = DebugReadiness(facts(host, probe: probe, tools: []), compatibility: nil)
        // Without /proc, Delve does not work.
        #expect(readiness.verdict == .blocked)
        #expect(readiness.checks[0].verdict == .blocked)
        #expect(
            readiness.checks.filter { $0.verdict == .ok }.map(\.identifier.rawValue).sorted()
                == ["go.cache", "go.env-file", "go.goroot", "go.settings", "go.switching"]
        )
    }
}
