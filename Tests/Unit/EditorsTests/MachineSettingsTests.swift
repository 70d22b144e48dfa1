import Editors
import Provisioning
import TestSupport
import Testing
import ToolchainCore

/// Changes to the settings files of editor servers in a home directory.
@Suite(.unitLimit)
struct MachineSettingsTests {
    let directory: TemporaryDirectory
    var home: String { "\(directory.path)/home" }
    var file: String { "\(home)/.vscode-server/data/Machine/settings.json" }
    var backup: String { "\(file).gotoolprov-backup" }
    let wanted = EditorMachineSettings.Purpose.merge(GoEditorSettings(go: "/sdk/go"))

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write("home/.vscode-server/extensions/golang.go-0.57.2/package.json", "{}")
        try directory.write("home/.vscode-server/extensions/golang.go-0.9.0/README", "no manifest")
        try directory.write("home/.vscode-server/extensions/ms-python.python-1/package.json", "{}")
    }

    func settings(followsLinks: Bool = false) -> EditorMachineSettings {
        EditorMachineSettings(
            of: EditorServer(kind: .stable, directory: "\(home)/.vscode-server"),
            home: home,
            followsLinks: followsLinks
        )
    }

    func text(of path: String) throws -> String {
        String(decoding: try bytes(of: path), as: UTF8.self)
    }

    func listing() async throws -> String {
        try await shell("cd \"$1\" && find . -printf '%P %m %i %s %l\\n' | sort", home)
            .output
    }

    func mode(of path: String) async throws -> String {
        try await run("stat", ["-c", "%a", path]).output
    }

    @Test func `servers are found by their directories, and the Go extension with its manifest`()
        throws
    {
        try directory.write("home/.vscode-remote/x", "")
        try directory.write("home/.local/share/code-server/x", "")
        try directory.write("home/.openvscode-server", "a file, not a directory")
        let servers = try EditorServer.found(in: home)
        #expect(servers.map(\.kind) == [.stable, .container, .codeServer])
        #expect(servers[0].goExtensionVersions() == ["0.57.2"])
        #expect(servers[1].goExtensionVersions() == [])
        #expect(servers[2].settingsPath == "\(home)/.local/share/code-server/Machine/settings.json")
        #expect(throws: Failure.self) {
            try EditorServer.found(in: home, directories: ["/nowhere"])
        }
        #expect(try EditorServer.found(in: "\(home)/x", creating: true).map(\.kind) == [.stable])
        #expect(try EditorServer.found(in: "\(home)/x").isEmpty)
    }

    @Test func `a check writes nothing and returns the difference`() async throws {
        try directory.write(
            "home/.vscode-server/data/Machine/settings.json",
            "{\r\n  \"a\": 1\r\n}"
        )
        let before = try await listing()
        let outcome = try settings().planned(wanted)
        #expect(try await listing() == before)
        #expect(outcome.action == .changed)
        #expect(
            outcome.difference == """
                --- \(file)
                +++ \(file)
                @@ -1,3 +1,9 @@
                 {
                -  "a": 1
                +  "a": 1,
                +  "go.alternateTools": {
                +    "go": "/sdk/go"
                +  },
                +  "go.toolsEnvVars": {
                +    "GOTOOLCHAIN": "local"
                +  }
                 }
                \\ No newline at end of file

                """
        )
    }

    @Test func `a merge keeps the mode and one backup, and a removal restores the file`()
        async throws
    {
        let original = "\u{FEFF}{\r\n\t\"go.toolsEnvVars\": {}, // mine\r\n}"
        try directory.write(
            "home/.vscode-server/data/Machine/settings.json",
            Array(original.utf8),
            mode: 0o600
        )
        #expect(try settings().perform(wanted).action == .changed)
        #expect(try text(of: file).contains("\"go\": \"/sdk/go\"\r\n"))
        #expect(try text(of: backup) == original)
        for path in [file, backup] { #expect(try await mode(of: path) == "600\n") }

        let after = try await listing()
        #expect(try settings().perform(wanted).action == .unchanged)
        #expect(try await listing() == after)

        // Another merge does not replace the first backup.
        let offline = GoEditorSettings(go: "/sdk/go2", isOffline: true)
        #expect(try settings().perform(.merge(offline)).action == .changed)
        #expect(try text(of: backup) == original)

        #expect(try settings().planned(.remove).action == .changed)
        #expect(try settings().perform(.remove).action == .changed)
        #expect(try text(of: file) == original)
        #expect(try await mode(of: file) == "600\n")
        #expect(try !(await listing()).contains("gotoolprov"))
        #expect(try settings().perform(.remove).action == .unchanged)
    }

    @Test func `a missing file is created, and deleted by the removal`() async throws {
        #expect(
            try settings().planned(wanted).difference.hasPrefix(
                "--- /dev/null\n+++ \(file)\n@@ -0,0 +1,"
            )
        )
        #expect(try settings().perform(wanted).action == .created)
        #expect(try await mode(of: file) == "644\n")
        #expect(try settings().perform(.remove).action == .deleted)
        #expect(try await listing().contains("data/Machine/settings.json") == false)
    }

    @Test func `later changes by the user are not lost`() throws {
        try directory.write(
            "home/.vscode-server/data/Machine/settings.json",
            "{\n  \"go.alternateTools\": { \"go\": \"mine\" }\n}\n"
        )
        try settings().perform(wanted)
        let edited = try text(of: file).replacing(
            "{\n",
            with: "{\n  \"new\": true,\n",
            maxReplacements: 1
        )
        try directory.write("home/.vscode-server/data/Machine/settings.json", edited)
        try settings().perform(.remove)
        #expect(
            try text(of: file)
                == "{\n  \"new\": true,\n  \"go.alternateTools\": { \"go\": \"mine\" }\n}\n"
        )
    }

    @Test func `an outdated backup is not restored`() throws {
        let name = "home/.vscode-server/data/Machine/settings.json"
        try directory.write(name, "{ \"go.goroot\": \"/old\" }")
        try settings().perform(wanted)
        // The user replaces the file, without any setting by gotoolprov.
        try directory.write(name, "{ \"b\": 1 }")
        try settings().perform(wanted)
        try settings().perform(.remove)
        #expect(try text(of: file) == "{ \"b\": 1 }")
    }

    @Test func `a removal deletes only written settings, and keeps the backup if any is left`()
        throws
    {
        let name = "home/.vscode-server/data/Machine/settings.json"
        try directory.write(name, "{ \"go.alternateTools\": { \"dlv\": \"/mine\" } }")
        let keep = GoEditorSettings(go: "/sdk/go", delve: "/d", toolchainPolicy: nil)
        try settings().perform(.merge(keep))
        // The user adds settings that gotoolprov could have written, and changes one that it wrote.
        let edited = """
            { "go.alternateTools": { "dlv": "/other", "go": "/sdk/go" }, "go.goroot": "/my/go",
              "go.toolsManagement.checkForUpdates": "local",
              "go.toolsEnvVars": { "GOTOOLCHAIN": "go1.24.11" } }
            """
        try directory.write(name, edited)
        let outcome = try settings().perform(.remove)
        #expect(outcome.action == .changed)
        #expect(outcome.left == ["go.alternateTools.dlv"])
        #expect(outcome.backupPath == backup)
        #expect(try text(of: file) == edited.replacing(", \"go\": \"/sdk/go\"", with: ""))
        #expect(try text(of: backup) == "{ \"go.alternateTools\": { \"dlv\": \"/mine\" } }")
        // None of the settings is by gotoolprov any more.
        let again = try settings().perform(.remove)
        #expect(again.action == .unchanged)
        #expect(again.left.isEmpty && again.backupPath == backup)
    }

    @Test func `a setting that already had the value is not removed`() throws {
        let name = "home/.vscode-server/data/Machine/settings.json"
        try directory.write(name, "{ \"go.toolsEnvVars\": { \"GOTOOLCHAIN\": \"local\" } }")
        try settings().perform(wanted)
        try directory.write(name, try text(of: file) + "\n// later\n")
        #expect(try settings().perform(.remove).backupPath == nil)
        #expect(
            try text(of: file)
                == "{ \"go.toolsEnvVars\": { \"GOTOOLCHAIN\": \"local\" } }\n// later\n"
        )
    }

    @Test func `a value that the user wrote between two merges is restored`() throws {
        let name = "home/.vscode-server/data/Machine/settings.json"
        try directory.write(name, "{}")
        try settings().perform(wanted)
        try directory.write(name, try text(of: file).replacing("/sdk/go", with: "/my/go"))
        try settings().perform(wanted)
        #expect(try text(of: file).contains("/sdk/go"))
        try settings().perform(.remove)
        #expect(try text(of: file).contains("\"go\": \"/my/go\""))
        #expect(try !text(of: file).contains("GOTOOLCHAIN"))
    }

    @Test func `a backup is never overwritten`() async throws {
        let name = "home/.vscode-server/data/Machine/settings.json"
        let first = "// my notes\n{ \"go.alternateTools\": { \"go\": \"/my/go\" } }"
        try directory.write(name, first)
        try settings().perform(wanted)
        try directory.write(name, "{}")
        try settings().perform(wanted)
        #expect(try text(of: backup) == "{}")
        #expect(try text(of: "\(backup).1") == first)
        try directory.write(name, "{ }")
        try settings().perform(wanted)
        #expect(try text(of: "\(backup).2") == "{}")
        try settings().perform(.remove)
        #expect(try text(of: file) == "{ }")
        #expect(try text(of: "\(backup).1") == first)
    }

    @Test func `the backup is kept if the file was replaced or deleted`() async throws {
        let name = "home/.vscode-server/data/Machine/settings.json"
        try directory.write(name, "// my notes\n{}")
        try settings().perform(wanted)
        try directory.write(name, "{}")
        let outcome = try settings().perform(.remove)
        #expect(outcome.action == .unchanged)
        #expect(outcome.left == ["go.alternateTools.go", "go.toolsEnvVars.GOTOOLCHAIN"])
        #expect(try text(of: backup) == "// my notes\n{}")

        try settings().perform(wanted)
        try await run("rm", [file]).expectSuccess()
        let gone = try settings().perform(.remove)
        #expect(gone.action == .unchanged)
        #expect(gone.backupPath == backup)
        #expect(try text(of: backup) == "{}")
        #expect(try text(of: "\(backup).1") == "// my notes\n{}")
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"settings": [{"path": ["a"], "value": "x"}]}"#,
        """
        {"settings": [{"path": ["files.eol"], "value": "x", "before": null, "madeObject": false}]}
        """,
        """
        {"settings": [{"path": ["go.goroot"], "value": "x", "before": "1, 2", "madeObject": false}]}
        """,
    ])
    func `an invalid record is rejected`(record: String) throws {
        let name = "home/.vscode-server/data/Machine/settings.json"
        try directory.write(name, "{ \"files.eol\": \"x\", \"go.goroot\": \"x\" }")
        try directory.write("\(name).gotoolprov-written", record)
        #expect {
            try settings().perform(.remove)
        } throws: { ($0 as? Failure)?.kind == .configuration }
        #expect(try text(of: file).contains("files.eol"))
    }

    @Test func `a read-only file is rejected, even for root`() async throws {
        let name = "home/.vscode-server/data/Machine/settings.json"
        try directory.write(name, Array("{}".utf8), mode: 0o444)
        let before = try await listing()
        #expect {
            try settings().perform(wanted)
        } throws: { error in
            (error as? Failure)?.facts.contains(.init("mode", "444")) == true
        }
        #expect(try await listing() == before)
    }

    /// Only root, or a member of two groups, can change the group of a file.
    @Test func `the group and its permissions are kept`() async throws {
        try directory.write("home/.vscode-server/data/Machine/settings.json", "{}")
        guard try await run("chgrp", ["1000", file]).status == 0 else { return }
        try await run("chmod", ["2664", file]).expectSuccess()
        try settings().perform(wanted)
        for path in [file, backup] {
            #expect(try await run("stat", ["-c", "%g %a", path]).output == "1000 2664\n")
        }
    }

    @Test func `without a record nothing is removed`() throws {
        let text = "{ \"go.alternateTools\": { \"go\": \"mine\" } }"
        try directory.write("home/.vscode-server/data/Machine/settings.json", text)
        #expect(try settings().perform(.remove).action == .unchanged)
    }

    @Test func `a file that cannot be parsed is unchanged, and the error names the position`()
        async throws
    {
        try directory.write("home/.vscode-server/data/Machine/settings.json", "{\n  \"a\" = 1\n}")
        let before = try await listing()
        #expect {
            try settings().perform(wanted)
        } throws: { error in
            guard let failure = error as? Failure else { return false }
            return failure.kind == .configuration
                && failure.facts.contains(.init("at", "line 2, column 7"))
        }
        #expect(try await listing() == before)
    }

    @Test func `a link out of the home directory is followed only on request`() async throws {
        try directory.write("home/.vscode-server/data/Machine/.keep", "")
        try directory.write("home/dotfiles/settings.json", "{}\n")
        try directory.write("elsewhere/settings.json", "{}\n")
        try await run("ln", ["-s", "../../../dotfiles/settings.json", file]).expectSuccess()
        try settings().perform(wanted)
        #expect(try text(of: "\(home)/dotfiles/settings.json").contains("/sdk/go"))
        #expect(try await run("test", ["-L", file]).status == 0)
        #expect(try text(of: backup) == "{}\n")

        try await run("ln", ["-sfn", "\(directory.path)/elsewhere/settings.json", file])
            .expectSuccess()
        #expect {
            try settings().perform(wanted)
        } throws: { ($0 as? Failure)?.kind == .destination }
        #expect(try text(of: "\(directory.path)/elsewhere/settings.json") == "{}\n")
        #expect(try settings(followsLinks: true).perform(wanted).action == .changed)

        try await run("ln", ["-sfn", "nowhere", file]).expectSuccess()
        #expect(throws: Failure.self) { try settings(followsLinks: true).planned(wanted) }
        try await run("ln", ["-sfn", "settings.json", file]).expectSuccess()
        #expect(throws: Failure.self) { try settings(followsLinks: true).planned(wanted) }
    }

    @Test func `a server outside the home directory is rejected unless it is specified`()
        async throws
    {
        try directory.write("scratch/data/Machine/settings.json", "{}")
        try await run("ln", ["-sfn", "\(directory.path)/scratch", "\(home)/.vscode-remote"])
            .expectSuccess()
        let linked = EditorServer(kind: .container, directory: "\(home)/.vscode-remote")
        #expect(throws: Failure.self) {
            try EditorMachineSettings(of: linked, home: home).planned(wanted)
        }
        let named = EditorServer(kind: .named, directory: "\(directory.path)/scratch")
        #expect(try EditorMachineSettings(of: named, home: home).planned(wanted).action == .changed)
    }

    @Test func `special files, directories, files of other users and oversized files are rejected`()
        async throws
    {
        try directory.write("home/.vscode-server/data/Machine/.keep", "")
        let preparations = [
            "mkfifo \"$1\"", "rm -r \"$1\"; mkdir \"$1\"",
            "rmdir \"$1\"; head -c 5000000 /dev/zero >\"$1\"",
        ]
        for script in preparations {
            try await shell(script, file).expectSuccess()
            #expect(throws: Failure.self, "\(script)") { try settings().planned(wanted) }
        }
        // Only root can change the owner of a file.
        try await shell("rm \"$1\"; echo '{}' >\"$1\"", file).expectSuccess()
        if try await run("chown", ["65534", file]).status == 0 {
            #expect {
                try settings().planned(wanted)
            } throws: { ($0 as? Failure)?.hint == "run the command as that user" }
        }
    }
}
