import TestSupport
import Testing

/// Trees with a receipt but without `bin/go` or VERSION, which cannot run and do not count as
/// installed.
@Suite(.programLimit)
struct IncompleteTests {
    let sandbox: Sandbox
    let digest: String
    var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }

    init() async throws {
        sandbox = try Sandbox()
        digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        try await sandbox.install(digest).expectSuccess()
    }

    static let losses = [
        "rm bin/go", "rm -r bin", "rm VERSION", ": >bin/go", "chmod a-x bin/go", ": >VERSION",
        "rm bin/go; mkdir bin/go", "mv bin elsewhere; ln -s elsewhere bin",
        "mv bin/go bin/real; ln -s real bin/go",
    ]

    @Test(arguments: losses.indices)
    func `a Go without its program or VERSION is incomplete, and ensure repairs it`(row: Int)
        async throws
    {
        try await prepare(Self.losses[row], in: tree)
        #expect(try await sandbox.gotoolprov("list").output.contains("incomplete: "))
        for arguments in [
            ["which", "go1.99.1"], ["use", "go1.99.1"], ["exec", "go1.99.1", "--", "go"],
        ] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment
            )
            #expect(result.status == 69, "\(arguments): \(result)")
            #expect(result.error.contains("incomplete: "), "\(arguments): \(result)")
        }
        let ensure = [
            "ensure", "go1.99.1", "--mirror", sandbox.mirror, "--sha256", digest,
        ]
        var result = try await run(
            sandbox.program,
            ensure + ["--check"],
            environment: sandbox.environment
        )
        #expect(result.status == 20 && result.output.contains("would repair"), "\(result)")
        result = try await run(sandbox.program, ensure, environment: sandbox.environment)
        #expect(result.status == 0 && result.output.contains("  repaired  "), "\(result)")
        result = try await sandbox.gotoolprov("verify")
        #expect(result.status == 0, "\(result)")
        result = try await run(sandbox.program, ensure, environment: sandbox.environment)
        #expect(result.output.contains("  present  "), "\(result)")
    }

    @Test func `an incomplete Go can be removed, and its archive is not pruned`() async throws {
        try await run("rm", ["-r", "bin"], in: tree).expectSuccess()
        let list = try await sandbox.gotoolprov("list", "--format", "json")
        #expect(list.output.contains("\"state\": \"incomplete\""), "\(list)")
        let result = try await sandbox.gotoolprov("remove", "go1.99.1")
        #expect(result.status == 0, "\(result)")
        #expect(try await run("ls", ["-A", sandbox.goBin]).output == "")
    }

    /// Only the launcher was missing before the lock was requested, so no archive was located.
    @Test func `a tree that is removed while ensure waits for the lock is reinstalled`()
        async throws
    {
        let script = """
            rm "$4/go1.99.1"
            exec 9>"$HOME/sdk/.gotoolprov/lock/go1.99.1"; flock 9
            "$1" ensure go1.99.1 --mirror "$2" --sha256 "$3" 9>&- & pid=$!
            until grep -q waiting "$HOME/log" 2>/dev/null; do kill -0 $pid || exit 1; done
            rm -r "$HOME/sdk/go1.99.1"
            exec 9>&-
            wait $pid; echo "status $?"
            """
        let result = try await shell(
            "(\(script)) 2>\"$HOME/log\"",
            sandbox.program,
            sandbox.mirror,
            digest,
            sandbox.goBin,
            environment: sandbox.environment
        )
        #expect(result.output == "go1.99.1  installed  \(tree)\nstatus 0\n", "\(result)")
        #expect(try await sandbox.gotoolprov("verify", "go1.99.1").status == 0)
    }
}
