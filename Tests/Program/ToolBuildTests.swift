import TestSupport
import Testing

/// Building Delve from source, with a shell in place of `bin/go`: `go list` and `go build` run the
/// files `list` and `build` of the source.
@Suite(.programLimit)
struct ToolBuildTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Runs `ensure dlv@1.24.0` from this source archive.
    func ensure(from source: ArchiveFixture) async throws -> CommandResult {
        try await sandbox.gotoolprov(
            "ensure",
            "dlv@1.24.0",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            try await sandbox.serveDelve(source)
        )
    }

    /// Sources that cannot be built, each with the exit status and a part of the error.
    static let bad: [(what: String, source: ArchiveFixture, status: Int32, words: [String])] = [
        (
            "another top directory", ArchiveFixture().file("delve/go.mod", "module x\n"), 65,
            ["delve/go.mod", "it is not in the directory `delve-1.24.0/`"]
        ),
        (
            "no vendor directory",
            ArchiveFixture().file("delve-1.24.0/go.mod", "module x\n")
                .file("delve-1.24.0/cmd/dlv/main.go"), 65,
            ["delve-1.24.0/vendor/modules.txt", "nothing"]
        ),
        ("another version inside", .delveSource(version: "1.24.1"), 65, ["1.24.0", "1.24.1"]),
        (
            "a link that leaves", .delveSource().symbolicLink("delve-1.24.0/x", to: "../../y"), 65,
            ["`../../y`", "outside"]
        ),
        (
            "a link to the root", .delveSource().symbolicLink("delve-1.24.0/x", to: "/etc/passwd"),
            65,
            ["not a short relative path"]
        ),
        (
            "a link that goes up in its middle",
            .delveSource().symbolicLink("delve-1.24.0/x", to: "pkg/../../y"), 65, ["outside"]
        ),
        (
            "a file behind a link",
            .delveSource().symbolicLink("delve-1.24.0/l", to: "pkg").file("delve-1.24.0/l/f"), 65,
            ["`l` is both a file and a directory"]
        ),
        (
            "a source that does not compile",
            .delveSource(build: "echo '# x'; echo 'main.go:1:1: syntax error'; exit 1"), 69,
            ["go1.99.1 cannot build dlv1.24.0", "main.go:1:1: syntax error"]
        ),
        (
            "an error before the names of sixty packages",
            .delveSource(
                build: "echo 'x.go:2:3: broken'; i=0; while [ $i -lt 60 ]; do echo p/$i; "
                    + "i=$((i + 1)); done; exit 1"
            ), 69, ["x.go:2:3: broken"]
        ),
        (
            "dependencies that are missing",
            .delveSource(list: "echo 'go: inconsistent vendoring in x:'; exit 1"), 69,
            ["go: inconsistent vendoring"]
        ),
        (
            "a compiler that is killed", .delveSource(build: "kill -9 $$"), 69,
            ["was killed", "memory"]
        ),
        (
            "no space", .delveSource(build: "echo 'write x: no space left on device'; exit 1"), 73,
            ["no space left", "free space"]
        ),
        (
            "a flood of messages",
            .delveSource(
                build: "while :; do echo 'a a a a a a a a a a a a a a a a a a a a a'; done"
            ), 69,
            ["too much output"]
        ),
        ("a build of nothing", .delveSource(), 65, ["bin/dlv", "nothing"]),
        (
            "a build of another program",
            .delveSource(
                build: "while [ \"$1\" != -o ]; do shift; done; exec /bin/cp /bin/true \"$2\""
            ), 65, ["without Go build information"]
        ),
        (
            "a build by another Go",
            .delveSource(
                build: "while [ \"$1\" != -o ]; do shift; done; exec /bin/cp /usr/bin/dlv \"$2\""
            ), 65, ["built by go1.99.1", "built by go1.19.8"]
        ),
    ]

    @Test(arguments: bad.indices)
    func `a failed build leaves nothing`(index: Int) async throws {
        let row = Self.bad[index]
        try await sandbox.installShellGo()
        let before = try await sandbox.snapshot()
        let result = try await ensure(from: row.source)
        #expect(result.status == row.status, "\(row.what): \(result)")
        for word in row.words {
            #expect(result.error.contains(word), "\(row.what): \(result)")
        }
        #expect(result.output == "")
        #expect(try await sandbox.snapshot() == before, "\(row.what)")
    }

    @Test func `a build ignores the user's settings`() async throws {
        try await sandbox.installShellGo()
        _ = try await ensure(
            from: .delveSource(
                build:
                    "export -p >\(sandbox.directory.path)/seen; echo $* >>\(sandbox.directory.path)/seen; exit 1"
            )
        )
        let seen = String(
            decoding: try bytes(of: "\(sandbox.directory.path)/seen"),
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

    @Test func `an interrupted build ends the compiler and leaves nothing`() async throws {
        try await sandbox.installShellGo()
        let before = try await sandbox.snapshot()
        // The compiler prints its parent's process ID and sleeps; the test ends gotoolprov by that ID.
        let catalog = try await sandbox.serveDelve(
            .delveSource(build: "echo $$ >\(sandbox.directory.path)/pid; exec /bin/sleep 600")
        )
        let script = """
            "$1" ensure dlv@1.24.0 --mirror "$2" --catalog "$3" & own=$!
            n=0
            while [ ! -s "$4/pid" ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n + 1)); done
            kill -TERM $own; wait $own; echo "status $?"
            kill -0 "$(cat "$4/pid")" 2>/dev/null && echo "the compiler runs on"
            exit 0
            """
        let result = try await shell(
            script,
            sandbox.program,
            sandbox.mirror,
            catalog,
            sandbox.directory.path,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.output == "status 143\n", "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }
}
