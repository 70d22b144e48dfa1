import TestSupport
import Testing

/// Concurrent processes, and foreign files.
@Suite(.programLimit)
struct EnsureNeighborTests {
    let sandbox: Sandbox
    /// A complete, small Go archive.
    let archive: [UInt8]

    init() throws {
        sandbox = try Sandbox()
        archive = try ArchiveFixture.hostGo().gzipped
    }

    @Test func `a signal ends the command with 128 plus its number and leaves nothing`()
        async throws
    {
        // A held lock makes the program wait; a pipe as archive would be rejected.
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.directory.write("home/sdk/.gotoolprov/lock/go1.99.1", "")
        let script = """
            exec 9>"$HOME/sdk/.gotoolprov/lock/go1.99.1"; flock 9
            "$1" ensure go1.99.1 --mirror "$2" --sha256 "$3" 9>&- & pid=$!
            until grep -q waiting "$HOME/log" 2>/dev/null; do
                kill -0 $pid || exit 1; "$1" --version >/dev/null
            done
            kill -TERM $pid; wait $pid; echo "status $?"
            """
        let result = try await shell(
            "(\(script)) 2>\"$HOME/log\"",
            sandbox.program,
            sandbox.mirror,
            digest,
            environment: sandbox.environment
        )
        #expect(result.output == "status 143\n", "\(result)")
        let left = try await run("find", [sandbox.sdkRoot, "-type", "f"])
        #expect(left.output == "\(sandbox.sdkRoot)/.gotoolprov/lock/go1.99.1\n")
    }

    @Test func `the state is checked again after waiting for the lock`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.directory.write("home/sdk/.gotoolprov/lock/go1.99.1", "")
        try sandbox.directory.write("home/sdk/.gotoolprov/staging/.keep", "")
        let script = """
            exec 9>"$HOME/sdk/.gotoolprov/lock/go1.99.1"; flock 9
            "$1" ensure go1.99.1 --mirror "$2" --sha256 "$3" 9>&- & pid=$!
            until grep -q waiting "$HOME/log" 2>/dev/null; do kill -0 $pid || exit 1; done
            mkdir "$HOME/sdk/go1.99.1"; echo mine >"$HOME/sdk/go1.99.1/file"
            exec 9>&-
            wait $pid; echo "status $?"
            """
        let result = try await shell(
            "(\(script)) 2>\"$HOME/log\"",
            sandbox.program,
            sandbox.mirror,
            digest,
            environment: sandbox.environment
        )
        #expect(result.output == "status 73\n", "\(result)")
        let launchers = try await run("ls", [sandbox.goBin])
        #expect(launchers.output == "")
    }

    @Test func `only files of killed processes are deleted`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.directory.write("home/sdk/.gotoolprov/staging/go1.99.1.4711/bin/go", "half")
        try sandbox.directory.write("home/sdk/.gotoolprov/staging/go1.98.0.4711/bin/go", "half")
        try sandbox.directory.write("home/sdk/.gotoolprov/staging/thesis.pdf", "mine")
        try sandbox.directory.write("home/sdk/.gotoolprov/staging/thesis.4711", "mine")
        try sandbox.directory.write("home/sdk/.gotoolprov/staging/go1.99.1.backup", "mine")
        let result = try await sandbox.install(digest)
        #expect(result.status == 0, "\(result)")
        let left = try await run("ls", ["\(sandbox.sdkRoot)/.gotoolprov/staging"])
        #expect(left.output == "go1.99.1.backup\nthesis.4711\nthesis.pdf\n")
    }

    @Test func `a link in place of the staging directory is not followed`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.directory.write("elsewhere/go1.99.1.4711", "mine")
        try sandbox.directory.write("home/sdk/.gotoolprov/lock/.keep", "")
        _ = try await run(
            "ln",
            ["-s", "\(sandbox.directory.path)/elsewhere", "\(sandbox.sdkRoot)/.gotoolprov/staging"]
        )
        let result = try await sandbox.install(digest)
        #expect(result.status == 73, "\(result)")
        #expect(try bytes(of: "\(sandbox.directory.path)/elsewhere/go1.99.1.4711").count == 4)
    }

    @Test func `a tree with any file names is removed, the launcher of another root is not`()
        async throws
    {
        let (_, digest) = try await sandbox.serve(archive)
        let other = ["GOTOOLPROV_SDK_ROOT": "\(sandbox.directory.path)/other"]
        for changes in [[:], other] {
            let result = try await sandbox.install(digest, with: changes)
            #expect(result.status == 0, "\(result)")
        }
        let made = try await shell(
            "cd \"$1\" && touch \"$(printf 'x\\377')\" && mkdir ro && touch ro/f && chmod 0555 ro",
            "\(sandbox.sdkRoot)/go1.99.1"
        )
        #expect(made.status == 0, "\(made)")
        let removed = try await sandbox.gotoolprov("remove", "go1.99.1")
        #expect(removed.status == 0, "\(removed)")
        #expect(try await run("ls", ["-A", "\(sandbox.sdkRoot)/.gotoolprov/staging"]).output == "")
        // The launcher now runs the tree of the other root.
        #expect(try await run("\(sandbox.goBin)/go1.99.1", []).status == 0)
    }

    @Test func `a foreign tree is not selected if a managed one matches the request`()
        async throws
    {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        try sandbox.directory.write("home/sdk/go1.99.9/.unpacked-success", "")
        let result = try await sandbox.gotoolprov("ensure", "go>=1.98")
        #expect(result.output.hasPrefix("go1.99.1  present"), "\(result)")
    }
}
