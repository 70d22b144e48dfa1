import LogFixtures
import TestSupport
import Testing
import TransparencyLog

/// `verify --published` on a Go that is newer than the built-in table.
@Suite(.programLimit)
struct PublicationEvidenceTests {
    let sandbox: Sandbox
    let signer: LogSigner
    let manifest: String
    let archive: ProvenArchive
    private var tree: String { "\(sandbox.directory.path)/opt/go" }
    private var moduleCache: String { "\(sandbox.directory.path)/mod" }

    init() throws {
        sandbox = try Sandbox()
        signer = try LogSigner()
        manifest = try sandbox.trust(signer)
        archive = try ProvenArchive()
        for file in archive.files {
            try sandbox.directory.write("opt/go/\(file.path)", file.bytes, mode: 0o755)
        }
    }

    private func verify(_ options: String...) async throws -> CommandResult {
        try await verified(options)
    }

    private func verified(_ options: [String]) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["verify", "--published", tree, "--manifest", manifest] + options,
            environment: sandbox.environment.merging(["GOMODCACHE": moduleCache]) { $1 },
            in: sandbox.home
        )
    }

    private func expect(
        _ evidence: String,
        _ words: String,
        _ options: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let text = try await verified(options)
        #expect(text.status == 0, "\(text)", sourceLocation: sourceLocation)
        #expect(
            text.output == "go1.99.1  published  \(tree): \(words)\n",
            sourceLocation: sourceLocation
        )
        let json = try await verified(options + ["--format", "json"])
        try await validate(json.output, against: "published")
        #expect(
            json.output.contains(#""evidence": "\#(evidence)""#),
            "\(json)",
            sourceLocation: sourceLocation
        )
    }

    private func proof(signer: LogSigner? = nil) throws -> [UInt8] {
        try ProvenArchive.proof(of: archive.record(), signer: signer ?? self.signer).document
    }

    /// A log whose record 130 is that of the toolchain.
    private func log() throws -> TestLog {
        var records = (0..<700).map { Array("record \($0)\n".utf8) }
        records[130] = try archive.record()
        return try TestLog(records, signer: signer)
    }

    private func damage() throws {
        try sandbox.directory.write("opt/go/src/go.mod", "module other\n")
    }

    @Test(arguments: [
        "opt/go.tlog-proof", "opt/go1.99.1.linux-ARCH.tar.gz.tlog-proof",
        "mirror/go/go1.99.1.linux-ARCH.tar.gz.tlog-proof", "opt/go/.gotoolprov/log.tlog-proof",
    ])
    func `a proof in or beside the tree, or beside its archive, is evidence`(name: String)
        async throws
    {
        let path = try sandbox.directory.write(
            name.replacing("ARCH", with: hostArchitecture == "arm" ? "armv6l" : hostArchitecture),
            try proof()
        )
        try await expect(
            "proof",
            "proven by \(path) of the log log.example",
            "--mirror",
            sandbox.mirror
        )
        let disabled = try await verify("--mirror", sandbox.mirror, "--no-log")
        #expect(disabled.status == 4, "\(disabled)")
        #expect(disabled.output.contains("the log is disabled by `--no-log`"), "\(disabled)")
        try damage()
        let damaged = try await verify("--mirror", sandbox.mirror)
        #expect(damaged.status == 4, "\(damaged)")
        #expect(damaged.output.contains("\(path) does not prove these files"), "\(damaged)")
    }

    @Test func `a proof that another key signed is not evidence`() async throws {
        try sandbox.directory.write("opt/go.tlog-proof", try proof(signer: LogSigner(seed: 9)))
        let result = try await verify()
        #expect(result.status == 4, "\(result)")
        #expect(result.output.contains("\(tree).tlog-proof: the file is not a valid"), "\(result)")
    }

    @Test func `without evidence, the reason names the places`() async throws {
        let result = try await verify()
        #expect(result.status == 4, "\(result)")
        for part in [
            "the built-in table has no hash of go1.99.1", "no valid proof at", "\(tree).tlog-proof",
            "no lookup in \(moduleCache)/cache/download/sumdb/log.example",
            "no copy of the log on this host",
        ] {
            #expect(result.output.contains(part), "\(result)")
        }
    }

    @Test func `what go has left in its module cache is evidence, if it has the tiles`()
        async throws
    {
        let log = try log()
        try log.write(300, to: sandbox.directory, mirror: "mod/cache/download")
        let cache = "\(moduleCache)/cache/download/sumdb/log.example"
        try await expect(
            "go-cache",
            "proven by \(cache) of the log log.example, where go keeps what it looked up"
        )
        // Nothing is kept of a read-only check.
        #expect(
            try await shell("test ! -e \"$1\"/.local/state/gotoolprov/log", sandbox.home).status
                == 0
        )
        try damage()
        let damaged = try await verify()
        #expect(damaged.status == 1, "\(damaged)")
        try await shell("rm -r \"$1\"/tile", cache).expectSuccess()
        let unproven = try await verify()
        #expect(unproven.status == 4, "\(unproven)")
        #expect(unproven.output.contains("\(cache): the copy of the log is incomplete"))
    }

    /// The head that an earlier run has kept.
    private func keep(_ note: [UInt8]) throws {
        try sandbox.directory.write(
            "home/.local/state/gotoolprov/log/\(signer.key.label)/latest",
            note
        )
    }

    /// A log of the same key, with another history and with a record of the toolchain at another place.
    private func fork() throws -> TestLog {
        try TestLog(count: 700, seed: "other", signer: signer)
    }

    private func expectFork(_ origin: String, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let result = try await verify()
        #expect(result.status == 4, "\(result)", sourceLocation: sourceLocation)
        for part in ["the log is forked", "from \(origin)"] {
            #expect(result.output.contains(part), "\(result)", sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: [200, 300])
    func `what go has left is no evidence if its tree contradicts the kept head`(size: Int)
        async throws
    {
        let log = try log()
        try log.write(300, to: sandbox.directory, mirror: "mod/cache/download")
        try keep(log.note(size))
        #expect(try await verify().status == 0)
        try keep(fork().note(size))
        try await expectFork("\(moduleCache)/cache/download/sumdb/log.example")
    }

    @Test func `what go has left of a tree is evidence if the tiles to compare it are missing`()
        async throws
    {
        let log = try log()
        try log.write(300, to: sandbox.directory, mirror: "mod/cache/download")
        try keep(log.note(700))
        #expect(try await verify().status == 0)
    }

    @Test func `a proof is no evidence if its tree has the size of the kept one and another root`()
        async throws
    {
        let path = try sandbox.directory.write("opt/go.tlog-proof", try proof())
        try keep(fork().note(12))
        #expect(try await verify().status == 0)
        // The tree of the proof has 11 records.
        try keep(fork().note(11))
        try await expectFork(path)
    }

    @Test func `an answer of go's cache is also proven in the newest tree that go has seen`()
        async throws
    {
        let log = try log()
        try log.write(700, to: sandbox.directory, mirror: "mod/cache/download")
        let lookup = try #require(
            try log.documents(300).first { $0.key.hasPrefix("lookup/") }
        )
        try sandbox.directory.write(
            "mod/cache/download/sumdb/log.example/\(lookup.key)",
            lookup.value
        )
        #expect(try await verify().status == 4)
        try sandbox.directory.write("home/go/pkg/sumdb/log.example/latest", try log.note(700))
        let result = try await verify()
        #expect(result.status == 0, "\(result)")
    }

    @Test func `a copy of the log in a mirror directory is evidence`() async throws {
        try log().write(300, to: sandbox.directory, mirror: "mirror")
        try await expect("log", "proven by the log log.example", "--mirror", sandbox.mirror)
        try damage()
        let damaged = try await verify("--mirror", sandbox.mirror)
        #expect(damaged.status == 1, "\(damaged)")
        #expect(damaged.output.hasPrefix("go1.99.1  modified"), "\(damaged)")
    }

    /// Installs the archive by a proof beside it, which the installation keeps.
    ///
    /// - Returns: The path of the toolchain.
    private func install() async throws -> String {
        try await sandbox.serve(archive.fixture.gzipped, proof: proof())
        let installed = try await run(
            sandbox.program,
            ["ensure", "go1.99.1", "--mirror", sandbox.mirror, "--manifest", manifest],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(installed.status == 0, "\(installed)")
        return "\(sandbox.sdkRoot)/go1.99.1"
    }

    private func verifyInstalled(_ toolchain: String = "go1.99.1") async throws -> CommandResult {
        try await sandbox.gotoolprov(
            "verify",
            "--published",
            "--offline",
            toolchain,
            "--manifest",
            manifest
        )
    }

    @Test func `our own installation keeps the proof that it was installed with`() async throws {
        let root = try await install()
        let result = try await verifyInstalled()
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("\(root)/.gotoolprov/log.tlog-proof"), "\(result)")
        let verified = try await sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test func `the kept proof shows which files of our own installation were changed`()
        async throws
    {
        let root = try await install()
        try await shell(
            "chmod -R u+w \"$1\" && echo >>\"$1\"/src/go.mod && echo >\"$1\"/src/new.go && rm \"$1\"/go.env",
            root
        ).expectSuccess()
        let changed = try await verifyInstalled()
        #expect(changed.status == 1, "\(changed)")
        let lines = changed.output.split(separator: "\n").dropFirst().map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines == ["missing go.env", "changed src/go.mod", "extra src/new.go"],
            "\(changed)"
        )
        for command in ["list", "status"] {
            let shown = try await sandbox.gotoolprov(
                command,
                "--published",
                "--manifest",
                manifest
            )
            #expect(shown.output.contains("modified: 3 files differ"), "\(shown)")
        }
        // The proof also proves the hash in the receipt.
        try await shell("rm \"$1\"", "\(root)/.gotoolprov/index.mtree").expectSuccess()
        let unlisted = try await verifyInstalled()
        #expect(unlisted.status == 1, "\(unlisted)")
        // Without a hash to prove, it says nothing.
        try await shell("rm \"$1\"", "\(root)/.gotoolprov/receipt.json").expectSuccess()
        let unproven = try await verifyInstalled(root)
        #expect(unproven.status == 4, "\(unproven)")
    }

    /// What says which toolchain a tree is, and may be what was changed.
    @Test(arguments: [
        // EI_OSABI of FreeBSD.
        ("printf '\\011' | dd of=bin/go bs=1 seek=7 conv=notrunc 2>&1", "changed bin/go"),
        ("printf x >bin/go", "changed bin/go"),
        ("rm bin/go", "missing bin/go"),
        ("rm VERSION", "missing VERSION"),
        ("echo go1.99.2 >VERSION", "changed VERSION"),
        ("echo go1.99.1-mine >VERSION", "changed VERSION"),
    ])
    func `our own installation stays the toolchain that its receipt names`(
        change: String,
        difference: String
    ) async throws {
        let root = try await install()
        try await shell("chmod -R u+w \"$1\" && cd \"$1\" && \(change)", root).expectSuccess()
        let result = try await verifyInstalled(root)
        #expect(result.status == 1, "\(result)")
        let lines = result.output.split(separator: "\n").dropFirst().map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(lines == [difference], "\(result)")
    }

    @Test func `our own installation without VERSION and bin is modified`() async throws {
        let root = try await install()
        try await shell("rm -r \"$1\"/bin \"$1\"/VERSION", root).expectSuccess()
        let result = try await sandbox.gotoolprov("verify", "--published", "--offline")
        #expect(result.status & 1 == 1, "\(result)")
        #expect(result.output.contains("go1.99.1  modified  \(root): VERSION"), "\(result)")
    }

    @Test func `a Go whose header names another system is judged by a proof of its index`()
        async throws
    {
        let root = try await install()
        try await shell(
            """
            chmod -R u+w "$1" && printf '\\011' | dd of="$1"/bin/go bs=1 seek=7 conv=notrunc 2>&1 \\
                && rm "$1"/.gotoolprov/receipt.json
            """,
            root
        ).expectSuccess()
        let proven = try await verifyInstalled(root)
        #expect(proven.status == 1, "\(proven)")
        try await shell("rm \"$1\"", "\(root)/.gotoolprov/log.tlog-proof").expectSuccess()
        let unproven = try await verifyInstalled(root)
        #expect(unproven.status == 4, "\(unproven)")
        #expect(unproven.output.contains("it is for freebsd"), "\(unproven)")
    }

    @Test func `options without a meaning are refused`() async throws {
        for options in [["--published", "--catalog", manifest], ["--no-log"]] {
            let result = try await run(
                sandbox.program,
                ["verify"] + options,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == 64, "\(options): \(result)")
        }
    }
}
