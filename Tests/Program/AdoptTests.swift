import TestSupport
import Testing

/// `ensure --adopt` on trees installed by golang.org/dl or by hand.
@Suite(.programLimit)
struct AdoptTests {
    let sandbox: Sandbox
    let digest: String
    let archivePath: String
    var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }

    /// Creates a tree as golang.org/dl does: unpacked, marked, and with the archive in it.
    init() async throws {
        sandbox = try Sandbox()
        let archive = try ArchiveFixture.hostGo()
            .file("go/src/a.go", "package a")
        (archivePath, digest) = try await sandbox.serve(archive.gzipped)
        let script = """
            mkdir -p "$2" && tar -C "$2" --strip-components=1 -xf "$1" && cp "$1" "$2" &&
            touch "$2/.unpacked-success"
            """
        try await shell(script, archivePath, tree).expectSuccess()
    }

    func adopt(_ arguments: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            [
                "ensure", "go1.99.1", "--adopt", "--mirror", sandbox.mirror, "--sha256", digest,
                "-q",
            ] + arguments,
            environment: sandbox.environment
        )
    }

    @Test func `a tree that matches the archive gets only a receipt`()
        async throws
    {
        let files = "find . -path ./.gotoolprov -prune -o -printf '%P %i %m %T@\\n' | grep . | sort"
        let before = try await shell(files, in: tree)
        #expect(try await adopt("--check").status == 20)
        let result = try await adopt()
        #expect(result.status == 0, "\(result)")
        #expect(result.output == "go1.99.1  adopted  \(tree)\n")
        let after = try await shell(files, in: tree)
        // The mark is rewritten, and the directory has a new entry.
        func stable(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { !$0.hasPrefix(".unp") && !$0.hasPrefix(" ") }
        }
        #expect(stable(after.output) == stable(before.output))
        #expect(try await sandbox.gotoolprov("verify").output == "go1.99.1  clean  4 files\n")
        #expect(try await adopt().output == "go1.99.1  present  \(tree)\n")
        #expect(try await sandbox.gotoolprov("remove", "go1.99.1").status == 0)
    }

    @Test(arguments: ["echo >>src/a.go", "rm go.env", "touch extra.go", "chmod 0700 src"])
    func `any other tree is unchanged, and the differences are reported`(script: String)
        async throws
    {
        try await shell(script, in: tree).expectSuccess()
        let before = try await sandbox.snapshot(of: "home/sdk/go1.99.1")
        let result = try await adopt()
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains("its files differ from its archive"), "\(result)")
        #expect(try await sandbox.snapshot(of: "home/sdk/go1.99.1") == before)
        #expect(try await sandbox.gotoolprov("list").output.contains("foreign"))
    }

    @Test func `a link in place of a gotoolprov directory is not followed`() async throws {
        try sandbox.directory.write("outside/.keep", "")
        let before = try await sandbox.snapshot(of: "outside")
        let link = ["-s", "\(sandbox.directory.path)/outside", "\(tree)/.gotoolprov"]
        try await run("ln", link).expectSuccess()
        let result = try await adopt()
        #expect(result.status == 73, "\(result)")
        #expect(try await sandbox.snapshot(of: "outside") == before)
    }

    @Test func `a gotoolprov directory that other users can change is not adopted`() async throws {
        try await prepare("mkdir .gotoolprov; chmod 777 .gotoolprov", in: tree)
        var result = try await adopt()
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains("every user can write to"), "\(result)")
        try await prepare("chmod 755 .gotoolprov", in: tree)
        if isRoot {
            try await prepare("chown 2001 .gotoolprov", in: tree)
            result = try await adopt()
            #expect(result.status == 73, "\(result)")
            #expect(result.error.contains("belongs to user 2001"), "\(result)")
            try await prepare("chown 0 .gotoolprov", in: tree)
        }
        #expect(try await run("ls", ["-A", "\(tree)/.gotoolprov"]).output == "")
        #expect(try await adopt().status == 0)
    }

    @Test(.enabled(if: isRoot, "needs root to give files away"))
    func `a gotoolprov directory of another user does not have a tree deleted`() async throws {
        try await prepare(
            "rm .unpacked-success; mkdir .gotoolprov; touch .gotoolprov/removal; chown -R 2001 .gotoolprov",
            in: tree
        )
        let result = try await sandbox.install(digest)
        #expect(result.status == 73, "\(result)")
        #expect(try bytes(of: "\(tree)/src/a.go").count == 9)
    }

    @Test(.enabled(if: isRoot, "needs root to give files away"))
    func `a tree with files that other users can modify is not adopted`() async throws {
        for path in ["\(tree)/src/a.go", tree] {
            try await run("chown", ["65534", path]).expectSuccess()
            let result = try await adopt()
            #expect(result.status == (path == tree ? 73 : 65), "\(result)")
            try await run("chown", ["0", path]).expectSuccess()
        }
        #expect(try await adopt().status == 0)
        try await run("chown", ["65534", "\(tree)/src/a.go"]).expectSuccess()
        let verified = try await sandbox.gotoolprov("verify")
        #expect(verified.output.contains("owner  src/a.go  expected user 0"), "\(verified)")
    }

    @Test func `the launcher replaces the program of golang_org_dl, and no other`()
        async throws
    {
        try sandbox.directory.write("home/go/bin/go1.99.1", "#!/bin/sh\nmine\n")
        var result = try await adopt()
        #expect(result.status == 73, "\(result)")
        let module = "mod\tgolang.org/dl\tv0.0.0\t\n"
        try sandbox.directory.write(
            "home/go/bin/go1.99.1",
            ELFFixture.go(modules: "path\tgolang.org/dl/go1.99.2\n" + module).bytes
        )
        #expect(try await adopt().status == 73, "it is another version's")
        try sandbox.directory.write(
            "home/go/bin/go1.99.1",
            ELFFixture.go(modules: "path\tgolang.org/dl/go1.99.1\n" + module).bytes
        )
        #expect(try await sandbox.install(digest).status == 73, "not without --adopt")
        result = try await adopt()
        #expect(result.status == 0, "\(result)")
        let launcher = try bytes(of: "\(sandbox.goBin)/go1.99.1")
        #expect(launcher.starts(with: Array("#!/bin/sh".utf8)))
    }
}
