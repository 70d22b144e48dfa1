import TestSupport
import Testing

/// `gotoolprov vscode` from its arguments to its documents.
@Suite(.programLimit)
struct VSCodeTests {
    let sandbox: Sandbox
    static let file = "home/.vscode-server/data/Machine/settings.json"

    init() throws {
        sandbox = try Sandbox()
        try sandbox.directory.write("home/go/bin/dlv", hostProgram(), mode: 0o755)
    }

    func write(_ settings: String) throws {
        try sandbox.directory.write(Self.file, settings)
    }

    func settings() throws -> String {
        String(decoding: try bytes(of: "\(sandbox.directory.path)/\(Self.file)"), as: UTF8.self)
    }

    @Test func `settings are shown, merged and removed`() async throws {
        try write("{\r\n\t\"a\": 1, // mine\r\n}")
        let before = try await sandbox.snapshot()
        let check = try await sandbox.gotoolprov("vscode", "settings", "--check")
        #expect(check.status == 20, "\(check)")
        #expect(
            check.output.contains("\n+\t\t\"dlv\": \"\(sandbox.home)/go/bin/dlv\"\n"),
            "\(check)"
        )
        #expect(try await sandbox.snapshot() == before)

        let merge = try await sandbox.gotoolprov("vscode", "settings")
        #expect(merge.status == 0, "\(merge)")
        #expect(merge.output.hasPrefix("changed  vscode-server  "))
        // The sandbox is offline.
        #expect(try settings().contains("\"go.toolsManagement.autoUpdate\": false,\r\n"))
        #expect(try await sandbox.gotoolprov("vscode", "settings", "--check").status == 0)

        #expect(try await sandbox.gotoolprov("vscode", "settings", "--remove").status == 0)
        #expect(try await sandbox.snapshot() == before)
    }

    @Test func `settings that were modified since are kept and reported`() async throws {
        try write("{}")
        let merge = ["settings", "--dlv", "\(sandbox.home)/go/bin/dlv", "--gotoolchain", "keep"]
        #expect(try await vscode(merge).status == 0)
        let changed = try settings().replacing("/go/bin/dlv", with: "/mine")
            .replacing(": \"off\"", with: ": \"local\"")
        try write(changed)
        let removal = try await vscode(["settings", "--remove"])
        #expect(removal.status == 0, "\(removal)")
        #expect(
            removal.error.contains("go.alternateTools.dlv, go.toolsManagement.checkForUpdates"),
            "\(removal)"
        )
        #expect(removal.error.contains("settings.json.gotoolprov-backup"), "\(removal)")
        #expect(try settings().contains("\"dlv\": \"\(sandbox.home)/mine\""))
        #expect(try !settings().contains("autoUpdate"))
    }

    /// Writes an executable with the build information of a tool.
    func tool(_ package: String, _ version: String, builtBy go: String = "go1.26.1") -> [UInt8] {
        var fixture = ELFFixture.go(
            producerFlags: nil,
            modules: "path\t\(package)\nmod\t\(package)\tv\(version)\t\nbuild\tGOARCH=amd64\n"
        )
        fixture.sections[2].contents = ELFFixture.inlineBuildInfo(
            version: go,
            modules: "path\t\(package)\nmod\t\(package)\tv\(version)\t\nbuild\tGOARCH=amd64\n"
        )
        return fixture.bytes
    }

    func vscode(
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["vscode"] + arguments,
            environment: sandbox.environment.merging(environment) { $1 },
            in: sandbox.home
        )
    }

    static let delve = "github.com/go-delve/delve/cmd/dlv"

    @Test func `launch inspects Delve and the program`() async throws {
        try sandbox.directory.write("home/go/bin/dlv", tool(Self.delve, "1.20.2"), mode: 0o755)
        let old = try await vscode(["launch", "--program", "/nope"])
        #expect(old.status == 0, "\(old)")
        #expect(old.error.contains("/nope does not exist"), "\(old)")
        #expect(old.output.contains("does not guess"), "\(old)")
        #expect(old.output.contains("--api-version=2"), "\(old)")
        #expect(old.output.contains("\"debugAdapter\": \"dlv-dap\""), "\(old)")
        // Options take precedence.
        let result = try await vscode(["launch", "--program", "/nope", "--dlv-version", "1.27.1"])
        #expect(!result.output.contains("debugAdapter\":"), "\(result)")

        try sandbox.directory.write("home/go/bin/dlv", tool(Self.delve, "1.7.2"), mode: 0o755)
        let older = try await vscode(["launch", "--program", "/nope"])
        #expect(older.output.contains("\"debugAdapter\": \"legacy\""), "\(older)")

        // The build directory does not exist here.
        try sandbox.directory.write("home/app", ELFFixture.go().bytes, mode: 0o755)
        let elsewhere = try await vscode(["launch", "--program", "app"])
        #expect(elsewhere.status == 0, "\(elsewhere)")
        #expect(elsewhere.output.contains("\"from\": \"${workspaceFolder}\""), "\(elsewhere)")
        #expect(elsewhere.output.contains("\"to\": \"/src/app\""), "\(elsewhere)")
        let modules = ELFFixture.defaultModules + "build\t-trimpath=true\n"
        let stripped = ELFFixture.go(producerFlags: nil, modules: modules).bytes
        try sandbox.directory.write("home/app", stripped, mode: 0o755)
        let trimmed = try await vscode(["launch", "--program", "app"])
        #expect(trimmed.status == 0, "\(trimmed)")
        #expect(trimmed.output.contains("\"to\": \"example.com/app"), "\(trimmed)")
        let given = try await vscode(["launch", "--program", "app", "--to", "/build"])
        #expect(given.output.contains("\"to\": \"/build\""), "\(given)")
        #expect(!given.output.contains("\"to\": \"example.com"), "\(given)")

        try sandbox.directory.write("home/notes", "text")
        let text = try await vscode(["launch", "--program", "notes"])
        #expect(text.error.contains("not an ELF file"), "\(text)")
        try sandbox.directory.write("home/true", hostProgram(), mode: 0o755)
        let other = try await vscode(["launch", "--program", "true"])
        #expect(other.error.contains("Delve debugs only Go programs"), "\(other)")
    }

    @Test func `launch reports if Delve cannot debug the program`() async throws {
        let old = tool(Self.delve, "1.25.0", builtBy: "go1.21.13")
        try sandbox.directory.write("home/go/bin/dlv", old, mode: 0o755)
        try sandbox.directory.write("home/app", ELFFixture.go().bytes, mode: 0o755)
        let result = try await vscode(["launch", "--program", "app"])
        #expect(result.status == 0, "\(result)")
        #expect(
            result.error.contains(
                "Delve 1.25.0 cannot debug \(sandbox.home)/app, built with go1.26.1: it supports up to"
            ),
            "\(result)"
        )
        #expect(result.error.contains("; run `gotoolprov ensure dlv@1.27.1`"), "\(result)")
        // The program already has full debug information.
        #expect(!result.output.contains("For all variables"), "\(result)")
        let specified = try await vscode([
            "launch", "--program", "app", "--dlv-version", "1.27.1",
        ])
        #expect(specified.error == "", "\(specified)")
        let unknown = try await vscode(["launch", "--program", "app", "--dlv-version", "1.27.2"])
        #expect(
            unknown.error.contains("it is unknown whether Delve 1.27.2 can debug"),
            "\(unknown)"
        )

        // DWARF 5 matters only if the program contains it.
        let fixed = tool(Self.delve, "1.27.1", builtBy: "go1.24.1")
        try sandbox.directory.write("home/go/bin/dlv", fixed, mode: 0o755)
        #expect(try await vscode(["launch", "--program", "app"]).error == "")
        let new = ELFFixture.go(producerFlags: "; regabi", debugVersion: 5).bytes
        try sandbox.directory.write("home/app", new, mode: 0o644)
        let refused = try await vscode(["launch", "--program", "app"])
        #expect(refused.error.contains("refuses DWARF 5, which the program uses"), "\(refused)")
        #expect(refused.error.contains("It is not executable (mode 644)"), "\(refused)")
        #expect(
            refused.output.contains("// For all variables: GOARCH=amd64 CGO_ENABLED=0 go build "),
            "\(refused)"
        )
        var fixture = ELFFixture.go()
        fixture.sections.removeAll { $0.name == ".symtab" }
        try sandbox.directory.write("home/app", fixture.bytes, mode: 0o755)
        let bare = try await vscode(["launch", "--program", "app"])
        #expect(
            bare.error.contains("Delve refuses to debug it. (it has no symbol table"),
            "\(bare)"
        )
    }

    @Test func `tools checks the installed tools that VS Code would use`() async throws {
        // The last of several equal keys counts.
        try write("{ \"go.goroot\": \"/nowhere\", \"go.goroot\": \"\(sandbox.home)/goroot\" }")
        try sandbox.directory.write("home/goroot/VERSION", "go1.21.13\ntime 2026\n")
        try sandbox.directory.write("home/goroot/bin/go", hostProgram(), mode: 0o755)
        try sandbox.directory.write("home/go/bin/dlv", tool(Self.delve, "1.27.1"), mode: 0o755)
        let gopls = tool("golang.org/x/tools/gopls", "0.15.3")
        try sandbox.directory.write("home/go/bin/gopls", gopls, mode: 0o755)
        let result = try await vscode(["tools"])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("1.27.1, incompatible with Go 1.21.13: it "), "\(result)")
        #expect(result.output.contains("; dlv@v1.25.0 is compatible"), "\(result)")
        #expect(result.output.contains("0.15.3, compatible with Go 1.21.13"), "\(result)")
        #expect(!result.output.contains("would install"), "\(result)")

        try sandbox.directory.write("home/goroot/VERSION", "go1.27.3\ntime 2026\n")
        let newer = try await vscode(["tools"])
        #expect(newer.output.contains("1.27.1, compatible with Go 1.27.3"), "\(newer)")
        // The Go version that built Delve matters too.
        let built = tool(Self.delve, "1.27.1", builtBy: "go1.24.1")
        try sandbox.directory.write("home/go/bin/dlv", built, mode: 0o755)
        let refusing = try await vscode(["tools"])
        #expect(refusing.output.contains("refuses DWARF 5"), "\(refusing)")

        try sandbox.directory.write("home/go/bin/dlv", hostProgram(), mode: 0o755)
        let unknown = try await vscode(["tools"])
        #expect(unknown.output.contains("unknown version"), "\(unknown)")
    }

    @Test func `tools follows go env -w and go.toolsEnvVars`() async throws {
        let home = sandbox.home
        try write("{ \"go.goroot\": \"\(home)/goroot\" }")
        try sandbox.directory.write("home/goroot/bin/go", hostProgram(), mode: 0o755)
        try sandbox.directory.write("home/goroot/VERSION", "go1.27.3\n")
        try sandbox.directory.write("home/mybin/dlv", hostProgram(), mode: 0o755)
        try sandbox.directory.write("home/.config/go/env", "GOBIN=\(home)/mybin\n")
        let written = try await vscode(["tools"])
        #expect(written.output.contains("\(home)/mybin/dlv  (GOBIN)"), "\(written)")
        // The extension has to find go before it can run go env.
        #expect(!written.output.contains("\(home)/mybin/go "), "\(written)")

        try sandbox.directory.write("home/.config/go/env", "")
        try sandbox.directory.write("home/goroot/go.env", "GOBIN=\(home)/mybin\n")
        #expect(try await vscode(["tools"]).output.contains("\(home)/mybin/dlv  (GOBIN)"))

        try sandbox.directory.write("home/goroot/go.env", "")
        try write(
            """
            { "go.goroot": "\(home)/goroot", "go.toolsEnvVars": { "GOBIN": "~/mybin" } }
            """
        )
        let passed = try await vscode(["tools"])
        #expect(passed.output.contains("\(home)/mybin/dlv  (GOBIN)"), "\(passed)")
        let elsewhere = try await vscode(["tools"], ["GOBIN": "\(home)/none"])
        #expect(!elsewhere.output.contains("mybin"), "\(elsewhere)")
    }

    @Test func `settings that conflict with the found go are noted`() async throws {
        let home = sandbox.home
        for name in ["goroot", "other"] {
            try sandbox.directory.write("home/\(name)/bin/go", hostProgram(), mode: 0o755)
            try sandbox.directory.write("home/\(name)/VERSION", "go1.27.3\n")
        }
        try write(
            """
            { "go.alternateTools": { "go": "\(home)/goroot/bin/go", "dlv": "$HOME/go/bin/dlv" },
              "go.goroot": "\(home)/other", "go.toolsEnvVars": { "GOROOT": "/x", "PATH": "~/other/bin" } }
            """
        )
        let tools = try await vscode(["tools"])
        for words in [
            "go.goroot is \(home)/other, but \(home)/goroot/bin/go belongs to \(home)/goroot",
            "go.toolsEnvVars.GOROOT is /x, but",
            "go.toolsEnvVars.PATH is \(home)/other/bin, where `go` is \(home)/other/bin/go, not",
            "go.alternateTools.dlv is `$HOME/go/bin/dlv`: VS Code expands `~`",
        ] {
            #expect(tools.output.contains(words), "\(tools)")
        }
        let document = try await vscode(["tools", "--format", "json"])
        try await validate(document.output, against: "vscode-tools")
        let merged = try await vscode(["settings", "--go", "\(home)/goroot/bin/go"])
        #expect(merged.error.contains("go.goroot is \(home)/other, but"), "\(merged)")

        try write(
            """
            { "go.alternateTools": { "go": "\(home)/goroot/bin/go" }, "go.goroot": "~/goroot",
              "go.toolsEnvVars": { "PATH": "${env:PATH}" } }
            """
        )
        #expect(try await !vscode(["tools"]).output.contains("  note"))
    }

    @Test func `a rejected file does not prevent merging others`() async throws {
        try write("{ \"go.alternateTools\": [] }")
        try sandbox.directory.write("home/.vscode-remote/.keep", "")
        let result = try await sandbox.gotoolprov("vscode", "settings")
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("`go.alternateTools` is not an object"), "\(result)")
        #expect(result.error.contains("line 1, column 24"), "\(result)")
        #expect(result.output.contains("refused  vscode-server"), "\(result)")
        #expect(result.output.contains("created  vscode-remote"), "\(result)")
        #expect(try settings() == "{ \"go.alternateTools\": [] }")
    }

    /// Each editor built from VS Code's sources has its own name for the server directory.
    @Test func `servers of other editors are found by name and by layout`() async throws {
        for directory in [
            ".cursor-server", ".windsurf-server", ".vscodium-server", ".vscode-server-oss",
            ".trae-server", ".antigravity-ide-server", ".positron-server", ".kiro-server",
            ".new-server-beta/data/Machine", ".one-server/cli/servers", ".language-server/bin/x",
        ] {
            try sandbox.directory.write("home/\(directory)/.keep", "")
        }
        try sandbox.directory.write("home/.two-server/bin/abc/product.json", "{}")
        let result = try await sandbox.gotoolprov("vscode", "settings")
        #expect(result.status == 0, "\(result)")
        for directory in [
            ".cursor-server", ".windsurf-server", ".vscodium-server", ".vscode-server-oss",
            ".trae-server", ".antigravity-ide-server", ".positron-server", ".kiro-server",
            ".new-server-beta", ".one-server", ".two-server",
        ] {
            let file = "\(sandbox.home)/\(directory)/data/Machine/settings.json"
            #expect(result.output.contains(" \(file) "), "\(result)")
        }
        #expect(!result.output.contains("language-server"), "\(result)")
        let document = try await sandbox.gotoolprov("vscode", "settings", "--format", "json")
        try await validate(document.output, against: "vscode-settings")
        #expect(document.output.contains("\"kind\": \"other\""), "\(document)")
    }

    @Test func `code-server's machine settings are used, by default and if specified`()
        async throws
    {
        let machine = "Machine/settings.json"
        for directory in ["home/.local/share/code-server", "elsewhere"] {
            try sandbox.directory.write("\(directory)/User/settings.json", "{}")
            try sandbox.directory.write("\(directory)/\(machine)", "{ \"mine\": 1 }")
        }
        let root = sandbox.directory.path
        let result = try await vscode(["settings", "--server", "\(root)/elsewhere"])
        #expect(result.status == 0, "\(result)")
        for directory in ["\(sandbox.home)/.local/share/code-server", "\(root)/elsewhere"] {
            let text = String(decoding: try bytes(of: "\(directory)/\(machine)"), as: UTF8.self)
            #expect(text.contains("\"mine\": 1") && text.contains("go.alternateTools"), "\(result)")
            #expect(try bytes(of: "\(directory)/User/settings.json") == Array("{}".utf8))
        }
        // Settings that 0.1.0 wrote into the user's settings are removed there.
        let home = "home/.local/share/code-server"
        try await shell("cd \"$1\" && mv Machine/settings.json* User/", "\(root)/\(home)")
            .expectSuccess()
        let removed = try await vscode(["settings", "--remove"])
        #expect(removed.output.contains("changed  code-server"), "\(removed)")
        #expect(
            try bytes(of: "\(root)/\(home)/User/settings.json") == Array("{ \"mine\": 1 }".utf8)
        )
    }

    @Test func `without a server nothing is created, except on request`() async throws {
        let before = try await sandbox.snapshot()
        let none = try await sandbox.gotoolprov("vscode", "settings")
        #expect(none.status == 0, "\(none)")
        #expect(none.output == "")
        #expect(none.error.contains("--create"), "\(none)")
        #expect(try await sandbox.snapshot() == before)
        #expect(try await sandbox.gotoolprov("vscode", "settings", "--create").status == 0)
        #expect(try settings().hasPrefix("{\n    \"go.alternateTools\": {\n"))
    }

    @Test(arguments: [
        ["launch", "--port", "0"], ["launch", "--from", "/x"], ["launch", "--dlv-version", "new"],
        ["launch", "--port", "65536"], ["launch", "--host", "-x"],
        ["launch", "--program", "/a${b}"],
        ["tools", "--go-version", "latest"], ["settings", "--gotoolchain", "auto"],
    ])
    func `invalid arguments are a usage error`(arguments: [String]) async throws {
        let result = try await run(
            sandbox.program,
            ["vscode"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 64, "\(result)")
    }

    @Test func `every JSON document matches its schema`() async throws {
        try write("{}")
        try sandbox.directory.write("home/sdk/go1.24.11/VERSION", "go1.24.11\ntime 2026\n")
        try sandbox.directory.write("home/sdk/go1.24.11/bin/go", hostProgram(), mode: 0o755)
        let go = "\(sandbox.home)/sdk/go1.24.11/bin"
        let calls: [(schema: String, status: Int32, arguments: [String])] = [
            ("settings", 20, ["--check", "--go", "\(go)/go", "--goroot", "/r"]),
            ("settings", 0, ["--go", "\(go)/go"]), ("settings", 0, ["--remove"]),
            ("launch", 0, []),
            ("launch", 0, ["--program", "app", "--to", "/src", "--host", "u@h"]),
            ("launch", 0, ["--program", "app", "--trimpath", "--to", "example.com/app"]),
            ("tools", 0, []), ("tools", 0, ["--go-version", "1.21.13"]),
        ]
        for (schema, status, arguments) in calls {
            let result = try await run(
                sandbox.program,
                ["vscode", schema] + arguments + ["--format", "json"],
                environment: sandbox.environment.merging(["PATH": go]) { $1 },
                in: sandbox.home
            )
            #expect(result.status == status, "\(result)")
            #expect(result.error == "", "\(result)")
            try await validate(result.output, against: "vscode-\(schema)")
            if schema == "tools", arguments.isEmpty {
                #expect(result.output.contains("\"goVersion\": \"1.24.11\""), "\(result)")
            }
        }
    }
}
