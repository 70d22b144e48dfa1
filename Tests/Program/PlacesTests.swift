import TestSupport
import Testing

/// Locations of launchers, trees and archives.
@Suite(.programLimit)
struct PlacesTests {
    let sandbox: Sandbox
    let digest: String

    init() async throws {
        sandbox = try Sandbox()
        digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
    }

    func exists(_ path: String) -> Bool { succeeds("/bin/sh", ["-c", "test -e '\(path)'"]) }

    // MARK: Go's settings

    @Test(arguments: [
        ("GOBIN=HOME/tools", "tools"), ("GOPATH=HOME/p:/q", "p/bin"),
        ("GOPATH=HOME/p\nGOBIN=HOME/tools", "tools"), ("# GOBIN=HOME/x\nGOBIN=", "go/bin"),
    ])
    func `launchers are installed in the directory set by go env -w`(
        settings: String,
        directory: String
    ) async throws {
        try sandbox.directory.write(
            "home/.config/go/env",
            settings.replacing("HOME", with: sandbox.home) + "\n"
        )
        let result = try await sandbox.install(digest)
        #expect(result.status == 0, "\(result)")
        #expect(exists("\(sandbox.home)/\(directory)/go1.99.1"))
        #expect(result.error.contains("\(sandbox.home)/\(directory)"), "\(result)")
        if directory != "go/bin" {
            #expect(result.error.contains("in \(sandbox.home)/.config/go/env) is not on PATH"))
        }
        let status = try await sandbox.gotoolprov("status")
        #expect(status.output.contains("\(sandbox.home)/\(directory)  (not on PATH"), "\(status)")
    }

    @Test func `the environment takes precedence, and GOENV selects the file`() async throws {
        let file = try sandbox.directory.write("other", "GOBIN=\(sandbox.home)/other\n")
        try sandbox.directory.write("home/.config/go/env", "GOBIN=\(sandbox.home)/tools\n")
        let rows: [([String: String?], String)] = [
            (["GOBIN": "\(sandbox.home)/b"], "b"), (["GOENV": file], "other"),
            (["GOENV": "off"], "go/bin"),
            (["GOENV": "off", "GOPATH": "\(sandbox.home)/p"], "p/bin"),
        ]
        for (variables, directory) in rows {
            #expect(try await sandbox.install(digest, with: variables).status == 0)
            #expect(exists("\(sandbox.home)/\(directory)/go1.99.1"), "\(variables)")
        }
    }

    @Test(arguments: [
        ["GOBIN": "bin"], ["GOBIN": "$HOME/go/bin"], ["GOBIN": " /a/bin"], ["GOBIN": "~/go/bin"],
        ["GOBIN": "/a/bin:/b/bin"], ["GOPATH": "go"], ["GOPATH": "/a:go"], ["GOPATH": "~/go"],
        ["GOTOOLPROV_SDK_ROOT": "$HOME/sdk"], ["GOTOOLPROV_CACHE": "$HOME/c"],
    ])
    func `values that Go rejects are rejected, and nothing is created`(
        variables: [String: String]
    ) async throws {
        let before = try await sandbox.snapshot()
        let result = try await sandbox.install(digest, with: variables.mapValues { $0 })
        #expect(result.status == 78, "\(result)")
        #expect(try await sandbox.snapshot() == before)
        if variables.keys.contains(where: { $0.hasPrefix("GO") && !$0.hasPrefix("GOTOOL") }) {
            let list = try await sandbox.gotoolprov("list", with: variables.mapValues { $0 })
            #expect(list.status == 0 && list.error.contains("note:"), "\(list)")
        }
    }

    @Test func `values that Go rejects in its own file are reported with a fix`()
        async throws
    {
        try sandbox.directory.write("home/.config/go/env", "GOPATH=go\n")
        let result = try await sandbox.install(digest)
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("GOPATH entry is relative; must be absolute path"))
        #expect(result.error.contains("`go env -u GOPATH`"), "\(result)")
    }

    // MARK: Conflicting directories

    @Test(arguments: [
        ["GOBIN": "HOME/sdk"], ["GOBIN": "HOME/sdk/go1.99.1/bin"], ["GOBIN": "HOME/sdk/bin"],
        ["GOBIN": "HOME/lnk/bin"], ["GOTOOLPROV_SDK_ROOT": "HOME/go/bin/sdk"],
        ["GOTOOLPROV_SDK_ROOT": "HOME/.cache/gotoolprov/sdk"],
        ["GOTOOLPROV_CACHE": "HOME/sdk"], ["GOTOOLPROV_CACHE": "HOME/sdk/go1.99.1/c"],
        ["GOTOOLPROV_CACHE": "HOME/lnk/.gotoolprov"], ["GOTOOLPROV_CACHE": "HOME/go/bin"],
    ])
    func `nested directories are rejected before anything is written`(
        variables: [String: String]
    ) async throws {
        try await prepare("mkdir sdk; ln -s sdk lnk", in: sandbox.home)
        let before = try await sandbox.snapshot()
        let places = variables.mapValues { $0.replacing("HOME", with: sandbox.home) }
        let result = try await sandbox.install(digest, with: places.mapValues { $0 })
        #expect(result.status == 78, "\(result)")
        #expect(
            result.error.contains("is inside") || result.error.contains("same directory"),
            "\(result)"
        )
        #expect(try await sandbox.snapshot() == before)
    }

    @Test func `a colon in a path is rejected because PATH would split it`() async throws {
        try sandbox.directory.write("home/col:on/.keep", "")
        let home: [String: String?] = ["HOME": "\(sandbox.home)/col:on"]
        let before = try await sandbox.snapshot()
        let result = try await sandbox.install(digest, with: home)
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("contains a colon"), "\(result)")
        #expect(try await sandbox.snapshot() == before)
        for command in [
            ["env", "go1.99.1"], ["exec", "go1.99.1", "--", "true"], ["exec", "dlv"],
        ] {
            let result = try await run(
                sandbox.program,
                command,
                environment: sandbox.environment.merging(home.compactMapValues { $0 }) { $1 }
            )
            #expect(result.status == 78, "\(result)")
            #expect(result.output == "")
        }
        #expect(try await sandbox.gotoolprov("list", with: home).status == 0)
    }

    // MARK: One directory with several names

    @Test func `a directory on PATH is recognized under another name`() async throws {
        try await prepare(
            "mkdir -p var/home/u; ln -s var/home home",
            in: sandbox.directory.path + "/home"
        )
        let (link, real) = ("\(sandbox.home)/home/u", "\(sandbox.home)/var/home/u")
        for (home, path) in [(link, real), (real, link), (real, "\(real)/.")] {
            let variables: [String: String?] = [
                "HOME": home, "PATH": "\(path)/go/bin:/usr/bin:/bin",
            ]
            let ensure = try await sandbox.install(digest, with: variables)
            #expect(ensure.status == 0 && !ensure.error.contains("not on PATH"), "\(ensure)")
            let use = try await sandbox.gotoolprov("use", "go1.99.1", with: variables)
            #expect(use.status == 0 && use.error == "", "\(use)")
            let status = try await sandbox.gotoolprov("status", with: variables)
            #expect(status.output.contains("(position 1 on PATH)"), "\(status)")
        }
        // The launchers have the first spelling, and work for the second.
        let again = try await sandbox.install(digest, with: ["HOME": real])
        #expect(again.output.hasPrefix("go1.99.1  present"), "\(again)")
        let use = try await sandbox.gotoolprov("use", "go1.99.1", with: ["HOME": real])
        #expect(use.output.contains("already selected"), "\(use)")
    }

    // MARK: Taking over

    @Test func `taking over a launcher of another store is announced`() async throws {
        try await sandbox.install(digest)
        #expect(try await sandbox.gotoolprov("use", "go1.99.1").status == 0)
        let other: [String: String?] = ["GOTOOLPROV_SDK_ROOT": "\(sandbox.home)/other"]
        let result = try await sandbox.install(digest, with: other)
        #expect(result.status == 0, "\(result)")
        #expect(result.error.contains("instead of \(sandbox.sdkRoot)/go1.99.1"), "\(result)")
        let use = try await sandbox.gotoolprov("use", "go1.99.1", with: other)
        #expect(use.error.contains("\(sandbox.sdkRoot)/.gotoolprov/current"), "\(use)")
    }

    @Test func `removing the Go in use reports that go and gofmt are removed`() async throws {
        try await sandbox.install(digest)
        #expect(try await sandbox.gotoolprov("use", "go1.99.1").status == 0)
        let result = try await sandbox.gotoolprov("remove", "go1.99.1")
        #expect(result.status == 0, "\(result)")
        #expect(result.error.contains("`go` and `gofmt` in GOBIN were also removed"), "\(result)")
        #expect(!exists("\(sandbox.goBin)/go"))
    }

    // MARK: GOTOOLCHAIN

    @Test func `a GOTOOLCHAIN that switches to another Go is noted`() async throws {
        try await sandbox.install(digest)
        let rows: [([String: String?], String?)] = [
            (["GOTOOLCHAIN": "go1.99.2"], "(environment)"),
            (["GOTOOLCHAIN": "go1.99.2+auto"], "(environment)"),
            (["GOTOOLCHAIN": "go1.99.1"], nil), (["GOTOOLCHAIN": "local"], nil),
            (["GOTOOLCHAIN": "auto"], nil), ([:], nil),
        ]
        for command in [
            ["which", "go1.99.1"], ["env", "go1.99.1"], ["exec", "go1.99.1", "--", "true"],
        ] {
            for (variables, source) in rows {
                let result = try await run(
                    sandbox.program,
                    command,
                    environment: sandbox.environment.merging(variables.compactMapValues { $0 }) {
                        $1
                    }
                )
                #expect(result.status == 0, "\(result)")
                #expect(
                    result.error.contains("switches to go1.99.2") == (source != nil),
                    "\(result)"
                )
                #expect(result.error.contains(source ?? ""), "\(result)")
            }
        }
        try sandbox.directory.write("home/.config/go/env", "GOTOOLCHAIN=go1.99.2\n")
        let written = try await sandbox.gotoolprov("which", "go1.99.1")
        #expect(written.error.contains("\(sandbox.home)/.config/go/env"), "\(written)")
        let kept = try await sandbox.gotoolprov(
            "exec",
            "go1.99.1",
            "--gotoolchain",
            "local",
            "--",
            "sh",
            "-c",
            "echo $GOTOOLCHAIN"
        )
        #expect(kept.output == "local\n" && kept.error == "", "\(kept)")
        let lines = try await sandbox.gotoolprov("env", "go1.99.1", "--gotoolchain", "local")
        #expect(lines.output.contains("export GOTOOLCHAIN='local'\n"), "\(lines)")
    }
}
