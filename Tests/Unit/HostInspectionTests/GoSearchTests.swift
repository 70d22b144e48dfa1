import HostInspection
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

/// Finding all Go installations of a host without running any: see
/// docs/facts/go-toolchains.md#finding-installed-toolchains and
/// docs/facts/go-toolchains.md#an-exported-goroot.
@Suite(.unitLimit)
struct GoSearchTests {
    let host: HostFixture

    init() throws {
        host = try HostFixture(["home/dev/.keep": ""])
        try host.directory.write("lib64/ld-linux-x86-64.so.2", HostFixture.loader())
    }

    /// Creates a tree on the host.
    func tree(
        _ root: String,
        _ version: String?,
        machine: UInt8 = 62,
        interpreter: String? = nil,
        settings: Bool = true
    ) throws {
        try host.directory.write(
            "\(root)/bin/go",
            HostFixture.program(machine: machine, interpreter: interpreter),
            mode: 0o755
        )
        if let version { try host.directory.write("\(root)/VERSION", version) }
        if settings { try host.directory.write("\(root)/go.env", "GOPROXY=https://p.example\n") }
    }

    func search(
        path: String = "/usr/bin",
        _ variables: [String: String] = [:]
    ) -> GoSearch {
        let environment = HostEnvironment(
            variables: ["HOME": "/home/dev", "PATH": path].merging(variables) { $1 },
            currentDirectory: "/",
            umask: 0o022
        )
        return GoSearch.everywhere(
            in: host.files,
            environment: environment,
            settings: GoSettings.gathered(
                environment: environment,
                goRoot: nil,
                in: host.files
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
        ("opt/hostedtoolcache/go/1.22.1/x64", "go1.22.1", "actions"),
        ("home/linuxbrew/.linuxbrew/opt/go/libexec", "go1.24.1", "homebrew"),
        ("home/dev/.gimme/versions/go1.22.2.linux.amd64", "go1.22.2", "gimme"),
        ("usr/local/go1.21.5", "go1.21.5", "other"), ("opt/go", "go1.21.6", "other"),
        (
            "home/dev/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.26.0.linux-amd64", "go1.26.0",
            "module cache"
        ),
    ])
    func `a Go is found in a usual place with its origin`(
        root: String,
        version: String,
        origin: String
    ) throws {
        try tree(root, version)
        let found = try #require(search().installations.first)
        #expect(search().installations.count == 1)
        #expect(found.root == "/\(root)" && found.origin.name == origin)
        #expect(found.version == GoVersion(version.split { $0.isWhitespace }.first ?? ""))
        #expect(
            found.isUsable && found.problems.isEmpty && found.architecture == .amd64,
            "\(found)"
        )
    }

    @Test(arguments: [
        (UInt8(9), "", "freebsd"), (2, "linux_amd64", nil),
        (0, "dragonfly_amd64", "dragonfly"),
        (0, "linux_amd64", nil), (3, "", nil), (0, "unknown_amd64", nil),
    ])
    func `a Go for another system is recognized`(
        number: UInt8,
        tools: String,
        system: String?
    ) throws {
        try tree("opt/go", "go1.24.3")
        var program = HostFixture.program()
        program[7] = number
        try host.directory.write("opt/go/bin/go", program, mode: 0o755)
        if !tools.isEmpty { try host.directory.write("opt/go/pkg/tool/\(tools)/.keep", "") }
        let found = try #require(search().installations.first)
        #expect(found.otherSystem == system, "\(found)")
        #expect(found.isUsable == (system == nil), "\(found)")
    }

    @Test func `markers in the tree take precedence over the path`() throws {
        try tree("usr/local/go", "go1.21.0")
        try host.directory.write("usr/local/go/.unpacked-success", "")
        #expect(search().installations.first?.origin == .golangDownload)
        try host.directory.write("usr/local/go/.gotoolprov/receipt.json", "{}")
        #expect(search().installations.first?.origin == .gotoolprov)
    }

    /// The variables of version managers and of Go that name directories of trees.
    @Test(arguments: [
        ("MISE_DATA_DIR", "/data", "data/installs/go/1.22.6", "mise"),
        ("ASDF_DATA_DIR", "/data", "data/installs/golang/1.22.6/go", "asdf"),
        ("GOENV_ROOT", "/data", "data/versions/1.22.6", "goenv"),
        ("XDG_DATA_HOME", "/data", "data/mise/installs/go/1.22.6", "mise"),
        ("RUNNER_TOOL_CACHE", "/data", "data/go/1.22.6/x64", "actions"),
        ("GOMODCACHE", "/data", "data/golang.org/toolchain@v0.0.1-go1.22.6.linux", "module cache"),
    ])
    func `a Go is found in the directory that a variable names`(
        variable: String,
        value: String,
        root: String,
        origin: String
    ) throws {
        try tree(root, "go1.22.6")
        #expect(search().installations.isEmpty)
        let found = try #require(search([variable: value]).installations.first)
        #expect(found.origin.name == origin, "\(found)")
        guard variable.hasPrefix("GOMOD") else { return }
        try host.directory.write("home/dev/.config/go/env", "\(variable)=\(value)\n")
        #expect(search().installations.count == 1)
    }

    func search(_ variables: [String: String]) -> GoSearch {
        search(path: "/usr/bin", variables)
    }

    @Test(arguments: [
        (HostFixture.program(), "is a stub"), ([], "is a stub"),
        (HostFixture.loader(isProgram: true), "is a stub"), (HostFixture.loader(), ""),
    ])
    func `a Go with a stub loader cannot be used`(loader: [UInt8], problem: String) throws {
        try host.directory.write("lib64/ld-linux-x86-64.so.2", loader)
        try tree("usr/local/go", "go1.19.13", interpreter: "/lib64/ld-linux-x86-64.so.2")
        let found = try #require(search().installations.first)
        #expect(found.isUsable == problem.isEmpty)
        #expect(problem.isEmpty || found.problems[0].words.contains(problem), "\(found.problems)")
    }

    @Test func `one tree with several paths is found once`() async throws {
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
            // Without go.env, Go 1.21 and newer run, but neither switch nor download.
            ("go1.21.0", 62, nil, false, ["go.env"]), ("go1.20.14", 62, nil, false, []),
            ("go1.21rc2", 62, nil, false, ["go.env"]),
            ("go1.21.0", 183, nil, true, ["arm64"]),
            ("go1.20", 62, "/lib64/ld-linux-x86-64.so.2", true, []),
            ("go1.20", 62, "/lib/ld-musl-x86_64.so.1", true, ["ld-musl-x86_64"]),
            ("devel go1.28-33aff0e5 Mon Nov", 62, nil, true, []),
            ("devel +33aff0e5 Mon Nov", 62, nil, true, ["VERSION"]),
            ("go1.20.14b7", 62, nil, false, []), ("go1.21.13-X:nodwarf5", 62, nil, true, []),
            ("go1.21", 62, nil, true, ["VERSION"]), (nil, 62, nil, true, ["VERSION"]),
            ("go1.21.0 X:boringcrypto", 62, nil, true, []),
            ("go1.21.0-custom", 62, nil, true, []),
            ("../../etc", 62, nil, true, ["VERSION"]),
        ] as [(String?, UInt8, String?, Bool, [String])]
    )
    func `problems are reported`(
        version: String?,
        machine: UInt8,
        interpreter: String?,
        settings: Bool,
        problems: [String]
    ) throws {
        try tree(
            "usr/local/go",
            version,
            machine: machine,
            interpreter: interpreter,
            settings: settings
        )
        let found = try #require(search().installations.first)
        #expect(found.problems.count == problems.count, "\(found.problems)")
        for (problem, part) in zip(found.problems, problems) {
            #expect(problem.words.contains(part))
        }
        #expect(found.isUsable == (problems.isEmpty || problems == ["go.env"]))
    }

    @Test func `a Go for Windows is found through WSL and not usable`() throws {
        try host.directory.write("mnt/c/Program Files/Go/bin/go.exe", "MZ", mode: 0o755)
        try host.directory.write("mnt/c/Program Files/Go/VERSION", "go1.22.0")
        let found = search(path: "/usr/bin:/mnt/c/Program Files/Go/bin")
        let installation = try #require(found.installations.first)
        #expect(installation.origin == .windows && !installation.isUsable)
        #expect(installation.problems == [.isForWindows])
        #expect(found.goCommands.map(\.target) == [.windows])
        #expect(found.defaultInstallation == nil)
    }

    @Test func `executables on PATH are resolved to their trees`() async throws {
        try tree("home/dev/sdk/go1.21.0", "go1.21.0")
        try tree("home/dev/it's/go1.22.0", "go1.22.0")
        let version = try #require(GoVersion("1.21.0"))
        let bin = "home/dev/go/bin"
        try host.directory.write(
            "\(bin)/go1.21.0",
            Launcher(version: version, goRoot: "/home/dev/sdk/go1.21.0").script,
            mode: 0o755
        )
        try host.directory.write(
            "\(bin)/go1.22.0",
            Launcher(version: version, goRoot: "/home/dev/it's/go1.22.0").script,
            mode: 0o755
        )
        try host.directory.write("\(bin)/go1.23.0", HostFixture.program(), mode: 0o755)
        try host.directory.write("\(bin)/go1.24.0", "#!/bin/sh\nGOROOT='x\n", mode: 0o755)
        try await host.link("\(bin)/go1.25.0", to: "/home/dev/sdk/go1.21.0/bin/go")
        // None of these is the name of a Go, or executable.
        for name in ["go1.21", "go1.26.0.bak", "go1.x", "gofmt"] {
            try host.directory.write("\(bin)/\(name)", "", mode: 0o755)
        }
        try host.directory.write("\(bin)/go1.27.0", "")
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

    @Test func `go runs the version that use selected`() async throws {
        try tree("home/dev/sdk/go1.21.0", "go1.21.0")
        let current = "home/dev/sdk/.gotoolprov/current"
        try await host.link(current, to: "../go1.21.0")
        let launcher = Launcher.ofDefault(link: "/\(current)")[0]
        try host.directory.write("home/dev/go/bin/go", launcher.script, mode: 0o755)
        try tree("usr/local/go", "go1.27.3")
        let found = search(path: "/home/dev/go/bin:/usr/local/go/bin")
        #expect(found.defaultInstallation?.root == "/home/dev/sdk/go1.21.0")
        #expect(found.goCommands.count == 2)
        #expect(found.installations.count == 2)
    }

    @Test func `an empty host has no Go`() {
        let found = search()
        #expect(found.installations.isEmpty && found.goCommands.isEmpty)
    }

    @Test(
        arguments: [
            ("/a:/b", "/b", 1), ("/a:/b/", "/b", 1), ("/a//x:/b", "/a/x", 0), ("/a", "/c", nil),
            ("a:b", "a", nil), ("", "/", nil),
        ] as [(String, String, Int?)]
    )
    func `a directory on PATH has a position`(path: String, directory: String, expected: Int?) {
        #expect(SearchPath(path).position(of: directory, in: host.files) == expected)
    }
}
