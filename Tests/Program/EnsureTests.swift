import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15)))
struct EnsureTests {
    let sandbox: Sandbox
    /// A complete, small Go archive.
    let archive: [UInt8]

    init() throws {
        sandbox = try Sandbox()
        archive = ArchiveFixture.go("1.99.1", program: try hostProgram()).gzipped
    }

    @Test func `an archive from a mirror becomes an SDK with a launcher`() async throws {
        let (_, digest) = try await sandbox.serve(archive)

        let result = try await sandbox.install(digest)

        #expect(result.status == 0, "\(result)")
        #expect(result.output == "go1.99.1  installed  \(sandbox.sdkRoot)/go1.99.1\n")
        let listed = try await run("ls", ["-A", "\(sandbox.sdkRoot)/go1.99.1"])
        #expect(listed.output == ".gotoolprov\n.unpacked-success\nVERSION\nbin\ngo.env\n")
        // The fixture's bin/go is `true`, so its launcher succeeds.
        #expect(try await run("\(sandbox.goBin)/go1.99.1", []).status == 0)
        let receipt = try bytes(of: "\(sandbox.sdkRoot)/go1.99.1/.gotoolprov/receipt.json")
        #expect(String(decoding: receipt, as: UTF8.self).contains(#""voucher": "--sha256""#))
    }

    @Test func `what is present is left alone, without mirror, digest or catalogue`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        let first = try await sandbox.install(digest)
        #expect(first.status == 0, "\(first)")
        let before = try await sandbox.snapshot()

        let second = try await sandbox.gotoolprov("ensure", "go1.99.1")

        #expect(second.status == 0, "\(second)")
        #expect(second.output == "go1.99.1  present  \(sandbox.sdkRoot)/go1.99.1\n")
        #expect(second.error == "")
        #expect(try await sandbox.snapshot() == before)
    }

    @Test func `a launcher that is gone or outdated is written again`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        let launcher = "\(sandbox.goBin)/go1.99.1"
        let script = try bytes(of: launcher)
        let outdated = String(decoding: script, as: UTF8.self) + "# changed\n"
        #expect(try await run("rm", [launcher]).status == 0)

        let missing = try await sandbox.gotoolprov("ensure", "go1.99.1")
        #expect(missing.output == "go1.99.1  launcher written  \(sandbox.sdkRoot)/go1.99.1\n")
        #expect(try bytes(of: launcher) == script)

        try sandbox.folder.write("home/go/bin/go1.99.1", outdated)
        #expect(try await sandbox.gotoolprov("ensure", "go1.99.1").status == 0)
        #expect(try bytes(of: launcher) == script)
        #expect(try await run(launcher, []).status == 0)
    }

    @Test(arguments: ["", "go/"])
    func `mirrors are flat or have a folder go, as paths or URLs`(subfolder: String) async throws {
        let (_, digest) = try await sandbox.serve(archive, in: subfolder)
        for mirror in [
            sandbox.mirror, "file://\(sandbox.mirror)", "../mirror",
            "file://localhost\(sandbox.mirror)",
        ] {
            let result = try await sandbox.gotoolprov(
                "ensure",
                "go1.99.1",
                "--sha256",
                digest,
                with: ["GOTOOLPROV_MIRROR": mirror]
            )
            #expect(result.status == 0, "\(mirror): \(result)")
            let removed = try await sandbox.gotoolprov("remove", "go1.99.1")
            #expect(removed.output == "go1.99.1  removed  \(sandbox.sdkRoot)/go1.99.1\n")
        }
    }

    @Test func `mirrors are tried in order`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write("empty/.keep", "")
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--sha256",
            digest,
            "--mirror",
            "\(sandbox.folder.path)/empty",
            "--mirror",
            "\(sandbox.folder.path)/missing",
            "--mirror",
            sandbox.mirror
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test func `an archive may be given directly`() async throws {
        let path = try sandbox.folder.write("elsewhere.bin", archive)
        let digest = try await sha256(of: path)
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--archive",
            path,
            "--sha256",
            digest
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test func `a catalogue file pins what the built-in one does not know`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        let catalogue = try sandbox.folder.write(
            "catalogue.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.99.1", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(digest)", "size": \(archive.count)}]}]}
            """
        )
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go@latest",
            "--mirror",
            sandbox.mirror,
            "--catalogue",
            catalogue
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasPrefix("go1.99.1  installed"))
    }

    @Test func `a catalogue that merely lies in a mirror is not read`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write(
            "mirror/catalogue.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.99.1", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(digest)"}]}]}
            """
        )
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror
        )
        #expect(result.status == 65, "\(result)")
    }

    @Test func `without arguments the manifest says what to have, and where from`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write(
            "project/c.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.99.1", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(digest)"}]}]}
            """
        )
        let manifest = try sandbox.folder.write(
            "project/gotoolprov.json",
            """
            {
              "go": { "versions": ["go1.99.1"], "default": "go1.99" }, // comment
              "mirrors": ["../mirror"], "catalogues": ["c.json"],
              "sdkRoot": "../sdks", "gobin": "../bin",
            }
            """
        )
        let result = try await sandbox.gotoolprov("ensure", "--manifest", manifest)
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output == "go1.99.1  installed  \(sandbox.folder.path)/sdks/go1.99.1\n",
            "one line, though the default is asked for too"
        )
        #expect(try await run("\(sandbox.folder.path)/bin/go1.99.1", []).status == 0)
        let which = try await sandbox.gotoolprov("which", "--manifest", manifest)
        #expect(which.output == "\(sandbox.folder.path)/sdks/go1.99.1/bin/go\n")
    }

    @Test func `manifests are found upward, then in ~/.config`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write(
            "home/.config/gotoolprov/gotoolprov.json",
            #"{"catalogues": ["c.json"], "mirrors": ["../../../mirror"]}"#
        )
        try sandbox.folder.write(
            "home/.config/gotoolprov/c.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.99.1", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(digest)"}]}]}
            """
        )
        try sandbox.folder.write(
            "home/project/gotoolprov.json",
            #"{"go": {"versions": ["go1.99.1"]}}"#
        )
        try sandbox.folder.write("home/project/deep/er/.keep", "")
        let result = try await sandbox.gotoolprov(
            "ensure",
            in: "\(sandbox.home)/project/deep/er"
        )
        #expect(result.status == 0, "\(result)")
    }

    /// A repository that somebody cloned must not say which digests to believe or what to run.
    @Test(arguments: [#""catalogues": ["c.json"]"#, #""sdkRoot": "tc""#, #""gobin": "bin""#])
    func `a manifest that was merely found may not have what is trusted`(
        member: String
    ) async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write(
            "project/gotoolprov.json",
            #"{"go": {"versions": ["go1.99.1"], "default": "go1.99.1"}, \#(member)}"#
        )
        for arguments in [["ensure"], ["which"], ["exec", "--", "go"]] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment,
                in: "\(sandbox.folder.path)/project"
            )
            #expect(result.status == 78, "\(result)")
            #expect(result.error.contains("--manifest"), "\(result)")
        }
        // Named, it counts.
        let named = try await sandbox.gotoolprov(
            "status",
            "--manifest",
            "\(sandbox.folder.path)/project/gotoolprov.json"
        )
        #expect(named.status == 0, "\(named) \(digest)")
    }

    @Test func `check says what would be done and does nothing`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        let before = try await sandbox.snapshot()
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest,
            "--check"
        )
        #expect(result.status == 20, "\(result)")
        #expect(result.output == "go1.99.1  would install  \(sandbox.sdkRoot)/go1.99.1\n")
        #expect(try await sandbox.snapshot() == before)
        _ = try await sandbox.install(digest)
        #expect(try await sandbox.gotoolprov("ensure", "go1.99.1", "--check").status == 0)
    }

    @Test func `what is at or above a minimum need not be known to any catalogue`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        let result = try await sandbox.gotoolprov("ensure", "go>=1.98")
        #expect(result.output == "go1.99.1  present  \(sandbox.sdkRoot)/go1.99.1\n")
    }

    @Test func `env and exec put one Go first, whatever GOROOT is exported`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        let goRoot = "\(sandbox.sdkRoot)/go1.99.1"
        let lines = try await sandbox.gotoolprov("env", "go1.99")
        let evaluated = try await run(
            "sh",
            ["-c", lines.output + #"echo "$GOROOT|$PATH"; command -v go"#]
        )
        #expect(
            evaluated.output == """
                \(goRoot)|\(goRoot)/bin:\(baseEnvironment["PATH"] ?? "")
                \(goRoot)/bin/go

                """
        )
        let executed = try await sandbox.gotoolprov(
            "exec",
            "go1.99.1",
            "--",
            "sh",
            "-c",
            #"echo "$GOROOT"; exit 7"#,
            with: ["GOROOT": "/usr/lib/go"]
        )
        #expect(executed.status == 7)
        #expect(executed.output == "\(goRoot)\n")
        #expect(try await sandbox.gotoolprov("exec", "go1.99.1", "--", "nonesuch").status == 69)
        #expect(try await sandbox.gotoolprov("exec", "go1.99.1").status == 64)
    }

    @Test func `a signal ends the work with 128 plus its number and leaves nothing`() async throws {
        // A pipe as archive is refused; a lock that is held makes the program wait.
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write("home/sdk/.gotoolprov/lock/go1.99.1", "")
        let script = """
            exec 9>"$HOME/sdk/.gotoolprov/lock/go1.99.1"; flock 9
            "$1" ensure go1.99.1 --mirror "$2" --sha256 "$3" 9>&- & pid=$!
            until grep -q waiting "$HOME/log" 2>/dev/null; do
                kill -0 $pid || exit 1; "$1" --version >/dev/null
            done
            kill -TERM $pid; wait $pid; echo "status $?"
            """
        let result = try await run(
            "sh",
            ["-c", "(\(script)) 2>\"$HOME/log\"", "sh", sandbox.program, sandbox.mirror, digest],
            environment: sandbox.environment
        )
        #expect(result.output == "status 143\n", "\(result)")
        let left = try await run("find", [sandbox.sdkRoot, "-type", "f"])
        #expect(left.output == "\(sandbox.sdkRoot)/.gotoolprov/lock/go1.99.1\n")
    }

    // MARK: What others do meanwhile, and what is not ours

    @Test func `whatever appears while waiting for the lock is looked at again`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write("home/sdk/.gotoolprov/lock/go1.99.1", "")
        try sandbox.folder.write("home/sdk/.gotoolprov/staging/.keep", "")
        let script = """
            exec 9>"$HOME/sdk/.gotoolprov/lock/go1.99.1"; flock 9
            "$1" ensure go1.99.1 --mirror "$2" --sha256 "$3" 9>&- & pid=$!
            until grep -q waiting "$HOME/log" 2>/dev/null; do kill -0 $pid || exit 1; done
            mkdir "$HOME/sdk/go1.99.1"; echo mine >"$HOME/sdk/go1.99.1/file"
            exec 9>&-
            wait $pid; echo "status $?"
            """
        let result = try await run(
            "sh",
            ["-c", "(\(script)) 2>\"$HOME/log\"", "sh", sandbox.program, sandbox.mirror, digest],
            environment: sandbox.environment
        )
        #expect(result.output == "status 73\n", "\(result)")
        let launchers = try await run("ls", [sandbox.goBin])
        #expect(launchers.output == "")
    }

    @Test func `only what killed runs left is swept`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write("home/sdk/.gotoolprov/staging/go1.99.1.4711/bin/go", "half")
        try sandbox.folder.write("home/sdk/.gotoolprov/staging/go1.98.0.4711/bin/go", "half")
        try sandbox.folder.write("home/sdk/.gotoolprov/staging/thesis.pdf", "mine")
        try sandbox.folder.write("home/sdk/.gotoolprov/staging/thesis.4711", "mine")
        try sandbox.folder.write("home/sdk/.gotoolprov/staging/go1.99.1.backup", "mine")
        let result = try await sandbox.install(digest)
        #expect(result.status == 0, "\(result)")
        let left = try await run("ls", ["\(sandbox.sdkRoot)/.gotoolprov/staging"])
        #expect(left.output == "go1.99.1.backup\nthesis.4711\nthesis.pdf\n")
    }

    @Test func `a staging folder that is a link is not followed`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.folder.write("elsewhere/go1.99.1.4711", "mine")
        try sandbox.folder.write("home/sdk/.gotoolprov/lock/.keep", "")
        _ = try await run(
            "ln",
            ["-s", "\(sandbox.folder.path)/elsewhere", "\(sandbox.sdkRoot)/.gotoolprov/staging"]
        )
        let result = try await sandbox.install(digest)
        #expect(result.status == 73, "\(result)")
        #expect(try bytes(of: "\(sandbox.folder.path)/elsewhere/go1.99.1.4711").count == 4)
    }

    @Test func `a mirror that is bad does not hide the next`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        let name = "go1.99.1.linux-\(hostArchitecture).tar.gz"
        try sandbox.folder.write("bad/\(name)", "altered")
        try sandbox.folder.write("dangling/.keep", "")
        try sandbox.folder.write("folder/\(name)/.keep", "")
        let path = sandbox.folder.path
        _ = try await run("ln", ["-s", "/nonexistent", "\(path)/dangling/\(name)"])
        let good = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--sha256",
            digest,
            "--mirror",
            "\(path)/bad",
            "--mirror",
            "\(path)/dangling",
            "--mirror",
            "\(path)/folder",
            "--mirror",
            sandbox.mirror
        )
        #expect(good.status == 0, "\(good)")
        _ = try await sandbox.gotoolprov("remove", "go1.99.1")
        let bad = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--sha256",
            digest,
            "--mirror",
            "\(path)/bad",
            "--mirror",
            "\(path)/dangling"
        )
        #expect(bad.status == 65, "\(bad)")
        #expect(bad.error.contains("no better  \(path)/dangling/\(name)"), "\(bad)")
    }

    @Test func `a tree with any names in it is removed, another root's launcher is not`()
        async throws
    {
        let (_, digest) = try await sandbox.serve(archive)
        let other = ["GOTOOLPROV_SDK_ROOT": "\(sandbox.folder.path)/other"]
        for changes in [[:], other] {
            let result = try await sandbox.install(digest, with: changes)
            #expect(result.status == 0, "\(result)")
        }
        let made = try await run(
            "sh",
            [
                "-c",
                "cd \"$1\" && touch \"$(printf 'x\\377')\" && mkdir ro && touch ro/f && chmod 0555 ro",
                "sh", "\(sandbox.sdkRoot)/go1.99.1",
            ]
        )
        #expect(made.status == 0, "\(made)")
        let removed = try await sandbox.gotoolprov("remove", "go1.99.1")
        #expect(removed.status == 0, "\(removed)")
        #expect(try await run("ls", ["-A", "\(sandbox.sdkRoot)/.gotoolprov/staging"]).output == "")
        // The launcher runs the tree of the other root by now.
        #expect(try await run("\(sandbox.goBin)/go1.99.1", []).status == 0)
    }

    @Test func `a tree of another origin is not chosen for a request that ours answers`()
        async throws
    {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        try sandbox.folder.write("home/sdk/go1.99.9/.unpacked-success", "")
        let result = try await sandbox.gotoolprov("ensure", "go>=1.98")
        #expect(result.output.hasPrefix("go1.99.1  present"), "\(result)")
    }

    @Test func `a manifest's minimum holds for whatever answers`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        try sandbox.folder.write(
            "home/project/gotoolprov.json",
            #"{"go": {"versions": ["go>=1.21"], "minimum": "1.99.2"}}"#
        )
        let result = try await sandbox.gotoolprov("ensure", in: "\(sandbox.home)/project")
        #expect(result.status == 78 || result.status == 65, "\(result)")
        #expect(result.output == "")
    }
}
