import Editors
import TestSupport
import Testing
import ToolchainCore

/// launch.json as the Go extension accepts it: docs/facts/debugging.md#launch-configurations.
@Suite(.unitLimit)
struct LaunchTests {
    static func circumstances(
        _ change: (inout LaunchFile.Circumstances) -> Void = { _ in }
    ) -> LaunchFile.Circumstances {
        var circumstances = LaunchFile.Circumstances(
            delvePath: "/home/u/go/bin/dlv",
            delveVersion: ReleaseNumber("1.26.3"),
            program: "/srv/app/server"
        )
        change(&circumstances)
        return circumstances
    }

    static let many: [LaunchFile.Circumstances] = [
        circumstances(),
        circumstances { $0.delveVersion = nil },
        circumstances { $0.delveVersion = ReleaseNumber("v1.20.2") },
        circumstances { $0.delveVersion = ReleaseNumber("1.7.2") },
        circumstances { $0.program = nil },
        circumstances { $0.port = 65535 },
        circumstances {
            $0.program = "/srv/my app/ser'ver \"1\" */ // é"
            $0.delvePath = "/opt/del ve/dlv"
            $0.host = "u@host.example"
        },
        circumstances {
            $0.mappings = [.init(editor: "${workspaceFolder}", program: "/build/src")]
        },
        circumstances { $0.mappings = [.init(editor: "C:\\src", program: "/build/src")] },
        circumstances {
            $0.isTrimmed = true
            $0.mappings = [.init(editor: "/home/u/app", program: "example.com/app")]
        },
    ]

    /// The attributes that each request and mode may have.
    static let attributes: [String: Set<String>] = [
        "launch debug": ["program"], "launch test": ["program"],
        "launch exec": ["program", "substitutePath"],
        "attach local": ["processId", "substitutePath"],
        "attach remote": ["debugAdapter", "host", "port", "substitutePath"],
    ]

    @Test(arguments: many)
    func `each entry has only the attributes of its request and mode`(
        circumstances: LaunchFile.Circumstances
    ) throws {
        let file = try LaunchFile(for: circumstances)
        let text = file.text
        let found = try meaning(of: text).map { "\($0.path) = \($0.value)" }
        #expect(try found == meaning(of: file.json.rendered).map { "\($0.path) = \($0.value)" })

        let values = try Dictionary(uniqueKeysWithValues: meaning(of: text))
        func string(_ path: String) -> String? {
            values[path].map { String($0.dropFirst("string(\"".count).dropLast(2)) }
        }
        #expect(string("/version") == "0.2.0")
        var names: Set<String> = []
        for index in file.configurations.indices {
            let path = "/configurations/\(index)"
            #expect(string("\(path)/type") == "go")
            names.insert(string("\(path)/name") ?? "")
            let kind = try
                "\(#require(string("\(path)/request"))) \(#require(string("\(path)/mode")))"
            let allowed = try #require(Self.attributes[kind], "\(kind)")
            let keys = Set(
                values.keys.filter { $0.hasPrefix("\(path)/") }
                    .map { String($0.dropFirst(path.count + 1).prefix { $0 != "/" }) }
            )
            #expect(
                keys.subtracting(allowed).subtracting(["name", "type", "request", "mode"]) == []
            )
            if kind == "attach remote" {
                #expect(string("\(path)/host") == "127.0.0.1")
                #expect(values["\(path)/port"] == "number(\"\(circumstances.port)\")")
                #expect(["dlv-dap", "legacy", nil].contains(string("\(path)/debugAdapter")))
            }
        }
        #expect(names.count == file.configurations.count, "equal names")
        let isComplete = circumstances.program != nil
        #expect(file.configurations.count == (isComplete ? 5 : 3))
        #expect((file.serverCommand != nil) == isComplete)
        for wrong in ["0.0.0.0", "--addr", "dlv dap", "remotePath", "apiVersion", "\"port\": 0"] {
            #expect(!text.contains(wrong), "\(wrong)")
        }
        #expect(!text.contains("\"mode\": \"dlv-dap\""))
    }

    @Test func `the commands on both sides use the loopback interface`() throws {
        let file = try LaunchFile(for: Self.circumstances { $0.host = "u@h" })
        #expect(
            file.serverCommand
                == "/home/u/go/bin/dlv exec --headless --listen=127.0.0.1:2345 /srv/app/server"
        )
        #expect(file.tunnelCommand == "ssh -NL 2345:127.0.0.1:2345 u@h")
        #expect(file.text.contains("    //   ssh -NL 2345:127.0.0.1:2345 u@h\n"))
    }

    /// The extension guesses source paths only if no adapter is set, and older versions of Delve do
    /// not support guessing.
    @Test(arguments: [
        ("1.7.2", "legacy", true), ("1.7.3", "dlv-dap", true), ("1.23.1", "dlv-dap", true),
        ("1.24.0", nil, false), ("1.27.1", nil, false), ("unknown", nil, false),
    ])
    func `the adapter and source path guessing depend on the version of Delve`(
        version: String,
        adapter: String?,
        hasVersionOption: Bool
    ) throws {
        let circumstances = Self.circumstances { $0.delveVersion = ReleaseNumber(version) }
        let file = try LaunchFile(for: circumstances)
        let text = file.json.rendered
        #expect(text.contains("\"debugAdapter\"") == (adapter != nil))
        if let adapter { #expect(text.contains("\"debugAdapter\": \"\(adapter)\"")) }
        #expect(file.text.contains("does not guess") == hasVersionOption)
        #expect(file.text.contains("are guessed") == (adapter == nil))
        #expect(file.serverCommand?.contains(" --api-version=2 ") == hasVersionOption)

        // With a mapping, no paths are guessed.
        var mapped = circumstances
        mapped.mappings = [.init(editor: "/a", program: "/b"), .init(editor: "/c", program: "/d")]
        let other = try LaunchFile(for: mapped)
        #expect(
            other.json.rendered.contains("\"debugAdapter\": \"\(adapter ?? "dlv-dap")\"")
        )
        #expect(!other.text.contains("guess"))
        #expect(
            try meaning(of: other.text).filter { $0.path.hasSuffix("/to") }.map(\.value)
                == Array(repeating: [#"string("/b")"#, #"string("/d")"#], count: 3).flatMap(\.self)
        )
    }

    /// A shell parses the command.
    @Test func `special characters in paths are quoted in the commands`() async throws {
        let program = "/srv/a b/it's $HOME `x` \"é\""
        let file = try LaunchFile(for: Self.circumstances { $0.program = program })
        let command = try #require(file.serverCommand)
        let result = try await shell("set -- \(command); shift 4; printf %s \"$1\"")
        #expect(result.output == program)
    }

    @Test(arguments: [
        (circumstances { $0.port = 0 }, LaunchFile.Problem.port),
        (circumstances { $0.program = "app" }, .relative("app")),
        (circumstances { $0.delvePath = "dlv" }, .relative("dlv")),
        (circumstances { $0.program = "/a\n0.0.0.0" }, .unusable("/a\n0.0.0.0")),
        (circumstances { $0.program = "/a\u{2028}b" }, .unusable("/a\u{2028}b")),
        (circumstances { $0.program = "/a/${env:X}" }, .unusable("/a/${env:X}")),
        (circumstances { $0.host = "-oProxyCommand=x" }, .host("-oProxyCommand=x")),
        (circumstances { $0.host = "" }, .host("")),
        (circumstances { $0.mappings = [.init(editor: "src", program: "/a")] }, .relative("src")),
        (circumstances { $0.mappings = [.init(editor: "/src", program: "a")] }, .relative("a")),
        (circumstances { $0.isTrimmed = true }, .trimmedWithoutMapping),
    ])
    func `values that would change their meaning are rejected`(
        circumstances: LaunchFile.Circumstances,
        problem: LaunchFile.Problem
    ) {
        #expect(throws: problem) { try LaunchFile(for: circumstances) }
    }

    @Test(arguments: [
        ("1.27.1", "1.27.1"), ("v0.23.0", "0.23.0"), ("1.26.2+dirty", "1.26.2"),
        ("1.2", nil), ("master", nil), ("(devel)", nil), ("1..2", nil), ("+1.2.3", nil),
        ("99999999999999999999.1.1", nil),
    ])
    func `release numbers are parsed as tools print them`(text: String, expected: String?) {
        #expect(ReleaseNumber(text)?.description == expected)
    }
}
