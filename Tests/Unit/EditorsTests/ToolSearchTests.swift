import Editors
import TestSupport
import Testing
import ToolchainCore

/// Where the Go extension searches: docs/facts/debugging.md#tool-search-of-the-go-extension;
/// what it installs: docs/facts/debugging.md#tools-of-the-go-extension.
@Suite(.unitLimit)
struct ToolSearchTests {
    static let environment = [
        "HOME": "/home/u", "GOBIN": "/gobin", "GOPATH": "/p1:/p2", "GOROOT": "/goroot",
        "PATH": "/usr/bin::bin:~/x:/bin",
    ]

    func search(
        _ settings: EditorToolSearch.Settings = .init(),
        _ environment: [String: String] = environment,
        programs: Set<String> = []
    ) -> EditorToolSearch {
        EditorToolSearch(
            settings: settings,
            variable: { environment[$0] },
            isExecutable: { programs.contains($0) }
        )
    }

    func places(_ search: EditorToolSearch, _ tool: EditorToolSearch.Tool) -> [String] {
        search.candidates(for: tool).map { "\($0.origin.rawValue) \($0.path)" }
    }

    @Test func `locations are searched in the extension's order`() {
        let settings = EditorToolSearch.Settings(
            alternateTools: ["dlv": "/opt/dlv", "go": "~/sdk/go/bin/go"],
            toolsGoPath: "~/tools"
        )
        #expect(
            places(search(settings), .delve) == [
                "go.alternateTools /opt/dlv", "GOBIN /gobin/dlv",
                "go.toolsGopath /home/u/tools/bin/dlv", "GOPATH /p1/bin/dlv", "GOPATH /p2/bin/dlv",
                "GOROOT /goroot/bin/dlv", "PATH /usr/bin/dlv", "PATH /bin/dlv",
            ]
        )
        #expect(
            places(search(settings), .go) == [
                "go.alternateTools /home/u/sdk/go/bin/go", "GOBIN /gobin/go",
                "GOROOT /goroot/bin/go", "PATH /usr/bin/go", "PATH /bin/go",
                "usual place /usr/local/go/bin/go", "usual place /usr/local/bin/go",
            ]
        )
    }

    @Test func `settings take precedence over the environment, and ~/go is the default GOPATH`() {
        #expect(places(search(.init(), ["HOME": "/h"]), .gopls) == ["GOPATH /h/go/bin/gopls"])
        let settings = EditorToolSearch.Settings(goPath: "/set", goRoot: "/root")
        #expect(
            places(search(settings, ["GOPATH": "/env", "GOROOT": "/env"]), .gopls)
                == ["GOPATH /set/bin/gopls", "GOROOT /root/bin/gopls"]
        )
        #expect(search(.init(), [:]).result(for: .delve) == .missing)
    }

    @Test func `a bare name in alternateTools replaces the name of the tool`() {
        let search = search(
            .init(alternateTools: ["go": "go1.22"]),
            ["PATH": "/bin"],
            programs: ["/bin/go", "/bin/go1.22"]
        )
        guard case .found(let candidate) = search.result(for: .go) else {
            Issue.record("not found")
            return
        }
        #expect(candidate.path == "/bin/go1.22")
    }

    @Test func `a file that is not executable is skipped, and VS Code variables are not resolved`()
    {
        let settings = EditorToolSearch.Settings(
            alternateTools: ["dlv": "/opt/dlv", "gopls": "${workspaceFolder}/bin/gopls"]
        )
        let search = search(settings, programs: ["/p2/bin/dlv", "/p2/bin/gopls"])
        guard case .found(let delve) = search.result(for: .delve),
            case .unknown(let gopls) = search.result(for: .gopls)
        else {
            Issue.record("\(search.result(for: .delve)) \(search.result(for: .gopls))")
            return
        }
        #expect(delve.path == "/p2/bin/dlv")
        #expect(delve.origin == .goPath)
        #expect(gopls.origin == .alternateTools)
    }

    @Test func `settings are read from a file with comments`() throws {
        let text = """
            {"go.goroot": "/r", /* x */ "go.toolsGopath": "", "go.gopath": 1,
             "go.alternateTools": {"dlv": "/a", "go": null, "dlv": "/b"},}
            """
        let settings = try EditorToolSearch.Settings(in: JSONCDocument(Array(text.utf8)))
        #expect(settings == .init(alternateTools: ["dlv": "/b"], goRoot: "/r"))
    }

    @Test func `the last of several equal keys counts, as in VS Code`() throws {
        let text = """
            {"go.goroot": "/1", "go.goroot": "/2", "go.alternateTools": {"dlv": "/a"},
             "go.alternateTools": {"gopls": "/g", "gopls": 1}}
            """
        let settings = try EditorToolSearch.Settings(in: JSONCDocument(Array(text.utf8)))
        #expect(settings == .init(goRoot: "/2"))
    }

    @Test func `go env applies to all tools but go, for variables that the environment lacks`() {
        let goVariables = ["GOBIN": "~/mybin", "GOPATH": "/p", "GOROOT": "/sdk"]
        func places(
            _ environment: [String: String],
            _ tool: EditorToolSearch.Tool
        ) -> [String] {
            let search = EditorToolSearch(
                settings: .init(),
                variable: { environment[$0] },
                goVariable: { goVariables[$0] },
                isExecutable: { _ in false }
            )
            return self.places(search, tool)
        }
        #expect(
            places(["HOME": "/h"], .delve)
                == ["GOBIN /h/mybin/dlv", "GOPATH /p/bin/dlv", "GOROOT /sdk/bin/dlv"]
        )
        #expect(
            places(["HOME": "/h", "GOBIN": "/b", "GOPATH": "/q", "GOROOT": "/r"], .delve)
                == ["GOBIN /b/dlv", "GOPATH /q/bin/dlv", "GOROOT /r/bin/dlv"]
        )
        #expect(
            places(["HOME": "/h"], .go)
                == ["usual place /usr/local/go/bin/go", "usual place /usr/local/bin/go"]
        )
    }

    @Test func `the snap's wrapper is replaced by the go in the snap`() {
        let path = "/snap/bin/go"
        let found = search(.init(), ["PATH": "/snap/bin"], programs: [path]).result(for: .go)
        #expect(
            found
                == search(
                    .init(),
                    ["PATH": "/snap/go/current/bin"],
                    programs: ["/snap/go/current/bin/go"]
                ).result(for: .go)
        )
        #expect(
            places(search(.init(), ["PATH": "/snap/bin"]), .go).first == "PATH /snap/bin/go"
        )
    }

    @Test func `the home directory in go.toolsEnvVars is expanded`() throws {
        let text = #"{"go.toolsEnvVars": {"GOBIN": "~/b", "GOFLAGS": "-x", "N": 1}}"#
        let settings = try EditorToolSearch.Settings(in: JSONCDocument(Array(text.utf8)))
        #expect(settings.toolVariables(home: "/h") == ["GOBIN": "/h/b", "GOFLAGS": "-x"])
    }

    // MARK: Installation

    /// The table in docs/concepts/tools.md.
    static let delve = EditorToolForecast.Knowledge(
        newest: { ReleaseNumber("1.27.1") },
        newestCompatible: { version in
            let table = [
                "1.18": "1.21.0", "1.20": "1.22.1", "1.21": "1.25.0", "1.22": "1.25.2",
                "1.23": "1.25.2", "1.24": "1.26.3", "1.25": "1.27.1", "1.27": "1.27.1",
            ]
            return table[version.line.description].flatMap { ReleaseNumber($0) }
        },
        isCompatible: { release, version in
            switch release.description {
            case "1.27.1": ["1.25", "1.26", "1.27"].contains(version.line.description)
            case "1.22.1": ["1.19", "1.20", "1.21", "1.22"].contains(version.line.description)
            default: nil
            }
        }
    )

    @Test(arguments: [
        ("1.18.10", "v1.20.2", EditorToolForecast.Verdict.goTooOld),
        ("1.20.14", "v1.22.1", .goTooOld),
        ("1.21rc2", "latest", .goTooOld),
        ("1.21.13", "latest", .incompatible(compatibleVersion: ReleaseNumber("1.25.0"))),
        ("1.22.10", "latest", .incompatible(compatibleVersion: ReleaseNumber("1.25.2"))),
        ("1.24.11", "latest", .incompatible(compatibleVersion: ReleaseNumber("1.26.3"))),
        ("1.25.5", "latest", .compatible), ("1.27.3", "latest", .compatible),
    ])
    func `the latest Delve is incompatible with Go 1.21 to 1.24`(
        version: String,
        requested: String,
        verdict: EditorToolForecast.Verdict
    ) throws {
        let forecast = EditorToolForecast(
            tool: .delve,
            version: try #require(GoVersion(version)),
            knowledge: Self.delve
        )
        #expect(forecast?.requested == requested)
        #expect(forecast?.verdict == verdict)
    }

    @Test func `an unknown release has an unknown verdict, and go is not installed`() throws {
        let version = try #require(GoVersion("1.24.11"))
        let nothing = EditorToolForecast.Knowledge(
            newest: { nil },
            newestCompatible: { _ in nil },
            isCompatible: { _, _ in nil }
        )
        let forecast = EditorToolForecast(tool: .gopls, version: version, knowledge: nothing)
        #expect(forecast?.verdict == .unknown)
        #expect(forecast?.release == nil)
        #expect(EditorToolForecast(tool: .go, version: version, knowledge: nothing) == nil)
    }
}
