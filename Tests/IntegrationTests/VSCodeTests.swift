import TestSupport
import Testing

/// `gotoolprov vscode` from its arguments to its documents.
@Suite(.timeLimit(.minutes(15)))
struct VSCodeTests {
    let sandbox: Sandbox
    static let file = "home/.vscode-server/data/Machine/settings.json"

    init() throws {
        sandbox = try Sandbox()
        try sandbox.folder.write("home/go/bin/dlv", hostProgram(), mode: 0o755)
    }

    func write(_ settings: String) throws {
        try sandbox.folder.write(Self.file, settings)
    }

    func settings() throws -> String {
        String(decoding: try bytes(of: "\(sandbox.folder.path)/\(Self.file)"), as: UTF8.self)
    }

    @Test func `settings are shown, merged, and taken out again`() async throws {
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

    @Test func `one file that is refused does not keep others from being merged`() async throws {
        try write("{ \"go.alternateTools\": [] }")
        try sandbox.folder.write("home/.vscode-remote/.keep", "")
        let result = try await sandbox.gotoolprov("vscode", "settings")
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("`go.alternateTools` is not an object"), "\(result)")
        #expect(result.error.contains("line 1, column 24"), "\(result)")
        #expect(result.output.contains("refused  vscode-server"), "\(result)")
        #expect(result.output.contains("created  vscode-remote"), "\(result)")
        #expect(try settings() == "{ \"go.alternateTools\": [] }")
    }

    @Test func `without a server nothing is made, unless told to`() async throws {
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
    func `what makes no sense is a usage error`(arguments: [String]) async throws {
        let result = try await run(
            sandbox.program,
            ["vscode"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 64, "\(result)")
    }

    @Test func `every JSON document is as its schema says`() async throws {
        try write("{}")
        try sandbox.folder.write("home/sdk/go1.24.11/VERSION", "go1.24.11\ntime 2026\n")
        try sandbox.folder.write("home/sdk/go1.24.11/bin/go", hostProgram(), mode: 0o755)
        let go = "\(sandbox.home)/sdk/go1.24.11/bin"
        let calls: [(schema: String, status: Int32, arguments: [String])] = [
            ("settings", 20, ["--check", "--go", "\(go)/go", "--goroot", "/r"]),
            ("settings", 0, ["--go", "\(go)/go"]), ("settings", 0, ["--remove"]),
            ("launch", 0, []),
            ("launch", 0, ["--program", "app", "--to", "/src", "--host", "u@h"]),
            ("launch", 0, ["--program", "app", "--trimpath", "--to", "example.com/app"]),
            ("tools", 0, []), ("tools", 0, ["--go-version", "1.21.13"]),
        ]
        let interface = try InterfaceTests()
        for (schema, status, arguments) in calls {
            let result = try await run(
                sandbox.program,
                ["vscode", schema] + arguments + ["--format", "json"],
                environment: sandbox.environment.merging(["PATH": go]) { $1 },
                in: sandbox.home
            )
            #expect(result.status == status, "\(result)")
            #expect(result.error == "", "\(result)")
            try await interface.validate(result.output, against: "vscode-\(schema)")
            if schema == "tools", arguments.isEmpty {
                #expect(result.output.contains("\"goVersion\": \"1.24.11\""), "\(result)")
            }
        }
    }
}
