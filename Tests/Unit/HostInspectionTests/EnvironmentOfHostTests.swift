import HostInspection
import TestSupport
import Testing
import ToolchainCore

/// WSL, containers, distribution, systemd and processors: see
/// docs/facts/debugging.md#containers-and-wsl.
@Suite(.unitLimit)
struct EnvironmentOfHostTests {
    static let osrelease = "proc/sys/kernel/osrelease"
    static let hash = String(repeating: "0123456789abcdef", count: 4)

    private static let firstNamespaces = [
        "pid": "pid:[4026531836]", "cgroup": "cgroup:[4026531835]", "ipc": "ipc:[4026531839]",
    ]

    /// The results of systemd-detect-virt on such hosts.
    @Test(
        arguments: [
            (["proc/cpuinfo": "flags\t\t: fpu hypervisor sse\n"], true, "vm", nil),
            (["sys/class/dmi/id/sys_vendor": "QEMU\n"], true, "vm", "qemu"),
            (["sys/class/dmi/id/product_name": "VMware7,1"], true, "vm", "vmware"),
            (["sys/class/dmi/id/sys_vendor": "Dell Inc."], true, "none", nil),
            (["proc/cpuinfo": "flags\t\t: fpu sse\n"], true, "none", nil),
            // Microsoft and Amazon also offer bare-metal machines.
            (
                [
                    "sys/class/dmi/id/sys_vendor": "Microsoft Corporation",
                    "proc/cpuinfo": "flags : fpu\n",
                ], true, "none", nil
            ),
            (
                [
                    "sys/class/dmi/id/sys_vendor": "Amazon EC2",
                    "proc/cpuinfo": "flags : hypervisor\n",
                ],
                true, "vm", "amazon"
            ),
            // A virtual machine made from a container image has the file, too.
            ([".dockerenv": "", "sys/class/dmi/id/sys_vendor": "QEMU"], true, "vm", "qemu"),
            (
                [".dockerenv": "", "sys/class/dmi/id/sys_vendor": "QEMU"], false, "container",
                "docker"
            ),
            (["run/systemd/container": "lxc\n"], true, "container", "lxc"),
            (["proc/1/environ": "container=podman\u{0}"], true, "container", "podman"),
            (["proc/vz/x": ""], true, "container", "openvz"), ([:], false, "container", nil),
            (["proc/1/cgroup": "0::/system.slice/docker-report.service\n"], true, "unknown", nil),
            ([:], true, "unknown", nil),
        ] as [([String: String], Bool, String, String?)]
    )
    func `namespaces and firmware decide what a host runs in`(
        files: [String: String],
        isInFirstNamespaces: Bool,
        kind: String,
        name: String?
    ) async throws {
        let host = try HostFixture(files)
        for (space, target) in Self.firstNamespaces {
            try await host.link(
                "proc/self/ns/\(space)",
                to: isInFirstNamespaces ? target : "\(space):[4026532000]"
            )
        }
        let found = Virtualization.detected(in: host.files)
        #expect(found.kind.rawValue == kind && found.name == name, "\(found)")
        #expect(!found.evidence.isEmpty)
    }

    @Test(arguments: [
        ("4.4.0-19041-Microsoft\n", [], "1"),
        ("4.4.0-43-Microsoft", ["mnt/wslg/x"], "1"),
        ("5.15.167.4-microsoft-standard-WSL2", [], "2"),
        // systemd itself does not recognize this one.
        ("4.19.128-microsoft-standard", [], "2"),
        ("6.6.87.2-microsoft-standard-WSL2+", [], "2"),
        // A custom kernel does not name Microsoft.
        ("6.12.1-mine", ["run/WSL/1_interop"], "2"),
        ("6.12.1-mine", ["proc/sys/fs/binfmt_misc/WSLInterop-late"], "2"),
        ("6.12.1-mine", ["proc/sys/fs/binfmt_misc/WSLInterop"], "2"),
        ("6.1.0-18-amd64", [], "no"),
        ("6.5.0-1016-azure", [], "no"),
        // Similar names are unknown.
        ("4.4.0-x-Microsoft", [], "unknown"), ("4.4.0-19041-Microsoft-x", [], "unknown"),
        ("", [], "unknown"),
        // Kernel names are compared word by word, and WSL 1 always reports 4.4.0.
        ("6.1.0-swslab-amd64", [], "no"), ("5.15.0-microsoft-custom", [], "no"),
        ("3.4.0-Microsoft", [], "no"), ("5.15.0-microsoft-custom", ["run/WSL/1"], "2"),
        ("5.10.0-WSL2-mine", [], "2"),
    ])
    func `WSL is detected from the kernel and the markers`(
        release: String,
        markers: [String],
        expected: String
    ) throws {
        let host = try HostFixture([Self.osrelease: release])
        for marker in markers { try host.directory.write(marker, "") }
        let found = SubsystemForLinux.detected(in: host.files)
        #expect(found.generation.rawValue == expected, "\(found)")
        #expect(expected == "no" || !found.evidence.isEmpty)
    }

    @Test func `a root without proc is unknown, not "no"`() throws {
        let host = try HostFixture()
        #expect(SubsystemForLinux.detected(in: host.files).generation == .unknown)
    }

    @Test(
        arguments: [
            ([".dockerenv": ""], ["docker"]),
            (["run/.containerenv": "engine=\"podman-4.3.1\"\n"], ["podman"]),
            (["run/systemd/container": "lxc\n"], ["lxc"]),
            (["run/host/container-manager": "systemd-nspawn"], ["systemd-nspawn"]),
            (["proc/1/environ": "PATH=/bin\u{0}container=podman\u{0}"], ["podman"]),
            (["proc/1/cgroup": "12:pids:/docker/\(hash)\n"], ["docker"]),
            (["proc/1/cgroup": "0::/system.slice/docker-\(hash).scope\n"], ["docker"]),
            (["proc/1/cgroup": "0::/machine.slice/libpod-\(hash).scope\n"], ["podman"]),
            // Names of services and users do not count.
            (["proc/self/cgroup": "0::/system.slice/docker-report.service\n"], []),
            (["proc/self/cgroup": "0::/system.slice/my-lxc-thing.service\n"], []),
            (["proc/1/cgroup": "1:name=systemd:/kubepods/besteffort/pod1\n"], ["kubernetes"]),
            // cgroup v2 in a separate namespace contains nothing else.
            (["proc/1/cgroup": "0::/\n"], []),
            (["proc/vz/version": ""], ["openvz"]),
            // A host of OpenVZ containers.
            (["proc/vz/version": "", "proc/bc/x": ""], []),
            (
                [
                    "proc/self/status": "Name:\tx\nTracerPid:\t77\n",
                    "proc/77/comm": "proot-x86_64\n",
                ],
                ["proot"]
            ),
            (["proc/self/status": "TracerPid:\t77\n", "proc/77/comm": "strace\n"], []),
            // Control characters are not printed.
            (["run/systemd/container": "\u{1B}[31mevil"], []),
            ([:], []),
        ] as [([String: String], [String])]
    )
    func `traces of containers are listed`(files: [String: String], kinds: [String]) throws {
        let host = try HostFixture(files)
        #expect(ContainerMarker.detected(in: host.files).map(\.kind) == kinds)
    }

    @Test func `Docker on WSL 2 shows both`() throws {
        let host = try HostFixture([
            Self.osrelease: "5.15.167.4-microsoft-standard-WSL2", ".dockerenv": "",
        ])
        #expect(SubsystemForLinux.detected(in: host.files).generation == .two)
        #expect(ContainerMarker.detected(in: host.files).map(\.kind) == ["docker"])
    }

    @Test func `os-release is parsed as by a shell`() async throws {
        let host = try HostFixture([
            "usr/lib/os-release":
                "# a comment\nNAME=\"Alpine \\\"Linux\\\"\"\nID=alpine\nVERSION_ID='3.22.1'\n"
                + "PRETTY_NAME=Alpine\\ Linux\\ v3.22\r\nID_LIKE=\"a b\"\nnonsense\n=x\n"
        ])
        let found = try #require(OperatingSystem.detected(in: host.files))
        #expect(found.identifier == "alpine" && found.version == "3.22.1")
        #expect(found.name == "Alpine Linux v3.22" && found.relatives == ["a", "b"])
        // /etc/os-release comes first, even as an absolute link.
        try await host.link("etc/os-release", to: "/usr/lib/os-release2")
        try host.directory.write("usr/lib/os-release2", "ID=debian\nID=ubuntu\nNAME=U")
        #expect(OperatingSystem.detected(in: host.files)?.identifier == "ubuntu")
        let empty = try HostFixture()
        #expect(OperatingSystem.detected(in: empty.files) == nil)
    }

    @Test(
        arguments: [
            (["run/systemd/system/x": ""], true, nil),
            (["proc/1/comm": "systemd\n"], true, nil),
            (["proc/1/comm": "init\n"], false, nil),
            (["proc/1/comm": "init", "etc/wsl.conf": "[boot]\r\nsystemd = true\r\n"], false, true),
            (["proc/1/comm": "init", "etc/wsl.conf": "[boot]\nsystemd=false\n"], false, false),
            (["proc/1/comm": "init", "etc/wsl.conf": "[user]\nsystemd=true\n"], false, nil),
            ([:], nil, nil),
        ] as [([String: String], Bool?, Bool?)]
    )
    func `systemd is detected`(files: [String: String], runs: Bool?, isEnabled: Bool?) throws {
        let host = try HostFixture(files)
        let found = ServiceManager.detected(in: host.files)
        #expect(found.isSystemd == runs && found.isEnabledInWSL == isEnabled)
    }

    @Test(
        arguments: [
            ("CPU architecture: 7\nFeatures\t: half thumb vfp edsp neon vfpv3 tls", "7"),
            ("CPU architecture: 7\nFeatures\t: half thumb vfp edsp", "6"),
            ("CPU architecture: 6TEJ\nFeatures : swp vfp", "6"),
            ("CPU architecture: 5TEJ\nFeatures : swp half", "5"),
            ("CPU architecture: 8\nFeatures : fp asimd", "7"), ("CPU architecture: AArch64", "7"),
            ("processor : 0", nil), ("CPU architecture: ?", nil),
        ] as [(String, String?)]
    )
    func `the GOARM level is the one that the processor supports`(text: String, expected: String?)
        throws
    {
        let host = try HostFixture(["proc/cpuinfo": text])
        #expect(ARMLevel.detected(in: host.files)?.rawValue == expected)
    }

    @Test func `a 32-bit userland on a 64-bit kernel is 32-bit, with its level`() throws {
        let host = try HostFixture(["proc/cpuinfo": "CPU architecture: 8\nFeatures : fp asimd"])
        var program = HostFixture.program(machine: 40)
        program[4] = 1
        try host.directory.write("bin/sh", program)
        #expect(try HostPlatform.detected(in: host.files).platform.architecture == .arm)
        #expect(ARMLevel.detected(in: host.files) == .seven)
    }

    @Test func `the facts of this host are known`() throws {
        let files = RootedFiles()
        #expect(SubsystemForLinux.detected(in: files).generation != .unknown)
        #expect(OperatingSystem.detected(in: files) != nil)
        #expect(ServiceManager.detected(in: files).isSystemd != nil)
        let status = try #require(ProcessStatus(of: "self", in: files))
        #expect(status.user != nil && status.capabilities != nil && status.tracer != nil)
    }
}

/// The rules of docs/facts/debugging.md#c-library with real libraries.
@Suite(.unitLimit)
struct RealLibraryTests {
    @Test func `glibc is detected even if musl-tools is installed`() async throws {
        let files = RootedFiles()
        let found = CLibrary.detected(in: files)
        #expect(found.kind == .glibc)
        let result = try await run("getconf", ["GNU_LIBC_VERSION"])
        #expect("glibc \(found.version ?? "?")\n" == result.output)
        #expect(
            files.exists("/lib/ld-musl-x86_64.so.1") || files.exists("/lib/ld-musl-aarch64.so.1")
        )
    }

    @Test func `a root with only musl has musl 1.2.3, an empty one has no library`() async throws {
        let host = try HostFixture()
        let here = RootedFiles()
        let name = try #require(here.names(in: "/lib").first { $0.hasPrefix("ld-musl-") })
        let loader = try #require(here.bytes("/lib/\(name)", limit: 8 << 20))
        #expect(CLibrary.detected(in: host.files).kind == .none)
        try host.directory.write("usr/lib/musl.so", loader)
        try await host.link("lib/\(name)", to: "/usr/lib/musl.so")
        // A program built by musl-gcc.
        let source = try host.directory.write("a.c", "int main(void) { return 0; }")
        try await run("musl-gcc", ["-o", "\(host.directory.path)/sh", source]).expectSuccess()
        try host.directory.write("bin/sh", try bytes(of: "\(host.directory.path)/sh"))
        let found = CLibrary.detected(in: host.files)
        #expect(found.kind == .musl && found.version == "1.2.3", "\(found)")
    }
}
