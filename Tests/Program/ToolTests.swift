import TestSupport
import Testing

/// Delve and other tools, with Debian's Delve as the program, and with a shell in the place of
/// `bin/go`: `go list` and `go build` then run the files `list` and `build` of the source.
@Suite(.timeLimit(.minutes(15)))
struct ToolTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Debian's delve 1.20.2 was built by go1.19.8 with cgo:
    /// docs/facts/debugging.md#identifying-a-delve-executable.
    static let debianDelve = "/usr/bin/dlv"

    // MARK: Made by hand

    /// A source archive of Delve 1.24.0 as far as it is looked at.
    static func source(
        version: String = "1.24.0",
        build: String = "exit 0",
        list: String = "echo fmt"
    ) -> ArchiveFixture {
        let numbers = version.split(separator: ".")
        let top = "delve-1.24.0"
        return ArchiveFixture().directory("\(top)/", mode: 0o775)
            .file("\(top)/go.mod", "module github.com/go-delve/delve\n", mode: 0o664)
            .file("\(top)/vendor/modules.txt", "# none\n", mode: 0o664)
            .file("\(top)/cmd/dlv/main.go", "package main\n", mode: 0o664)
            .file(
                "\(top)/pkg/version/version.go",
                "Major: \"\(numbers[0])\", Minor: \"\(numbers[1])\", Patch: \"\(numbers[2])\",\n",
                mode: 0o664
            )
            .file("\(top)/list", list + "\n", mode: 0o775)
            .file("\(top)/build", build + "\n", mode: 0o775)
    }

    /// Installs a Go whose `bin/go` is a shell.
    func installShellGo() async throws {
        let (_, digest) = try await sandbox.serve(
            ArchiveFixture.go("1.99.1", program: try bytes(of: "/bin/sh")).gzipped
        )
        let result = try await sandbox.install(digest)
        #expect(result.status == 0, "\(result)")
    }

    /// A catalogue that pins the source archive of Delve 1.24.0 to `digest`; its path.
    func catalogue(pinning digest: String) throws -> String {
        let pinned = "940fc50d6338dfe515982ac5fcc3247616f23e2652048ac4f2b439ebd51741c1"
        return try sandbox.folder.write(
            "catalogue.json",
            """
            {"schemaVersion": 1, "delve": [{"version": "1.24.0", "source": {
              "file": "v1.24.0.tar.gz", "sha256": "\(digest)",
              "replaces": "\(pinned)"}}]}
            """
        )
    }

    /// Runs `ensure dlv@1.24.0` from this source archive.
    func ensure(from source: ArchiveFixture) async throws -> CommandResult {
        let path = try sandbox.folder.write("mirror/v1.24.0.tar.gz", source.gzipped)
        return try await sandbox.gotoolprov(
            "ensure",
            "dlv@1.24.0",
            "--mirror",
            sandbox.mirror,
            "--catalogue",
            try catalogue(pinning: try await sha256(of: path))
        )
    }

    /// Sources that cannot be built, with the exit status and what the error says.
    static let bad: [(what: String, source: ArchiveFixture, status: Int32, words: [String])] = [
        (
            "another top folder", ArchiveFixture().file("delve/go.mod", "module x\n"), 65,
            ["delve/go.mod", "it is not in the folder `delve-1.24.0/`"]
        ),
        (
            "no vendor folder",
            ArchiveFixture().file("delve-1.24.0/go.mod", "module x\n")
                .file("delve-1.24.0/cmd/dlv/main.go"), 65,
            ["delve-1.24.0/vendor/modules.txt", "nothing"]
        ),
        ("another version inside", source(version: "1.24.1"), 65, ["1.24.0", "1.24.1"]),
        (
            "a link that leaves", source().symbolicLink("delve-1.24.0/x", to: "../../y"), 65,
            ["`../../y`", "outside"]
        ),
        (
            "a link to the root", source().symbolicLink("delve-1.24.0/x", to: "/etc/passwd"), 65,
            ["strange place"]
        ),
        (
            "a link that goes up in its middle",
            source().symbolicLink("delve-1.24.0/x", to: "pkg/../../y"), 65, ["outside"]
        ),
        (
            "a file behind a link",
            source().symbolicLink("delve-1.24.0/l", to: "pkg").file("delve-1.24.0/l/f"), 65,
            ["`l` is a file"]
        ),
        (
            "a source that does not compile",
            source(build: "echo '# x'; echo 'main.go:1:1: syntax error'; exit 1"), 69,
            ["go1.99.1 cannot build dlv1.24.0", "main.go:1:1: syntax error"]
        ),
        (
            "an error before the names of sixty packages",
            source(
                build: "echo 'x.go:2:3: broken'; i=0; while [ $i -lt 60 ]; do echo p/$i; "
                    + "i=$((i + 1)); done; exit 1"
            ), 69, ["x.go:2:3: broken"]
        ),
        (
            "dependencies that are missing",
            source(list: "echo 'go: inconsistent vendoring in x:'; exit 1"), 69,
            ["go: inconsistent vendoring"]
        ),
        ("a compiler that is killed", source(build: "kill -9 $$"), 69, ["was killed", "memory"]),
        (
            "no space", source(build: "echo 'write x: no space left on device'; exit 1"), 73,
            ["no space left", "free some space"]
        ),
        (
            "a flood of messages",
            source(build: "while :; do echo 'a a a a a a a a a a a a a a a a a a a a a'; done"), 69,
            ["more messages"]
        ),
        ("a build of nothing", source(), 65, ["bin/dlv", "nothing"]),
        (
            "a build of another program",
            source(
                build: "while [ \"$1\" != -o ]; do shift; done; exec /bin/cp /bin/true \"$2\""
            ), 65, ["without Go's build information"]
        ),
        (
            "a build by another Go",
            source(
                build: "while [ \"$1\" != -o ]; do shift; done; exec /bin/cp /usr/bin/dlv \"$2\""
            ), 65, ["built by go1.99.1", "built by go1.19.8"]
        ),
    ]

    @Test(arguments: bad.indices)
    func `what cannot be built leaves nothing`(index: Int) async throws {
        let row = Self.bad[index]
        try await installShellGo()
        let before = try await sandbox.snapshot()
        let result = try await ensure(from: row.source)
        #expect(result.status == row.status, "\(row.what): \(result)")
        for word in row.words {
            #expect(result.error.contains(word), "\(row.what): \(result)")
        }
        #expect(result.output == "")
        #expect(try await sandbox.snapshot() == before, "\(row.what)")
    }

    @Test func `a build sees nothing of the user's settings`() async throws {
        try await installShellGo()
        _ = try await ensure(
            from: Self.source(
                build:
                    "export -p >\(sandbox.folder.path)/seen; echo $* >>\(sandbox.folder.path)/seen; exit 1"
            )
        )
        let seen = String(
            decoding: try bytes(of: "\(sandbox.folder.path)/seen"),
            as: UTF8.self
        )
        for wanted in [
            "CGO_ENABLED='0'", "GOTOOLCHAIN='local'", "GOPROXY='off'", "GOENV='off'", "GOFLAGS=''",
            "-mod=vendor -trimpath -buildvcs=false -ldflags=-s -w -o",
        ] {
            #expect(seen.contains(wanted), "\(seen)")
        }
        #expect(!seen.contains(sandbox.home + "/go'"), "\(seen)")
        #expect(!seen.contains("GOTOOLPROV"), "\(seen)")
    }

    @Test func `a build that is interrupted ends the compiler and leaves nothing`() async throws {
        try await installShellGo()
        let before = try await sandbox.snapshot()
        // The compiler tells who it is and sleeps; the test ends gotoolprov by its id.
        let path = try sandbox.folder.write(
            "mirror/v1.24.0.tar.gz",
            Self.source(build: "echo $$ >\(sandbox.folder.path)/pid; exec /bin/sleep 600").gzipped
        )
        let catalogue = try sandbox.folder.write(
            "catalogue.json",
            """
            {"schemaVersion": 1, "delve": [{"version": "1.24.0", "source": {
              "file": "v1.24.0.tar.gz", "sha256": "\(try await sha256(of: path))",
              "replaces": "940fc50d6338dfe515982ac5fcc3247616f23e2652048ac4f2b439ebd51741c1"}}]}
            """
        )
        let script = """
            "$1" ensure dlv@1.24.0 --mirror "$2" --catalogue "$3" & own=$!
            n=0
            while [ ! -s "$4/pid" ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n + 1)); done
            kill -TERM $own; wait $own; echo "status $?"
            kill -0 "$(cat "$4/pid")" 2>/dev/null && echo "the compiler runs on"
            exit 0
            """
        let result = try await run(
            "sh",
            ["-c", script, "sh", sandbox.program, sandbox.mirror, catalogue, sandbox.folder.path],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.output == "status 143\n", "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }

    // MARK: Built already

    /// Packs Debian's Delve and pins it in a catalogue.
    func prebuilt(
        layout: String = "cp /usr/bin/dlv .",
        tool: String = "dlv",
        version: String = "1.20.2",
        builtWith: String = "1.19.8"
    ) async throws -> String {
        let script = """
            mkdir "$1/pack" && cd "$1/pack" && \(layout) && tar czf "$1/mirror/tool.tar.gz" .
            """
        let packed = try await run("sh", ["-c", script, "sh", sandbox.folder.path])
        guard packed.status == 0 else { throw SupportError(packed.description) }
        return try sandbox.folder.write(
            "catalogue.json",
            """
            {"schemaVersion": 1, "tools": [{"tool": "\(tool)", "version": "\(version)",
              "builtWith": "\(builtWith)", "arch": "\(hostArchitecture)", "file": "tool.tar.gz",
              "sha256": "\(try await sha256(of: "\(sandbox.mirror)/tool.tar.gz"))"}]}
            """
        )
    }

    @Test(arguments: [
        "cp /usr/bin/dlv .", "mkdir -p d/bin && cp /usr/bin/dlv d/bin/ && touch d/LICENSE",
    ])
    func `Debian's Delve is installed from an archive`(layout: String) async throws {
        let catalogue = try await prebuilt(layout: layout)
        let arguments = ["--mirror", sandbox.mirror, "--catalogue", catalogue]
        let first = try await run(
            sandbox.program,
            ["ensure", "dlv@1.20.2"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        let program = "\(sandbox.sdkRoot)/dlv1.20.2-go1.19.8/bin/dlv"
        #expect(first.status == 0, "\(first)")
        #expect(first.output == "dlv1.20.2-go1.19.8  installed  \(program)\n")
        let again = try await run(
            sandbox.program,
            ["ensure", "dlv@1.20.2"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(again.output == "dlv1.20.2-go1.19.8  present  \(program)\n", "\(again)")
        #expect(again.error == "")
        let version = try await run("\(sandbox.goBin)/dlv1.20.2", ["version"])
        #expect(version.output.contains("Version: 1.20.2"), "\(version)")
        // It accepts Go 1.18 to 1.20, and is refused for others.
        let refused = try await sandbox.gotoolprov(
            "ensure",
            "dlv@1.20.2",
            "--for",
            "go1.27.3",
            "--catalogue",
            catalogue
        )
        #expect(refused.status == 78, "\(refused)")
        #expect(
            refused.error.contains("does not debug programs of go1.27: it accepts up to go1.20"),
            "\(refused)"
        )
        #expect(refused.error.contains("1.27.1 fits"), "\(refused)")
        for (arguments, output) in [
            (["use", "dlv"], "dlv1.20.2-go1.19.8  in use  \(sandbox.goBin)/dlv\n"),
            (["use", "dlv"], "dlv1.20.2-go1.19.8  in use already  \(sandbox.goBin)/dlv\n"),
            (["which", "dlv"], "\(program)\n"),
            (["verify", "dlv"], "dlv1.20.2-go1.19.8  clean"),
            (["remove", "dlv@1.20.2"], "dlv1.20.2-go1.19.8  removed"),
        ] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == 0, "\(result)")
            #expect(result.output.hasPrefix(output), "\(result)")
        }
        let left = try await run("ls", ["-A", sandbox.goBin, sandbox.sdkRoot])
        #expect(left.output == "\(sandbox.goBin):\n\n\(sandbox.sdkRoot):\n.gotoolprov\n", "\(left)")
    }

    @Test func `where there are archives that fit, nothing is compiled`() async throws {
        let catalogue = try await prebuilt()
        let manifest = try sandbox.folder.write(
            "home/gotoolprov.json",
            #"{"mirrors": ["\#(sandbox.mirror)"], "catalogues": ["\#(catalogue)"]}"#
        )
        let source = ["--manifest", manifest]
        func gotoolprov(_ arguments: String...) async throws -> CommandResult {
            try await run(
                sandbox.program,
                arguments + source,
                environment: sandbox.environment,
                in: sandbox.home
            )
        }
        // The newest that accepts go1.20 is 1.22.1, which would have to be built.
        let wanted = try await gotoolprov(
            "status",
            "--want",
            "go1.20.14",
            "dlv",
            "gopls",
            "--format",
            "json"
        )
        // As `ensure` would say: that Go is in no mirror; the tool is chosen for it all the same.
        #expect(wanted.output.contains("no mirror has go1.20.14."), "\(wanted)")
        #expect(wanted.output.contains(#""version": "1.20.2""#), "\(wanted)")
        #expect(wanted.output.contains("no catalogue has an archive of gopls"), "\(wanted)")
        try await validate(wanted.output, against: "status")
        let installed = try await gotoolprov("ensure", "dlv", "--for", "go1.20.14")
        #expect(
            installed.output.hasPrefix("dlv1.20.2-go1.19.8  installed for go1.20.14"),
            "\(installed)"
        )
        let kept = try await gotoolprov("status", "--want", "go1.20.14", "dlv")
        #expect(kept.output.contains("keep"), "\(kept)")
        // The report misses what `ensure` would bring, and no newer Delve.
        let wish = #"{"mirrors": ["\#(sandbox.mirror)"], "catalogues": ["\#(catalogue)"],"#
        try sandbox.folder.write(
            "home/gotoolprov.json",
            wish + #" "go": {"versions": ["go1.20.14"]}, "tools": ["dlv"]}"#
        )
        let report = try await gotoolprov("report")
        #expect(report.output.contains(#""version": "1.20.14""#), "\(report)")
        #expect(!report.output.contains("1.22.1"), "\(report)")
    }

    @Test func `the Delve that fits the program is run`() async throws {
        let catalogue = try await prebuilt()
        let installed = try await sandbox.gotoolprov(
            "ensure",
            "dlv@1.20.2",
            "--mirror",
            sandbox.mirror,
            "--catalogue",
            catalogue
        )
        #expect(installed.status == 0, "\(installed)")
        // Debian's Delve is itself a program of go1.19.8, which Delve 1.20.2 accepts.
        let fitting = try await sandbox.gotoolprov("exec", "dlv", "--", "version", "exec", "x")
        #expect(fitting.output.contains("Version: 1.20.2"), "\(fitting)")
        let help = try await sandbox.gotoolprov(
            "exec",
            "dlv",
            "--",
            "exec",
            Self.debianDelve,
            "--help"
        )
        #expect(help.status == 0, "\(help)")
        #expect(help.output.contains("Execute a precompiled binary"), "\(help)")
    }

    @Test(arguments: [
        ("touch other", "dlv", "1.20.2", "1.19.8", "none"),
        (
            "mkdir a b && cp /usr/bin/dlv a && cp /usr/bin/dlv b", "dlv", "1.20.2", "1.19.8",
            "several"
        ),
        ("cp /bin/true dlv", "dlv", "1.20.2", "1.19.8", "without Go's build information"),
        ("echo x >dlv", "dlv", "1.20.2", "1.19.8", "no program for Linux"),
        ("cp /usr/bin/dlv .", "dlv", "1.20.2", "1.21.13", "built by go1.19.8"),
        ("cp /usr/bin/dlv .", "dlv", "1.20.1", "1.19.8", "dlv1.20.2"),
        ("cp /usr/bin/dlv gopls", "gopls", "0.11.0", "1.19.8", "github.com/go-delve/delve/cmd/dlv"),
    ])
    func `an archive of something else is refused`(
        layout: String,
        tool: String,
        version: String,
        builtWith: String,
        found: String
    ) async throws {
        let catalogue = try await prebuilt(
            layout: layout,
            tool: tool,
            version: version,
            builtWith: builtWith
        )
        let before = try await sandbox.snapshot()
        let result = try await sandbox.gotoolprov(
            "ensure",
            "\(tool)@\(version)",
            "--mirror",
            sandbox.mirror,
            "--catalogue",
            catalogue
        )
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains(found), "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }

    @Test func `a damaged tool is repaired from its archive`() async throws {
        let catalogue = try await prebuilt()
        let arguments = ["--mirror", sandbox.mirror, "--catalogue", catalogue]
        _ = try await run(
            sandbox.program,
            ["ensure", "dlv@1.20.2"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        let program = "\(sandbox.sdkRoot)/dlv1.20.2-go1.19.8/bin/dlv"
        _ = try await run("sh", ["-c", "echo x >>'\(program)'"])
        let found = try await sandbox.gotoolprov("verify", "dlv")
        #expect(found.status == 1, "\(found)")
        let repaired = try await run(
            sandbox.program,
            ["verify", "--repair", "dlv@1.20.2"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(repaired.status == 0, "\(repaired)")
        #expect(try await sha256(of: program) == sha256(of: Self.debianDelve))
    }

    @Test func `something of the user's own is not replaced by a link`() async throws {
        let catalogue = try await prebuilt()
        try sandbox.folder.write("home/go/bin/dlv1.20.2", "mine")
        let before = try await sandbox.snapshot()
        let result = try await sandbox.gotoolprov(
            "ensure",
            "dlv@1.20.2",
            "--mirror",
            sandbox.mirror,
            "--catalogue",
            catalogue
        )
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains("a file of another origin"), "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }

    // MARK: Asking

    @Test(arguments: [
        (["ensure", "dlv"], 64, "no Go is installed"),
        (["ensure", "nosuchtool"], 64, "known are  dlv, gopls"),
        (["ensure", "dlv@1.99.0"], 78, "1.27.2 is the newest known"),
        (["ensure", "dlv@x"], 64, "names no version of dlv"),
        (["ensure", "dlv@1.26.3", "--for", "go1.21.13"], 78, "1.25.0 fits"),
        (["ensure", "dlv", "--for", "go1.99.0"], 78, "which accepts go1.25 to go1.27"),
        (
            ["ensure", "gopls", "--for", "go1.21.13"], 78,
            "0.17.1 is the newest that works with go1.21"
        ),
        (["ensure", "go1.21.13", "--for", "go1.21.13"], 64, "goes with a tool"),
        (["use", "dlv"], 69, "`dlv` is not installed"),
        (["exec", "dlv", "--", "version"], 69, "`dlv` is not installed"),
        (["which", "dlv1.25.0-go1.21.13"], 69, "is not installed"),
        (["remove", "dlv"], 64, "does not say which version"),
        (["build-tool", "gopls@0.17.1", "--output", "x"], 64, "only Delve"),
        (
            ["build-tool", "dlv@1.25.0", "--arch", "arm", "--output", "x"], 78,
            "no port to linux/arm"
        ),
        (["build-tool", "dlv@1.25.0", "--arch", "vax", "--output", "x"], 64, "is no GOARCH"),
        (["build-tool", "dlv@1.25.0", "--output", "x"], 64, "no Go is installed"),
        (
            ["build-tool", "dlv@1.25.0", "--go", "go1.20.1", "--output", "x"], 78,
            "too old to build it"
        ),
    ])
    func `what cannot be had is said`(
        arguments: [String],
        status: Int32,
        words: String
    ) async throws {
        let before = try await sandbox.snapshot()
        let result = try await run(
            sandbox.program,
            arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == status, "\(result)")
        #expect(result.error.contains(words), "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }

    @Test func `a manifest asks for tools`() async throws {
        try await installShellGo()
        let catalogue = try await prebuilt(tool: "dlv")
        let manifest = try sandbox.folder.write(
            "manifest.json",
            """
            {"go": {"versions": ["go1.99.1"]}, "tools": ["dlv@1.20.2"],
             "mirrors": ["\(sandbox.mirror)"], "catalogues": ["\(catalogue)"]}
            """
        )
        // For a manifest's own Go versions they have to fit.
        let result = try await sandbox.gotoolprov("ensure", "--manifest", manifest)
        #expect(result.status == 78, "\(result)")
        #expect(result.output.hasPrefix("go1.99.1  present"), "\(result)")
        #expect(result.error.contains("does not debug programs of go1.99"), "\(result)")
    }
}
