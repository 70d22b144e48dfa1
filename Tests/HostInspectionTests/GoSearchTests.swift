import HostInspection
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

/// Every Go on a host, without running any: facts/go-toolchains.md, facts/edge-cases.md 10.
@Suite(.timeLimit(.minutes(15)))
struct GoSearchTests {
    let host: HostFixture

    init() throws {
        host = try HostFixture(["home/dev/.keep": "", "lib64/ld-linux-x86-64.so.2": "x"])
    }

    /// Puts a tree on the host.
    private func tree(
        _ root: String,
        _ version: String?,
        machine: UInt8 = 62,
        interpreter: String? = nil,
        settings: Bool = true
    ) throws {
        try host.folder.write(
            "\(root)/bin/go",
            HostFixture.program(machine: machine, interpreter: interpreter),
            mode: 0o755
        )
        if let version { try host.folder.write("\(root)/VERSION", version) }
        if settings { try host.folder.write("\(root)/go.env", "GOPROXY=https://p.example\n") }
    }

    private func search(
        path: String = "/usr/bin",
        _ variables: [String: String] = [:]
    ) -> GoSearch {
        GoSearch.everywhere(
            in: host.files,
            environment: HostEnvironment(
                variables: ["HOME": "/home/dev", "PATH": path].merging(variables) { $1 },
                currentDirectory: "/",
                umask: 0o022
            ),
            sdkRoot: "/home/dev/sdk",
            host: GoPlatform(.amd64)
        )
    }

    @Test(arguments: [
        ("home/dev/sdk/go1.21.0", "go1.21.0\ntime 2023\n", "other"),
        ("usr/local/go", "go1.27.3\n", "/usr/local/go"),
        ("usr/lib/go-1.19", "go1.19.8", "distribution"),
        ("usr/lib/golang", "go1.22.1\r\n", "distribution"),
        ("snap/go/10748", "go1.24rc1", "snap"),
        ("home/dev/.asdf/installs/golang/1.22.0/go", "go1.22.0", "asdf"),
        ("home/dev/.local/share/mise/installs/go/1.23.1", "go1.23.1", "mise"),
        ("home/dev/.goenv/versions/1.20", "go1.20", "goenv"),
        (
            "home/dev/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.26.0.linux-amd64", "go1.26.0",
            "module cache"
        ),
    ])
    func `a Go is found where it is usual, and told whose it is`(
        root: String,
        version: String,
        origin: String
    ) throws {
        try tree(root, version)
        let found = try #require(search().installations.first)
        #expect(search().installations.count == 1)
        #expect(found.root == "/\(root)" && found.origin.name == origin)
        #expect(found.version == GoVersion(version.split { $0.isWhitespace }.first ?? ""))
        #expect(found.isUsable && found.flaws.isEmpty && found.architecture == .amd64, "\(found)")
    }

    @Test func `marks inside the tree come before the place`() throws {
        try tree("usr/local/go", "go1.21.0")
        try host.folder.write("usr/local/go/.unpacked-success", "")
        #expect(search().installations.first?.origin == .golangDownload)
        try host.folder.write("usr/local/go/.gotoolprov/receipt.json", "{}")
        #expect(search().installations.first?.origin == .gotoolprov)
    }

    @Test func `one tree with several names is one`() async throws {
        try tree("usr/lib/go-1.19", "go1.19.8")
        try await host.link("usr/lib/go", to: "go-1.19")
        try await host.link("usr/bin/go", to: "../lib/go/bin/go")
        let found = search(path: "/usr/bin", ["GOROOT": "/usr/lib/go"])
        #expect(found.installations.map(\.root) == ["/usr/lib/go-1.19"])
        #expect(found.defaultInstallation?.version == GoVersion("1.19.8"))
        #expect(found.goCommands.map(\.path) == ["/usr/bin/go"])
    }

    @Test(
        arguments: [
            ("go1.21.0\n", 62, nil, true, []),
            // Without go.env Go from 1.21 on neither switches nor downloads, but it runs.
            ("go1.21.0", 62, nil, false, ["go.env"]), ("go1.20.14", 62, nil, false, []),
            ("go1.21rc2", 62, nil, false, ["go.env"]),
            ("go1.21.0", 183, nil, true, ["arm64"]),
            ("go1.20", 62, "/lib64/ld-linux-x86-64.so.2", true, []),
            ("go1.20", 62, "/lib/ld-musl-x86_64.so.1", true, ["ld-musl-x86_64"]),
            ("devel go1.28-33aff0e5 Mon Nov", 62, nil, true, ["VERSION"]),
            ("go1.21", 62, nil, true, ["VERSION"]), (nil, 62, nil, true, ["VERSION"]),
            ("go1.21.0 X:boringcrypto", 62, nil, true, []),
            ("go1.21.0-custom", 62, nil, true, []),
            ("../../etc", 62, nil, true, ["VERSION"]),
        ] as [(String?, UInt8, String?, Bool, [String])]
    )
    func `flaws are told`(
        version: String?,
        machine: UInt8,
        interpreter: String?,
        settings: Bool,
        flaws: [String]
    ) throws {
        try tree(
            "usr/local/go",
            version,
            machine: machine,
            interpreter: interpreter,
            settings: settings
        )
        let found = try #require(search().installations.first)
        #expect(found.flaws.count == flaws.count, "\(found.flaws)")
        for (flaw, part) in zip(found.flaws, flaws) { #expect(flaw.words.contains(part)) }
        #expect(found.isUsable == (flaws.isEmpty || flaws == ["go.env"]))
    }

    @Test func `a Go for Windows is seen through WSL, and flagged`() throws {
        try host.folder.write("mnt/c/Program Files/Go/bin/go.exe", "MZ", mode: 0o755)
        try host.folder.write("mnt/c/Program Files/Go/VERSION", "go1.22.0")
        let found = search(path: "/usr/bin:/mnt/c/Program Files/Go/bin")
        let installation = try #require(found.installations.first)
        #expect(installation.origin == .windows && !installation.isUsable)
        #expect(installation.flaws == [.isForWindows])
        #expect(found.goCommands.map(\.target) == [.windows])
        #expect(found.defaultInstallation == nil)
    }

    @Test func `names on PATH lead where they lead`() async throws {
        try tree("home/dev/sdk/go1.21.0", "go1.21.0")
        try tree("home/dev/it's/go1.22.0", "go1.22.0")
        let version = try #require(GoVersion("1.21.0"))
        let bin = "home/dev/go/bin"
        try host.folder.write(
            "\(bin)/go1.21.0",
            Launcher(version: version, goRoot: "/home/dev/sdk/go1.21.0").script,
            mode: 0o755
        )
        try host.folder.write(
            "\(bin)/go1.22.0",
            Launcher(version: version, goRoot: "/home/dev/it's/go1.22.0").script,
            mode: 0o755
        )
        try host.folder.write("\(bin)/go1.23.0", HostFixture.program(), mode: 0o755)
        try host.folder.write("\(bin)/go1.24.0", "#!/bin/sh\nGOROOT='x\n", mode: 0o755)
        try await host.link("\(bin)/go1.25.0", to: "/home/dev/sdk/go1.21.0/bin/go")
        // None of these are Go's names, or can be started.
        for name in ["go1.21", "go1.26.0.bak", "go1.x", "gofmt"] {
            try host.folder.write("\(bin)/\(name)", "", mode: 0o755)
        }
        try host.folder.write("\(bin)/go1.27.0", "")
        let found = search(path: "relative::/home/dev/go/bin/:/home/dev/go/bin")
        #expect(
            found.versionCommands.map(\.target) == [
                .launcher(root: "/home/dev/sdk/go1.21.0"),
                .launcher(root: "/home/dev/it's/go1.22.0"), .wrapper, .unknown,
                .root("/home/dev/sdk/go1.21.0"),
            ]
        )
        #expect(
            found.installations.map(\.root) == [
                "/home/dev/sdk/go1.21.0", "/home/dev/it's/go1.22.0",
            ]
        )
        #expect(found.goCommands.isEmpty && found.defaultInstallation == nil)
    }

    @Test func `what use chose is what go means`() async throws {
        try tree("home/dev/sdk/go1.21.0", "go1.21.0")
        let current = "home/dev/sdk/.gotoolprov/current"
        try await host.link(current, to: "../go1.21.0")
        let launcher = Launcher.ofDefault(link: "/\(current)")[0]
        try host.folder.write("home/dev/go/bin/go", launcher.script, mode: 0o755)
        try tree("usr/local/go", "go1.27.3")
        let found = search(path: "/home/dev/go/bin:/usr/local/go/bin")
        #expect(found.defaultInstallation?.root == "/home/dev/sdk/go1.21.0")
        #expect(found.goCommands.count == 2)
        #expect(found.installations.count == 2)
    }

    @Test func `a host without anything has nothing`() {
        let found = search()
        #expect(found.installations.isEmpty && found.goCommands.isEmpty)
    }

    @Test(
        arguments: [
            ("/a:/b", "/b", 1), ("/a:/b/", "/b", 1), ("/a//x:/b", "/a/x", 0), ("/a", "/c", nil),
            ("a:b", "a", nil), ("", "/", nil),
        ] as [(String, String, Int?)]
    )
    func `the position on PATH is told`(path: String, folder: String, expected: Int?) {
        #expect(SearchPath(path).position(of: folder) == expected)
    }

    // MARK: Settings

    private func settings(
        _ variables: [String: String],
        goRoot: String? = nil
    ) -> GoSettings {
        GoSettings.gathered(
            environment: HostEnvironment(
                variables: ["HOME": "/home/dev"].merging(variables) { $1 },
                currentDirectory: "/",
                umask: 0o022
            ),
            goRoot: goRoot,
            in: host.files
        )
    }

    @Test func `the environment comes before the user's file, and that before go-env`() throws {
        try host.folder.write(
            "home/dev/.config/go/env",
            "# written by go env -w\nGOPROXY=https://user.example\r\nGOTOOLCHAIN=local\nGOROOT=/x\n"
        )
        try host.folder.write("r/go.env", "GOPROXY=https://root.example\nGOSUMDB=sum.example\n")
        let found = settings(["GOTOOLCHAIN": "auto"], goRoot: "/r")
        #expect(found["GOTOOLCHAIN"]?.value == "auto")
        #expect(found["GOTOOLCHAIN"]?.source == "environment")
        #expect(found["GOPROXY"]?.value == "https://user.example")
        #expect(found["GOPROXY"]?.source == "/home/dev/.config/go/env")
        #expect(found["GOSUMDB"]?.source == "/r/go.env")
        #expect(found["GOROOT"]?.source == "/home/dev/.config/go/env")
        #expect(settings(["GOENV": "off"])["GOTOOLCHAIN"] == nil)
        #expect(settings(["XDG_CONFIG_HOME": "/c"]).file == "/c/go/env")
    }

    @Test(
        arguments: [
            (["GOROOT": "/nowhere"], ["goroot-missing"]),
            (["GOROOT": "/home/dev/sdk/go1.21.0"], ["goroot-conflict"]),
            (["GOROOT": "/usr/local/go"], []),
            (["GOTOOLCHAIN": "local"], ["toolchain-local"]), (["GOTOOLCHAIN": "path"], []),
            (["GOTOOLCHAIN": "go1.27.3"], ["toolchain-fixed"]),
            (["GOTOOLCHAIN": "go1.27"], ["toolchain-invalid"]),
            (["GOTOOLCHAIN": "go1.27.3+path"], ["toolchain-fixed"]),
            (["GOTOOLCHAIN": "1.27.3"], ["toolchain-invalid"]),
            (["GOTOOLCHAIN": "auto", "GOPROXY": "off"], ["toolchain-unavailable"]),
            (
                ["GOTOOLCHAIN": "auto", "GOPROXY": "https://p", "GOSUMDB": "off"],
                ["toolchain-unavailable"]
            ),
            (["GOTOOLCHAIN": "auto", "GOPROXY": "file:///m", "GOSUMDB": "off"], []),
            (
                ["GOTOOLCHAIN": "auto", "GOPROXY": "file:///m,off", "GOSUMDB": "off"],
                ["toolchain-unavailable"]
            ),
            (
                ["GOTOOLCHAIN": "auto", "GOPRIVATE": "golang.org/toolchain"],
                ["toolchain-unavailable"]
            ),
            (["GOTOOLCHAIN": "auto", "GOPRIVATE": "corp.example/*"], []),
            (["GOFLAGS": "-ldflags=-s -w"], ["flags-strip"]),
            (["GOFLAGS": "-ldflags=-w"], ["flags-strip"]),
            (["GOFLAGS": "-trimpath -mod=vendor"], ["flags-trimpath"]),
            (["GOFLAGS": "--trimpath"], ["flags-trimpath"]),
            (["GOFLAGS": "-trimpath=false"], []), (["GOFLAGS": "-trimpath -trimpath=0"], []),
            (["GOFLAGS": "'-ldflags=-s -w' -v"], ["flags-strip"]),
            (["GOFLAGS": "-ldflags=-w=false"], []), (["GOFLAGS": "'-ldflags=-X main.a=-s'"], []),
            (["GOFLAGS": "'-ldflags=-X -s'"], []),
            (["GOFLAGS": "-gcflags=-dwarf=false"], ["flags-strip"]),
            (["GOFLAGS": "-gcflags=all=-dwarf=false"], ["flags-strip"]),
            (["GOFLAGS": "-gcflags=all=-N"], []), (["GOFLAGS": "vendor"], ["flags-invalid"]),
            (["GOFLAGS": "'-tags=a"], ["flags-invalid"]), (["GOFLAGS": "-"], ["flags-invalid"]),
            (["GOARCH": "386"], ["target-foreign"]), (["GOOS": "windows"], ["target-foreign"]),
            (["GOARCH": "amd64", "GOOS": "linux"], []),
            (["GOFLAGS": "-mod=mod"], []),
            (["GOENV": "off"], ["file-off"]), ([:], []),
        ] as [([String: String], [String])]
    )
    func `traps are told`(variables: [String: String], kinds: [String]) async throws {
        try tree("usr/local/go", "go1.27.3", settings: false)
        try tree("home/dev/sdk/go1.21.0", "go1.21.0")
        let search = search(path: "/usr/local/go/bin", variables)
        let found = GoTrap.found(
            in: settings(variables),
            search: search,
            host: GoPlatform(.amd64),
            files: host.files
        )
        #expect(found.map(\.kind.rawValue) == kinds, "\(found)")
        #expect(found.allSatisfy { !$0.evidence.isEmpty && !$0.fix.isEmpty })
    }

    @Test func `a launcher is not harmed by an exported GOROOT`() async throws {
        try tree("home/dev/sdk/go1.21.0", "go1.21.0")
        try tree("usr/local/go", "go1.27.3")
        try await host.link("home/dev/sdk/.gotoolprov/current", to: "../go1.21.0")
        let launcher = Launcher.ofDefault(link: "/home/dev/sdk/.gotoolprov/current")[0]
        try host.folder.write("home/dev/go/bin/go", launcher.script, mode: 0o755)
        let variables = ["GOROOT": "/usr/local/go"]
        let found = GoTrap.found(
            in: settings(variables),
            search: search(path: "/home/dev/go/bin", variables),
            host: nil,
            files: host.files
        )
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `a file that is not text is told, and never read as nothing`() throws {
        try host.folder.write("home/dev/.config/go/env", [0xFF, 0xFE, 0x00])
        let settings = settings([:])
        #expect(settings.isFileUnreadable)
        let found = GoTrap.found(in: settings, search: search(), host: nil, files: host.files)
        #expect(found.map(\.kind) == [.fileUnreadable])
    }

    @Test(
        arguments: [
            ("", "GOTMPDIR=/t\n"), ("GOPROXY=off", "GOPROXY=off\nGOTMPDIR=/t\n"),
            ("GOPROXY=off\n", "GOPROXY=off\nGOTMPDIR=/t\n"), ("GOTMPDIR=/other\n", nil),
            ("# GOTMPDIR=/x\n", "# GOTMPDIR=/x\nGOTMPDIR=/t\n"),
        ] as [(String, String?)]
    )
    func `a variable is added to the user's file, never replaced`(old: String, new: String?) {
        let result = GoSettings.contents(setting: "GOTMPDIR", to: "/t", in: Array(old.utf8))
        #expect(result.map { String(decoding: $0, as: UTF8.self) } == new)
        #expect(GoSettings.contents(setting: "A", to: "b\nc=d", in: []) == nil)
        #expect(GoSettings.contents(setting: "A", to: "b", in: [0xFF]) == nil)
    }
}

/// Where Delve and gopls lie.
@Suite(.timeLimit(.minutes(15)))
struct ToolSearchTests {
    @Test func `a tool is found on GOBIN, on PATH and among the SDKs, each once`() async throws {
        let host = try HostFixture()
        for name in [
            "b/dlv1.25.0", "b/dlv-dap", "b/delve", "b/dlvx", "p/gopls", "s/dlv1.26.3-go1.24.0/dlv",
        ] {
            try host.folder.write(name, "", mode: 0o755)
        }
        try host.folder.write("p/dlv9", "not executable")
        try await host.link("b/dlv", to: "dlv1.25.0")
        let found = { (tool: String) in
            ToolSearch.files(
                of: tool,
                goBin: "/b",
                sdkRoot: "/s",
                path: SearchPath("/p:/b"),
                in: host.files
            )
        }
        #expect(found("dlv") == ["/b/dlv1.25.0", "/b/dlv-dap", "/s/dlv1.26.3-go1.24.0/dlv"])
        #expect(found("gopls") == ["/p/gopls"])
    }
}
