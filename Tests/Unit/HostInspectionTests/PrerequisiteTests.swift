import HostInspection
import TestSupport
import Testing
import ToolchainCore

/// sshd, the VS Code server, inotify and go.mod: see docs/facts/debugging.md#ssh-forwarding and
/// docs/facts/debugging.md#vs-code-server-prerequisites.
@Suite(.unitLimit)
struct PrerequisiteTests {
    @Test(
        arguments: [
            (["sshd_config": "Port 22\n"], "allowed"),
            (["sshd_config": "AllowTcpForwarding no\n"], "refused"),
            (["sshd_config": "allowtcpforwarding=local\r\n"], "allowed"),
            (["sshd_config": "AllowTcpForwarding \"remote\"\n"], "refused"),
            // The first value takes effect.
            (["sshd_config": "AllowTcpForwarding yes\nAllowTcpForwarding no\n"], "allowed"),
            (["sshd_config": "#AllowTcpForwarding no\n"], "allowed"),
            (["sshd_config": "AllowTcpForwarding yes\nDisableForwarding yes\n"], "refused"),
            (
                [
                    "sshd_config":
                        "Include /etc/ssh/sshd_config.d/*.conf\nAllowTcpForwarding yes\n",
                    "sshd_config.d/50-cloud.conf": "AllowTcpForwarding no\n",
                    "sshd_config.d/60.conf": "AllowTcpForwarding yes\n",
                    "sshd_config.d/.hidden.conf": "AllowTcpForwarding yes\n",
                ], "refused"
            ),
            (
                [
                    "sshd_config": "Include sshd_config.d/?.conf\n",
                    "sshd_config.d/10.conf": "AllowTcpForwarding no\n",
                ], "allowed"
            ),
            (["sshd_config": "Match User git\n  AllowTcpForwarding no\n"], "depends"),
            (["sshd_config": "Match User git\n  AllowTcpForwarding yes\n"], "allowed"),
            (["sshd_config": "Match all\nAllowTcpForwarding no\n"], "refused"),
            (["sshd_config": "Include sshd_config\n"], "unknown"), ([:], "absent"),
            (["sshd_config": "Include /etc/ssh/missing.conf\n"], "allowed"),
        ] as [([String: String], String)]
    )
    func `sshd_config is parsed as by sshd`(files: [String: String], expected: String)
        throws
    {
        let host = try HostFixture()
        for (name, text) in files { try host.directory.write("etc/ssh/\(name)", text) }
        let found = SecureShellServer.detected(in: host.files)
        #expect(found.forwarding.rawValue == expected, "\(found)")
        #expect(!found.evidence.isEmpty)
    }

    private func requirements(_ host: HostFixture, _ library: CLibrary.Kind) -> [String: Bool?] {
        let found = EditorPrerequisites.detected(
            in: host.files,
            library: CLibrary.detected(in: host.files),
            isInWindows: false,
            path: SearchPath("/usr/bin")
        )
        return Dictionary(uniqueKeysWithValues: found.requirements.map { ($0.what, $0.isMet) })
    }

    @Test(arguments: [
        ("6.1.0-18-amd64", "2.36", 30, true, true, true),
        ("3.10.0-1160", "2.17", 19, false, false, false),
        ("4.18.0", "2.28", 25, true, true, true), ("4.17.9", "2.27", 24, false, false, false),
        ("5.4.0-microsoft-standard", "2.100", 33, true, true, true),
    ])
    func `versions are compared as numbers`(
        kernel: String,
        library: String,
        standard: Int,
        kernelIsMet: Bool,
        libraryIsMet: Bool,
        standardIsMet: Bool
    ) throws {
        let host = try HostFixture([
            "proc/sys/kernel/osrelease": kernel,
            "lib/x86_64-linux-gnu/libc.so.6": "stable release version \(library).\n",
            "usr/lib/x86_64-linux-gnu/libstdc++.so.6":
                "x\u{0}GLIBCXX_3.4.9\u{0}GLIBCXX_3.4.\(standard)\u{0}GLIBCXX_3.4\u{0}",
        ])
        try host.directory.write(
            "bin/sh",
            HostFixture.program(interpreter: "/lib64/ld-linux-x86-64.so.2")
        )
        let requirements = requirements(host, .glibc)
        #expect(requirements["kernel 4.18"] == kernelIsMet)
        #expect(requirements["glibc 2.28"] == libraryIsMet)
        #expect(requirements["libstdc++ GLIBCXX_3.4.25"] == standardIsMet)
        #expect(requirements["bash"] == false && requirements["curl or wget"] == false)
    }

    @Test func `unreadable versions are unknown`() throws {
        let host = try HostFixture()
        let requirements = requirements(host, .none)
        #expect(requirements["kernel 4.18"] == .some(nil) && requirements["glibc 2.28"] == false)
        #expect(requirements["libstdc++ GLIBCXX_3.4.25"] == false)
    }

    @Test func `the libstdc++ version of this host is detected`() async throws {
        let found = EditorPrerequisites.detected(
            in: RootedFiles(),
            library: CLibrary.detected(in: RootedFiles()),
            isInWindows: false,
            path: SearchPath("/usr/bin:/bin")
        )
        let result = try await shell(
            "strings -a /usr/lib/*/libstdc++.so.6 | grep '^GLIBCXX_3.4.[0-9]*$' | sort -uV | tail -1"
        )
        let standard = try #require(found.requirements.first { $0.what.hasPrefix("libstdc++") })
        if result.output.hasPrefix("GLIBCXX_") {
            #expect("GLIBCXX_\(standard.found)\n" == result.output)
        }
        #expect(found.requirements.first { $0.what == "bash" }?.isMet == true)
    }

    @Test(
        arguments: [
            ("module x\n\ngo 1.26\n", "1.26.0"), ("go 1.20\n", "1.20"),
            ("go 1.21.3 // why\n", "1.21.3"),
            ("go 1.22\ntoolchain go1.27.3\n", "1.27.3"),
            ("go 1.27.1\ntoolchain go1.22.0\n", "1.27.1"),
            ("go 1.22.0\ntoolchain default\n", "1.22.0"), ("go 1.24rc1\n", "1.24rc1"),
            ("go 1.21\ntoolchain go1.28\n", "1.28.0"),
            ("go 1.21\ntoolchain go1.28.0-custom\n", "1.28.0-custom"),
            ("module go\n", nil), ("go x\n", nil), ("// go 1.22\n", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `the version in go-mod is parsed as by Go`(text: String, version: String?) {
        #expect(GoModuleFile(path: "/go.mod", text: text)?.version.description == version)
    }

    @Test func `the nearest file applies, and go-work before go-mod`() throws {
        let host = try HostFixture([
            "w/go.mod": "go 1.21.0\n", "w/a/b/x": "", "w/a/go.mod": "go 1.22.0\n",
        ])
        #expect(GoModuleFile.nearest(to: "/w/a/b", in: host.files)?.path == "/w/a/go.mod")
        #expect(GoModuleFile.nearest(to: "/w", in: host.files)?.version.description == "1.21.0")
        #expect(GoModuleFile.nearest(to: "/", in: host.files) == nil)
        try host.directory.write("w/go.work", "go 1.25\n")
        #expect(GoModuleFile.nearest(to: "/w/a/b", in: host.files)?.version.description == "1.25.0")
        #expect(GoModuleFile.nearest(to: nil, in: host.files) == nil)
    }
}
