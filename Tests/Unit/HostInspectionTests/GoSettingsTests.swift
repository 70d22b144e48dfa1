import HostInspection
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

/// Tests of the Go settings of a host.
extension GoSearchTests {
    private func environment(_ variables: [String: String]) -> HostEnvironment {
        HostEnvironment(
            variables: ["HOME": "/home/dev"].merging(variables) { $1 },
            currentDirectory: "/",
            umask: 0o022
        )
    }

    private func settings(
        _ variables: [String: String],
        goRoot: String? = nil
    ) -> GoSettings {
        GoSettings.gathered(
            environment: environment(variables),
            goRoot: goRoot,
            in: host.files
        )
    }

    @Test func `the environment overrides the user's file, which overrides go-env`() throws {
        try host.directory.write(
            "home/dev/.config/go/env",
            "# written by go env -w\nGOPROXY=https://user.example\r\nGOTOOLCHAIN=local\nGOROOT=/x\n"
        )
        try host.directory.write("r/go.env", "GOPROXY=https://root.example\nGOSUMDB=sum.example\n")
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
            // A value that a newer Go may support is not reported as wrong.
            (["GOEXPERIMENT": "synctest"], ["setting-unverified"]),
            (["GOCACHE": "off"], ["setting-refused"]),
            (["GOWORK": "/w/go.work"], ["setting-refused"]),
            (["GOTOOLCHAIN": "local+path"], []),
            (["GOTOOLCHAIN": "path+auto"], ["toolchain-invalid"]),
        ] as [([String: String], [String])]
    )
    func `findings are reported`(variables: [String: String], kinds: [String]) async throws {
        try tree("usr/local/go", "go1.27.3", settings: false)
        try tree("home/dev/sdk/go1.21.0", "go1.21.0")
        let search = search(path: "/usr/local/go/bin", variables)
        let found = GoSettingFinding.found(
            in: settings(variables),
            search: search,
            host: GoPlatform(.amd64),
            environment: environment(variables),
            files: host.files
        )
        #expect(found.map(\.kind.rawValue) == kinds, "\(found)")
        #expect(found.allSatisfy { !$0.evidence.isEmpty && !$0.fix.isEmpty })
    }

    @Test func `GOROOT with a shim is unverified`() throws {
        try tree("usr/local/go", "go1.19.1")
        try host.directory.write("home/dev/.asdf/shims/go", "#!/bin/sh\nexec asdf\n", mode: 0o755)
        let variables = ["GOROOT": "/usr/local/go"]
        let found = GoSettingFinding.found(
            in: settings(variables),
            search: search(path: "/home/dev/.asdf/shims", variables),
            host: nil,
            environment: environment(variables),
            files: host.files
        )
        #expect(
            found.map(\.kind) == [.goRootUnverified] && found[0].severity == .unknown,
            "\(found)"
        )
        #expect(found[0].fix == "unset GOROOT")
    }

    @Test func `a launcher is not harmed by an exported GOROOT`() async throws {
        try tree("home/dev/sdk/go1.21.0", "go1.21.0")
        try tree("usr/local/go", "go1.27.3")
        try await host.link("home/dev/sdk/.gotoolprov/current", to: "../go1.21.0")
        let launcher = Launcher.ofDefault(link: "/home/dev/sdk/.gotoolprov/current")[0]
        try host.directory.write("home/dev/go/bin/go", launcher.script, mode: 0o755)
        let variables = ["GOROOT": "/usr/local/go"]
        let found = GoSettingFinding.found(
            in: settings(variables),
            search: search(path: "/home/dev/go/bin", variables),
            host: nil,
            environment: environment(variables),
            files: host.files
        )
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `an unreadable settings file is reported`() throws {
        try host.directory.write("home/dev/.config/go/env", [0xFF, 0xFE, 0x00])
        let settings = settings([:])
        #expect(settings.isFileUnreadable)
        let found = GoSettingFinding.found(
            in: settings,
            search: search(),
            host: nil,
            environment: environment([:]),
            files: host.files
        )
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
