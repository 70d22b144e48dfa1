import TestSupport
import Testing

/// `verify --repair`: any damage to a tree is repaired, and replaced files are kept.
@Suite(.programLimit)
struct RepairTests {
    let sandbox: Sandbox
    let digest: String
    var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }
    var quarantine: String { "\(sandbox.sdkRoot)/.gotoolprov/quarantine" }

    init() async throws {
        sandbox = try Sandbox()
        let archive = try ArchiveFixture.hostGo()
            .file("go/src/a.go", "package a").file("go/src/deep/er/Þ b#.go", "package b")
            .directory("go/empty/")
        digest = try await sandbox.serve(archive.gzipped).digest
        let result = try await sandbox.install(digest)
        #expect(result.status == 0, "\(result)")
        #expect(
            try await run("cp", ["-a", tree, "\(sandbox.directory.path)/pristine"]).status == 0
        )
    }

    func repair(_ arguments: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["verify", "--repair", "--mirror", sandbox.mirror] + arguments,
            environment: sandbox.environment
        )
    }

    /// Repairs with a failing system call, with strace's `inject`.
    func repair(failing call: String) async throws -> CommandResult {
        try await run(
            "strace",
            [
                "-f", "-qqq", "-o", "/dev/null", "-e", "trace=\(call.prefix { $0 != ":" })", "-e",
                "inject=\(call)", sandbox.program, "verify", "--repair", "--mirror",
                sandbox.mirror,
            ],
            environment: sandbox.environment
        )
    }

    /// Compares the tree with the original, including modes.
    func expectPristine(_ comment: Comment) async throws {
        let script = """
            diff -r --no-dereference "$1" "$2" &&
            for tree in "$1" "$2"; do (cd "$tree" && find . -printf '%y %m %P\\n' | sort); done |
            sort | uniq -u
            """
        let result = try await shell(script, "\(sandbox.directory.path)/pristine", tree)
        #expect(result.status == 0 && result.output == "", "\(comment): \(result)")
    }

    func damage(_ script: String) async throws {
        let result = try await run("sh", ["-ec", script], in: tree)
        #expect(result.status == 0, "\(result)")
    }

    /// Damage to the tree.
    static let damages =
        VerifyTests.damage.map(\.script).filter { !$0.contains("Þ") && !$0.contains("x\\377") }
        + [
            "chmod 0700 .", "rm .unpacked-success", "echo x >.unpacked-success",
            "rm -r src; touch src", "rm -r bin src; mkdir src; touch src/a.go",
            "rm 'src/deep/er/Þ b#.go'; ln -s /etc/passwd 'src/deep/er/Þ b#.go'",
            "mv src elsewhere; ln -s elsewhere src",
            "for f in $(find . -type f -not -path './.goto*'); do echo x >>\"$f\"; done; chmod 0 src",
        ]

    @Test(arguments: damages.indices)
    func `only modified files are replaced, and they are kept`(row: Int) async throws {
        let inode = "find VERSION go.env -printf '%i '"
        let before = try await shell(inode, in: tree)
        try await damage(Self.damages[row])
        let result = try await repair()
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasPrefix("go1.99.1  clean  5 files  repaired\n"), "\(result)")
        try await expectPristine("row \(row)")
        let after = try await shell(inode, in: tree)
        if !Self.damages[row].contains("find .") { #expect(after.output == before.output) }
        #expect(
            try await repair().output == "go1.99.1  clean  5 files\n",
            "a second run repairs nothing"
        )
    }

    @Test func `replaced files are in the quarantine, readable only by the owner`() async throws {
        try await damage("echo mine >src/a.go; echo more >src/more.go")
        let result = try await repair("--format", "json")
        #expect(result.status == 0, "\(result)")
        let kept = try await shell("stat -c %a *; cat */src/a.go */src/more.go", in: quarantine)
        #expect(kept.output == "700\nmine\nmore\n", "\(kept)")
        #expect(result.output.contains(#""action": "repaired""#), "\(result)")
        for round in 0..<4 {
            try await damage("echo \(round) >src/a.go")
            #expect(try await repair().status == 0)
        }
        let count = try await shell("ls | wc -l; cat */src/a.go", in: quarantine)
        #expect(count.output == "3\n1\n2\n3\n", "the last three are kept: \(count)")
    }

    @Test(arguments: [
        "echo >.gotoolprov/index.mtree", "rm .gotoolprov/index.mtree",
        "touch \"$(printf 'x\\377')\"", "echo '{' >.gotoolprov/receipt.json",
    ])
    func `a tree that cannot be repaired file by file is exchanged`(script: String) async throws {
        try await damage(script)
        // A truncated receipt requires a catalog, and the built-in one lacks the fixture.
        let catalog = try sandbox.pin(digest)
        let result = try await repair("--catalog", catalog)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("clean  5 files  reinstalled"), "\(result)")
        try await run("rm", ["-r", "\(tree)/.gotoolprov"]).expectSuccess()
        try await run("rm", ["-r", "\(sandbox.directory.path)/pristine/.gotoolprov"])
            .expectSuccess()
        try await expectPristine("exchanged")
        let kept = try await shell("ls */go1.99.1/VERSION", in: quarantine)
        #expect(kept.status == 0, "\(kept)")
    }

    @Test func `without atomic exchange the repair takes two steps`() async throws {
        try await damage("echo x >src/a.go")
        // NFS, 9p and older file systems do not support RENAME_EXCHANGE.
        let result = try await repair(failing: "renameat2:error=EINVAL")
        #expect(result.status == 0, "\(result)")
        try await expectPristine("no exchange")
        try await damage("rm .gotoolprov/index.mtree")
        let reinstalled = try await repair(failing: "renameat2:error=EINVAL")
        #expect(reinstalled.status == 0, "\(reinstalled)")
        #expect(reinstalled.output.contains("reinstalled"), "\(reinstalled)")
    }

    @Test
    func
        `without the archive, everything that does not need it is repaired and the rest is reported`()
        async throws
    {
        try await damage("chmod 0600 go.env; touch extra")
        var result = try await run(
            sandbox.program,
            ["verify", "--repair"],
            environment: sandbox.environment
        )
        #expect(result.status == 0, "modes and extra files need no archive: \(result)")
        try await expectPristine("no archive")
        try await damage("rm go.env")
        result = try await run(
            sandbox.program,
            ["verify", "--repair"],
            environment: sandbox.environment
        )
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("corrupted  repair failed"), "\(result)")
        #expect(result.error.contains("is not available offline"), "\(result)")
        try sandbox.directory.write(
            "mirror/go1.99.1.linux-\(hostArchitecture).tar.gz",
            "something else"
        )
        result = try await repair()
        #expect(result.status == 1, "\(result)")
        #expect(result.error.contains("the archive does not match its pinned"), "\(result)")
    }

    /// Files of the tree have hard links outside of it.
    @Test func `a repair changes nothing outside the tree`() async throws {
        let secret = try sandbox.directory.write("secret", "secret", mode: 0o600)
        try await damage("ln -f \(secret) VERSION; ln -f \(secret) src/extra; chmod 0700 src")
        let result = try await repair()
        #expect(result.status == 0, "\(result)")
        try await expectPristine("linked")
        let status = try await run("stat", ["-c", "%a %s", secret])
        #expect(status.output == "600 6\n", "\(status)")
    }

    /// A second run has nothing to repair and takes no lock, but it also deletes leftovers.
    @Test func `a planted link in place of the staging directory is not followed`() async throws {
        try sandbox.directory.write("home/precious/go1.99.1.5/file", "precious")
        let staging = "\(sandbox.sdkRoot)/.gotoolprov/staging"
        try await run("rmdir", [staging]).expectSuccess()
        try await run("ln", ["-s", "\(sandbox.home)/precious", staging]).expectSuccess()
        #expect(try await repair().status == 0)
        #expect(try await sandbox.gotoolprov("remove", "go1.98.0").status == 0)
        #expect(try bytes(of: "\(sandbox.home)/precious/go1.99.1.5/file").count == 8)
        try await damage("echo x >src/a.go")
        #expect(try await repair().status == 73, "the lock is not taken")
    }

    @Test func `a link as quarantine is rejected, and nothing is lost`() async throws {
        try sandbox.directory.write("elsewhere/.keep", "")
        let link = ["-s", "\(sandbox.directory.path)/elsewhere", quarantine]
        try await run("ln", link).expectSuccess()
        try await damage("echo mine >src/a.go")
        let result = try await repair()
        #expect(result.status == 1, "\(result)")
        #expect(try bytes(of: "\(tree)/src/a.go") == Array("mine\n".utf8))
    }

    @Test func `a tree that may not be synced is not reported as clean`() async throws {
        try await damage("echo x >src/a.go")
        let result = try await repair(failing: "syncfs:error=EIO")
        #expect(result.status & 5 != 0, "\(result)")
        #expect(result.output.contains("repair failed"), "\(result)")
    }

    @Test func `foreign trees are not touched`() async throws {
        try sandbox.directory.write("home/sdk/go1.98.0/VERSION", "mine")
        let before = try await sandbox.snapshot()
        let result = try await repair("go1.98.0")
        #expect(result.status == 2, "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }
}
