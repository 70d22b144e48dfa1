import Glibc
import HostInspection
import TestSupport
import Testing
import ToolchainHost

/// See docs/facts/debugging.md#listening-sockets.
@Suite(.unitLimit)
struct ListenerTests {
    static let hasIPv6 = RootedFiles().bytes("/proc/net/if_inet6").map { !$0.isEmpty } ?? false

    private func found(_ program: RunningProgram) throws -> DebuggerListener {
        let all = try #require(DebuggerListener.detected(in: RootedFiles()))
        return try #require(all.first { $0.processID == Int(program.processID) })
    }

    @Test(arguments: [
        ("127.0.0.1:0", "owner", "127.0.0.1:"), ("127.1.2.3:0", "owner", "127.1.2.3:"),
        ("0.0.0.0:0", "network", "0.0.0.0:"), ("[::1]:0", "owner", "[::1]:"),
        ("[::]:0", "network", "[::]:"), ("[::ffff:127.0.0.1]:0", "owner", "[::ffff:127.0.0.1]:"),
    ])
    func `a dlv on TCP is found with its exposure`(
        address: String,
        exposure: String,
        prefix: String
    ) async throws {
        if address.hasPrefix("["), !Self.hasIPv6 { return }
        let directory = try TemporaryDirectory()
        let program = try RunningProgram(
            try await RunningProgram.delve(in: directory),
            ["dap", "--listen=\(address)"]
        )
        let listener = try found(program)
        #expect(listener.exposure?.rawValue == exposure, "\(listener)")
        #expect(listener.user == geteuid() && listener.program == "\(directory.path)/dlv")
        #expect(listener.command.hasSuffix("dap --listen=\(address)"))
        let socket = try #require(listener.sockets?.first)
        #expect(listener.sockets?.count == 1 && socket.socket.address.hasPrefix(prefix))
        #expect(socket.socket.port != nil && socket.socket.port != 0)
    }

    @Test(arguments: [("700", "owner"), ("600", "owner"), ("777", "host"), ("660", "group")])
    func `a dlv on a Unix socket is as exposed as its file`(mode: String, exposure: String)
        async throws
    {
        let directory = try TemporaryDirectory()
        let dlv = try await RunningProgram.delve(in: directory)
        let program = try RunningProgram(
            dlv,
            ["exec", "--listen=unix:\(directory.path)/s", "--mode=\(mode)"]
        )
        #expect(try found(program).exposure?.rawValue == exposure)
        // A directory that other users cannot search protects the files in it.
        try await run("chmod", ["700", directory.path]).expectSuccess()
        #expect(try found(program).exposure == .owner)
    }

    @Test func `an abstract socket and a shared loopback port are open to every user`() async throws
    {
        let directory = try TemporaryDirectory()
        let dlv = try await RunningProgram.delve(in: directory)
        let program = try RunningProgram(dlv, ["--listen=unix:@gtp-\(getpid())"])
        let listener = try found(program)
        #expect(listener.exposure == .host, "\(listener)")
        #expect(listener.sockets?.first?.socket.path == nil)
        let shared = try RunningProgram(dlv, ["--listen=127.0.0.1:0", "--only-same-user=false"])
        #expect(try found(shared).exposure == .host)
    }

    @Test func `other programs and a dlv that does not listen are not exposed`() async throws {
        let directory = try TemporaryDirectory()
        let other = try RunningProgram(
            try await RunningProgram.delve(in: directory, named: "delivery"),
            ["--listen=0.0.0.0:0"]
        )
        let idle = try RunningProgram(try await RunningProgram.delve(in: directory), ["version"])
        let all = try #require(DebuggerListener.detected(in: RootedFiles()))
        #expect(!all.contains { $0.processID == Int(other.processID) })
        #expect(try found(idle).exposure == .owner && found(idle).sockets == [])
    }

    /// Names that wrappers use: `.dlv-wrapped`, or a copy under any name, possibly deleted.
    @Test(arguments: [".dlv-wrapped", "debugger"])
    func `Delve under another name is found by its contents`(name: String) async throws {
        let directory = try TemporaryDirectory()
        let path = try await RunningProgram.delve(in: directory, named: name)
        let program = try RunningProgram(path, ["dap", "--listen=127.0.0.1:0"])
        let idle = try RunningProgram(path, ["dap"])
        try await run("rm", [path]).expectSuccess()
        let executables = [program, idle].map { "/proc/\($0.processID)/exe" }
        let all = DebuggerListener.detected(in: RootedFiles()) { executables.contains($0) }
        let found = try #require(all?.first { $0.processID == Int(program.processID) })
        #expect(found.program == path && found.exposure == .owner && found.sockets?.count == 1)
        // A program that does not listen is not opened.
        #expect(all?.contains { $0.processID == Int(idle.processID) } == false)
    }

    @Test func `a dlv in another network namespace is detected`() async throws {
        let host = try await host(tcp: Self.row("00000000:0929"))
        try await host.link("proc/self/ns/net", to: "net:[1]")
        try await host.link("proc/12/ns/net", to: "net:[2]")
        let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
        #expect(listener.isInOtherNetwork == true && listener.exposure == .network)
    }

    @Test func `a dlv that was deleted while it runs is found`() async throws {
        let directory = try TemporaryDirectory()
        let dlv = try await RunningProgram.delve(in: directory, named: "dlv1.25.0")
        let program = try RunningProgram(dlv, ["--listen=127.0.0.1:0"])
        try await run("rm", [dlv]).expectSuccess()
        #expect(try found(program).program == dlv)
    }

    @Test(.enabled(if: geteuid() == 0))
    func `the owner is the effective user`() async throws {
        let directory = try TemporaryDirectory()
        let program = try RunningProgram(
            try await RunningProgram.delve(in: directory),
            ["--user=65534", "--listen=0.0.0.0:0"]
        )
        let listener = try found(program)
        #expect(listener.user == 65534)
        #expect(UserNames(in: RootedFiles()).name(of: 65534) == "nobody")
    }

    // MARK: Tables

    static let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n"

    static func row(_ address: String, state: String = "0A", inode: Int = 4711) -> String {
        "   0: \(address) 00000000:0000 \(state) 00000000:00000000 00:00000000 00000000"
            + "  1000        0 \(inode) 1 0000000000000000 100 0 0 10 0\n"
    }

    private func host(
        tcp: String = "",
        tcp6: String = "",
        unix: String = "",
        arguments: [String] = ["dlv", "dap"]
    ) async throws -> HostFixture {
        let host = try HostFixture([
            "proc/self/status": "Uid:\t1000\t1000\t1000\t1000\n",
            "proc/12/status": "Name:\tdlv\nUid:\t1000\t1000\t1000\t1000\n",
            "proc/12/cmdline": arguments.joined(separator: "\u{0}") + "\u{0}",
            "proc/12/comm": "dlv\n", "proc/net/tcp": Self.head + tcp,
            "proc/net/tcp6": Self.head + tcp6,
            "proc/net/unix": "Num       RefCount Protocol Flags    Type St Inode Path\n" + unix,
            "etc/hosts": "127.0.1.1 build7\n10.0.0.9 far far.example\n",
            "etc/passwd": "root:x:0:0::/root:/bin/sh\ndev:x:1000:1000::/home/dev:/bin/sh\n",
        ])
        try await host.link("proc/12/exe", to: "/home/dev/go/bin/dlv")
        try await host.link("proc/12/fd/3", to: "socket:[4711]")
        try await host.link("proc/12/fd/0", to: "/dev/null")
        return host
    }

    /// The rows of docs/facts/debugging.md#listening-sockets on little-endian hosts.
    @Test(arguments: [
        (row("0100007F:AFDD"), "", "127.0.0.1:45021", "owner"),
        ("", row("00000000000000000000000000000000:AFDE"), "[::]:45022", "network"),
        ("", row("00000000000000000000000001000000:AFDF"), "[::1]:45023", "owner"),
        ("", row("0000000000000000FFFF00000100007F:AFE0"), "[::ffff:127.0.0.1]:45024", "owner"),
        ("", row("0000000000000000FFFF000001020304:AFE0"), "[::ffff:4.3.2.1]:45024", "network"),
        ("", row("B80D0120000000000000000001000000:AFE0"), "[2001:db8::1]:45024", "network"),
        (
            "", row("000080FE00000000FF005450AAAAAA02:0929"), "[fe80::5054:ff:2aa:aaaa]:2345",
            "network"
        ),
        (row("0101A8C0:0929"), "", "192.168.1.1:2345", "network"),
    ])
    func `addresses are parsed as the kernel formats them`(
        tcp: String,
        tcp6: String,
        address: String,
        exposure: String
    ) async throws {
        guard 1.littleEndian == 1 else { return }
        let host = try await host(tcp: tcp, tcp6: tcp6)
        let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
        #expect(listener.sockets?.map(\.socket.address) == [address])
        #expect(listener.exposure?.rawValue == exposure && listener.user == 1000)
    }

    @Test(arguments: [
        row("0100007F:AFDD", state: "01"), row("0100007F:AFDD", inode: 4712), row("0100007F"),
        row("0100007:AFDD"), row("XX00007F:AFDD"), row("0100007F:1AFDD"), "junk\n", "\n\n",
        row("0100007F:AFDD", inode: -1), String(repeating: "0A ", count: 3000) + "\n",
    ])
    func `rows of other sockets and invalid rows are ignored`(row: String)
        async throws
    {
        let host = try await host(tcp: row)
        #expect(DebuggerListener.detected(in: host.files)?.first?.sockets == [])
    }

    @Test func `the exposure of another user's process is derived from its arguments`() async throws
    {
        for (arguments, exposure) in [
            (["dlv", "dap", "--listen=:2345"], DebuggerListener.Exposure?.some(.network)),
            (["dlv", "exec", "--headless", "-l", "10.0.0.1:1", "./x"], .network),
            (["dlv", "exec", "--headless", "-l0.0.0.0:1", "./x"], .network),
            // The last one takes effect; without --headless, Delve does not listen.
            (["dlv", "dap", "--listen=127.0.0.1:0", "--listen=0.0.0.0:8"], .network),
            (["dlv", "exec", "--listen=0.0.0.0:0", "./x"], .owner),
            (["dlv", "exec", "--headless=false", "--listen=0.0.0.0:0", "./x"], .owner),
            // Names are looked up in /etc/hosts; others are unknown.
            (["dlv", "dap", "--listen=build7:0"], nil),
            (["dlv", "dap", "--listen=far:0"], .network),
            (["dlv", "dap", "--listen=elsewhere:0"], nil),
            (["dlv", "exec", "--headless", "--listen", "127.0.0.1:1", "./x"], nil),
            (["dlv", "dap"], nil), (["dlv", "exec", "./x", "--", "--listen=:1"], .owner),
            (["dlv", "exec", "--headless", "./x", "--", "--listen=:1"], nil),
        ] {
            let host = try await host(arguments: arguments)
            try await run(
                "rm",
                ["-r", "\(host.directory.path)/proc/12/fd", "\(host.directory.path)/proc/12/exe"]
            ).expectSuccess()
            let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
            #expect(listener.sockets == nil && listener.exposure == exposure, "\(arguments)")
        }
    }

    static func unixRow(_ name: String, inode: Int = 4711) -> String {
        "0000000000000000: 00000002 00000000 00010000 0001 01 \(inode) \(name)\n"
    }

    @Test func `a socket name cannot forge rows`() async throws {
        let forged = "@x\n" + Self.unixRow("/etc/passwd")
        let tables = [
            (Self.row("0100007F:AFDD"), Self.unixRow(forged, inode: 9)),
            ("", Self.unixRow("/run/dlv.sock") + Self.unixRow(forged, inode: 9)),
            ("", "0: 2 0 00010000 1 1 4711 /etc/passwd\n"),
        ]
        for (tcp, unix) in tables {
            let host = try await host(tcp: tcp, unix: unix)
            let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
            #expect(listener.sockets?.contains { $0.socket.path == "/etc/passwd" } == false)
        }
    }

    /// The kernel's tables are not snapshots: a row may be repeated while sockets open and close.
    @Test func `a repeated row is one socket`() async throws {
        let host = try await host(
            tcp: Self.row("0100007F:AFDD") + Self.row("0100007F:AFDD"),
            unix: Self.unixRow("/run/s", inode: 4712) + Self.unixRow("/run/s", inode: 4712)
        )
        try await host.link("proc/12/fd/4", to: "socket:[4712]")
        let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
        #expect(
            listener.sockets?.map(\.socket.address) == ["127.0.0.1:45021", "unix:/run/s"]
        )
    }

    /// The table of another process in the same namespace is not used.
    @Test func `the table of each process is read`() async throws {
        let host = try await host()
        try host.directory.write("proc/12/net/tcp", Self.head + Self.row("00000000:0929"))
        try host.directory.write("proc/3/net/tcp", Self.head)
        try host.directory.write("proc/3/net/unix", "")
        try await host.link("proc/3/exe", to: "/usr/bin/other")
        try await host.link("proc/3/fd/3", to: "socket:[1]")
        for process in ["self", "3", "12"] {
            try await host.link("proc/\(process)/ns/net", to: "net:[1]")
        }
        let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
        #expect(listener.exposure == .network, "\(listener)")
    }

    @Test func `a zombie process does not listen`() async throws {
        let host = try await host()
        try host.directory.write("proc/12/status", "State:\tZ (zombie)\nUid:\t0\t0\t0\t0\n")
        #expect(DebuggerListener.detected(in: host.files) == [])
    }

    @Test func `the sockets of unreadable descriptors are unknown`() async throws {
        let host = try await host(tcp: Self.row("0100007F:AFDD"))
        try await run("rm", ["-r", "\(host.directory.path)/proc/12/fd"]).expectSuccess()
        // A program with capabilities: its owner sees only the names.
        try host.directory.write("proc/12/fd/3", "")
        let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
        #expect(listener.sockets == nil && listener.exposure == nil)
    }

    @Test(arguments: [
        (["dlv", "dap", "--only-same-user=false"], true),
        (["dlv", "dap", "--only-same-user=0"], true), (["dlv", "dap", "--only-same-user=F"], true),
        (["dlv", "dap", "--only-same-user=true"], false), (["dlv", "dap"], false),
        (["dlv", "exec", "./x", "--", "--only-same-user=false"], false),
    ])
    func `--only-same-user is parsed as by pflag`(arguments: [String], isOpen: Bool) async throws {
        let host = try await host(tcp: Self.row("0100007F:AFDD"), arguments: arguments)
        let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
        #expect(listener.exposure == (isOpen ? .host : .owner))
    }

    @Test func `a socket file is resolved in its process's root`() async throws {
        let directory = try TemporaryDirectory()
        let dlv = try await RunningProgram.delve(in: directory)
        let program = try RunningProgram(
            dlv,
            ["exec", "--listen=unix:\(directory.path)/s", "--mode=777"]
        )
        #expect(try found(program).exposure == .host)
        // In a container, the path refers to another file or to none.
        let host = try await host(unix: Self.unixRow("/run/s"))
        try await host.link("proc/12/root", to: "/container")
        try await host.makeDirectory("container/run")
        try host.directory.write("run/s", "not its own", mode: 0o666)
        let listener = try #require(DebuggerListener.detected(in: host.files)?.first)
        #expect(listener.exposure == .owner, "\(listener)")
        // A relative path in an invisible working directory is not an abstract socket.
        let relative = try await self.host(unix: Self.unixRow("s"))
        let other = try #require(DebuggerListener.detected(in: relative.files)?.first)
        #expect(other.exposure == nil && other.sockets?.first?.socket.path == "s", "\(other)")
    }

    @Test(arguments: [("rw,hidepid=2", true), ("rw,hidepid=invisible", true), ("rw", false)])
    func `hidden processes are detected`(options: String, isHidden: Bool) throws {
        let host = try HostFixture([
            "proc/self/mountinfo": HostFixture.mount("/", "ext4")
                + HostFixture.mount("/proc", "proc", superOptions: options)
        ])
        #expect(try #require(MountTable(in: host.files)).hidesProcesses == isHidden)
    }

    @Test func `a root without proc is unknown, not safe`() throws {
        let host = try HostFixture()
        #expect(DebuggerListener.detected(in: host.files) == nil)
    }
}
