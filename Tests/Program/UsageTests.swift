import TestSupport
import Testing

/// Command lines of users who know other tools, and the errors that they get.
@Suite(.programLimit)
struct UsageTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Command lines, each with parts of the error and hint.
    static let mistakes: [(words: [String], phrases: [String])] = [
        (["add", "go1.27.3"], ["unknown command `add`", "`gotoolprov ensure go1.27.3`"]),
        (["rm", "go1.27.3"], ["unknown command", "`gotoolprov remove go1.27.3`"]),
        (
            ["instal", "go1.27.3"],
            ["unknown command `instal`", "did you mean `gotoolprov install`?"]
        ),
        (["ls"], ["unknown command `ls`", "`gotoolprov list`"]),
        (["ls-remote"], ["`gotoolprov list --available`"]),
        (["update"], ["unknown command", "`gotoolprov ensure go@latest`"]),
        (["upgrade", "--all"], ["unknown command `upgrade`", "go@latest"]),
        (["versoin"], ["unknown command", "did you mean `gotoolprov version`?"]),
        (["self", "update"], ["unknown command `self`", "does not update itself"]),
        (["completion", "zsh"], ["`gotoolprov completions zsh`"]),
        (["cache", "clean"], ["`cache` has no subcommand `clean`", "`gotoolprov cache prune`"]),
        (["cache", "lits"], ["`gotoolprov cache list`"]),
        (["cache", "lst"], ["did you mean `gotoolprov cache list`"]),
        (["vscode", "setting"], ["did you mean `gotoolprov vscode settings`"]),
        (
            ["ensure", "go1.27.3", "--mirorr", "x"],
            ["error: unknown option `--mirorr`\n", "hint: did you mean `--mirror`?\n"]
        ),
        (["cache", "qwerty"], ["list, add, prune"]),
        (["enusre", "go1.27.3"], ["did you mean `gotoolprov ensure`"]),
        (["go1.27.3"], ["unknown command", "`gotoolprov ensure go1.27.3`"]),
        (["frobnicate"], ["unknown command `frobnicate`", "`gotoolprov --help`"]),
        (["list", "available"], ["`list` takes no arguments", "`gotoolprov list --available`"]),
        (["list", "--all"], ["no option `--all`", "--available"]),
        (["remove", "--all"], ["no option `--all`", "`gotoolprov list`"]),
        (["-v"], ["`gotoolprov --version`"]), (["-V"], ["`gotoolprov --version`"]),
        (["help", "nothing"], ["unknown command `nothing`"]),
        (["help", "cache", "nothing"], ["`cache` has no subcommand `nothing`"]),
        (["exec", "go1.27.3", "go", "version"], ["`gotoolprov exec go1.27.3 -- go version`"]),
        (["ensure", "v1.27.3"], ["did you mean `go1.27.3`?"]),
        (["ensure", "go-1.27"], ["did you mean `go1.27`?"]),
        (["ensure", "golang1.27"], ["did you mean `go1.27`?"]),
        (["ensure", "Golang@1.27"], ["did you mean `go@1.27`?"]),
        (["remove", "oldstable"], ["not an exact version"]),
        (["stable"], ["unknown command", "`gotoolprov ensure stable`"]),
        (["ensure", "delve"], ["did you mean `dlv`?"]),
        (["use", "delve@1.25.0"], ["did you mean `dlv@1.25.0`?"]),
        (["ensure", "gofmt"], ["gofmt is part of every Go toolchain"]),
        (
            ["ensure", "--archive", "x/go1.22.10.linux-amd64.tar.gz"],
            ["`gotoolprov ensure go1.22.10 --archive FILE`"]
        ),
    ]

    @Test(arguments: mistakes)
    func `the intended command is suggested`(words: [String], phrases: [String]) async throws {
        let result = try await run(
            sandbox.program,
            words,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 64, "\(result)")
        #expect(result.output == "", "\(result)")
        #expect(result.error.hasPrefix("error: "), "\(result)")
        for phrase in phrases { #expect(result.error.contains(phrase), "\(result)") }
    }

    @Test func `a similar option is suggested, a dissimilar one is not`() async throws {
        let near = try await sandbox.gotoolprov("ensure", "go1.27.3", "--mirrors", "x")
        #expect(near.error.contains("hint: did you mean `--mirror`?"), "\(near)")
        let far = try await sandbox.gotoolprov("ensure", "--nope")
        #expect(far.status == 64)
        #expect(
            far.error.contains("--nope") && !far.error.lowercased().contains("did you mean"),
            "\(far)"
        )
    }

    @Test func `a message of several lines is printed on one, without a replacement character`()
        async throws
    {
        let result = try await sandbox.gotoolprov("--generate-completion-script", "tcsh")
        #expect(result.status == 64)
        #expect(!result.error.contains("\u{FFFD}"), "\(result)")
    }

    @Test func `help accepts --color`() async throws {
        let plain = try await sandbox.gotoolprov("help", "cache", "add")
        #expect(plain.status == 0, "\(plain)")
        #expect(plain.output.contains("USAGE: gotoolprov cache add "), "\(plain)")
        for words in [["cache", "add", "--color", "always"], ["--color=never", "cache", "add"]] {
            let result = try await run(
                sandbox.program,
                ["help"] + words,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == 0, "\(result)")
            #expect(result.output == plain.output, "\(result)")
        }
    }

    @Test func `install and uninstall are aliases of ensure and remove`() async throws {
        let digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        let installed = try await sandbox.gotoolprov(
            "install",
            "go1.99.1",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest
        )
        #expect(installed.status == 0, "\(installed)")
        #expect(installed.output.hasPrefix("go1.99.1  installed  "), "\(installed)")
        let removed = try await sandbox.gotoolprov("uninstall", "go1.99.1")
        #expect(removed.status == 0, "\(removed)")
        #expect(removed.output.hasPrefix("go1.99.1  removed  "), "\(removed)")
        for (alias, name) in [("install", "ensure"), ("uninstall", "remove")] {
            let help = try await sandbox.gotoolprov("help", alias)
            #expect(help.status == 0, "\(help)")
            #expect(help.output.contains("USAGE: gotoolprov \(name) "), "\(help)")
            let option = try await sandbox.gotoolprov(alias, "go1.27.3", "--json")
            #expect(option.error.contains("`\(name)` has no option `--json`"), "\(option)")
        }
    }

    @Test func `remove lists the installed patches of a line`() async throws {
        let digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        try await sandbox.install(digest).expectSuccess()
        let result = try await sandbox.gotoolprov("remove", "go1.99")
        #expect(result.status == 64)
        #expect(result.error.contains("`gotoolprov remove go1.99.1`"), "\(result)")
        let twice = try await sandbox.gotoolprov("ensure", "go1.99.1", "go>=1.21")
        #expect(twice.output.split(separator: "\n").count == 1, "\(twice)")
    }

    @Test func `GOTOOLPROV_OFFLINE=no means online`() async throws {
        for (value, isOffline) in [("0", false), ("false", false), ("1", true), ("yes", true)] {
            let result = try await sandbox.gotoolprov(
                "ensure",
                "go1.21.13",
                "--mirror",
                "http://127.0.0.1:9",
                "--manifest",
                try sandbox.directory.write("official.json", #"{"official": false}"#),
                "--timeout",
                "1",
                with: ["GOTOOLPROV_OFFLINE": value]
            )
            #expect(result.status == 69, "\(result)")
            #expect(result.error.contains("not tried, offline") == isOffline, "\(value): \(result)")
        }
    }

    @Test func `a relative HOME is reported as such`() async throws {
        let result = try await sandbox.gotoolprov("list", with: ["HOME": "foo"])
        #expect(result.status == 78)
        #expect(result.error.contains("HOME is not an absolute path"), "\(result)")
    }

    @Test func `a result without a reader fails`() async throws {
        for target in ["&-", "/dev/full"] {
            let result = try await shell(
                "\"$1\" list --available >\(target)",
                sandbox.program,
                environment: sandbox.environment
            )
            #expect(result.status == 73, "\(target): \(result)")
            #expect(result.error.contains("cannot write the result"), "\(result)")
        }
    }

    @Test func `a missing report directory is reported with the command to create it`() async throws
    {
        let path = "\(sandbox.home)/reports/host.json"
        let result = try await run(
            "python3",
            [
                "\(packageDirectory)/Tests/Support/Servers/terminal.py", "80",
                sandbox.program, "report", "--output", path,
            ],
            environment: sandbox.environment
        )
        #expect(result.status == 73, "\(result)")
        // The error is text, even though the report would be JSON.
        #expect(
            result.output.contains("hint:\u{1B}[0m run `mkdir -p \(sandbox.home)/reports`"),
            "\(result)"
        )
    }

    @Test func `no line of a table ends with spaces`() async throws {
        let result = try await sandbox.gotoolprov("list", "--available", "--pre")
        #expect(result.status == 0)
        #expect(!result.output.contains(" \n"))
    }

    @Test func `status aligns the versions`() async throws {
        for version in ["1.9.7", "1.99.1"] {
            try sandbox.directory.write("home/sdk/go\(version)/VERSION", "go\(version)\n")
            try sandbox.directory.write("home/sdk/go\(version)/bin/go", "")
        }
        let status = try await sandbox.gotoolprov("status")
        let columns = status.output.split(separator: "\n").filter { $0.hasPrefix("Go  ") }
            .compactMap {
                line in
                line.firstRange(of: sandbox.sdkRoot).map {
                    line.distance(from: line.startIndex, to: $0.lowerBound)
                }
            }
        #expect(columns.count == 2 && Set(columns).count == 1, "\(status)")
    }

    @Test func `the cache is listed with names and a total`() async throws {
        let (path, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try await sandbox.install(digest).expectSuccess()
        try sandbox.directory.write(
            "other",
            ArchiveFixture.hostGo("1.99.2").gzipped
        )
        let empty = try await sandbox.gotoolprov("cache", "list")
        #expect(empty.error.contains("the cache is empty"), "\(empty)")
        let added = try await sandbox.gotoolprov(
            "cache",
            "add",
            path,
            "\(sandbox.directory.path)/other"
        )
        #expect(added.output.contains("added  "), "\(added)")
        let list = try await sandbox.gotoolprov("cache", "list")
        #expect(list.output.contains("go1.99.1.linux-\(hostArchitecture).tar.gz"), "\(list)")
        #expect(list.output.contains("unknown archive"), "\(list)")
        #expect(list.output.contains("2 archives in total"), "\(list)")
        let pruned = try await sandbox.gotoolprov("cache", "prune", "--all")
        #expect(pruned.output.contains("deleted  "), "\(pruned)")
    }

    @Test func `a manifest may end with jsonc, unless another one exists`() async throws {
        try sandbox.directory.write(
            "home/project/gotoolprov.jsonc",
            #"{"go": {"versions": ["go1.27"]}} //"#
        )
        let directory = "\(sandbox.home)/project"
        let found = try await sandbox.gotoolprov("status", in: directory)
        #expect(found.output.contains("\(directory)/gotoolprov.jsonc"), "\(found)")
        try sandbox.directory.write("home/project/gotoolprov.json", "{}")
        let both = try await sandbox.gotoolprov("ensure", in: directory)
        #expect(both.status == 78 && both.error.contains("two manifests"), "\(both)")
    }

    @Test func `the example manifests can be used unchanged`() async throws {
        for name in ["team", "air-gapped-host"] {
            let result = try await sandbox.gotoolprov(
                "ensure",
                "--check",
                "--manifest",
                "\(packageDirectory)/Manifests/examples/\(name).jsonc",
                with: [
                    "GOTOOLPROV_SDK_ROOT": sandbox.sdkRoot, "GOBIN": sandbox.goBin,
                ]
            )
            // The archives are unavailable, but the manifest is valid.
            #expect(result.status == 69, "\(result)")
        }
    }
}
