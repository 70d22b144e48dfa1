import LogFixtures
import TestSupport
import Testing
import TransparencyLog

/// Versions that no catalog lists, proven by a file beside their archive.
@Suite(.programLimit)
struct LogProofTests {
    let sandbox: Sandbox
    let signer: LogSigner
    let manifest: String

    init() throws {
        sandbox = try Sandbox()
        signer = try LogSigner()
        manifest = try sandbox.trust(signer)
    }

    private func proof(of archive: ProvenArchive) throws -> [UInt8] {
        try ProvenArchive.proof(of: archive.record(), signer: signer).document
    }

    private func ensure(_ options: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["ensure", "go1.99.1", "--offline", "--manifest", manifest] + options,
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    private func expectRefusal(
        _ status: Int32,
        _ phrase: String,
        _ option: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await sandbox.expectRefusal(
            status,
            phrase,
            "ensure",
            "go1.99.1",
            "--offline",
            "--mirror",
            sandbox.mirror,
            "--manifest",
            manifest,
            option ?? "--no-wait",
            sourceLocation: sourceLocation
        )
    }

    private let files = """
        VERSION 644
        bin 755
        bin/go 755
        go.env 644
        src 755
        src/go.mod 644
        src/make.bash 755

        """

    private func installedFiles() async throws -> String {
        try await shell(
            """
            cd "$1" && find . -mindepth 1 \\( -name .gotoolprov -o -name .unpacked-success \\) -prune \\
                -o -printf '%P %m\\n' | LC_ALL=C sort
            """,
            "\(sandbox.sdkRoot)/go1.99.1"
        ).output
    }

    @Test func `a version that no catalog lists is installed if the log proves it`() async throws {
        let archive = try ProvenArchive()
        let path = try await sandbox.serve(archive.fixture.gzipped, proof: proof(of: archive))
        let before = try await sandbox.snapshot()
        let check = try await ensure("--mirror", sandbox.mirror, "--check")
        #expect(check.status == 20, "\(check)")
        #expect(
            check.output.contains("would install, if the log \(signer.key.name) proves"),
            "\(check)"
        )
        #expect(try await sandbox.snapshot() == before)
        let result = try await ensure("--mirror", sandbox.mirror)
        #expect(result.status == 0, "\(result)")
        let tree = "\(sandbox.sdkRoot)/go1.99.1"
        #expect(result.output == "go1.99.1  installed, proven by the log log.example  \(tree)\n")
        #expect(try await installedFiles() == files)
        #expect(try await run("\(sandbox.goBin)/go1.99.1", []).status == 0)

        let receipt = try await run("cat", ["\(tree)/.gotoolprov/receipt.json"]).output
        try await validate(receipt, against: "receipt")
        #expect(receipt.contains(#""voucher": "log""#), "\(receipt)")
        #expect(receipt.contains(#""name": "log.example""#), "\(receipt)")
        #expect(receipt.contains(#""record": 6"#), "\(receipt)")
        #expect(receipt.contains(#""treeSize": 11"#), "\(receipt)")
        #expect(receipt.contains(try await sha256(of: path)), "\(receipt)")

        let again = try await ensure("--mirror", sandbox.mirror, "--format", "json")
        #expect(again.status == 0, "\(again)")
        #expect(again.output.contains(#""action": "present""#), "\(again)")
        try await validate(again.output, against: "ensure")
    }

    @Test func `an archive given by its path has its proof beside it`() async throws {
        let archive = try ProvenArchive()
        try sandbox.directory.write("given/a.tar.gz", archive.fixture.gzipped)
        let path = "\(sandbox.directory.path)/given/a.tar.gz"
        let missing = try await ensure("--archive", path)
        #expect(missing.status == 65, "\(missing)")
        #expect(missing.error.contains("\(path).tlog-proof"), "\(missing)")
        try sandbox.directory.write("given/a.tar.gz.tlog-proof", try proof(of: archive))
        let result = try await ensure("--archive", path, "--format", "json")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains(#""provenByLog": true"#), "\(result)")
        try await validate(result.output, against: "ensure")
    }

    @Test func `a repair restores the same files with the same modes`() async throws {
        let archive = try ProvenArchive()
        try await sandbox.serve(archive.fixture.gzipped, proof: proof(of: archive))
        #expect(try await ensure("--mirror", sandbox.mirror).status == 0)
        let clean = try await sandbox.gotoolprov("verify")
        #expect(clean.status == 0, "\(clean)")
        let damage = try await shell(
            "cd \"$1\" && rm src/go.mod bin/go && chmod 644 src/make.bash && echo x >>VERSION",
            "\(sandbox.sdkRoot)/go1.99.1"
        )
        #expect(damage.status == 0, "\(damage)")
        let repair = try await sandbox.gotoolprov("verify", "--repair", "--mirror", sandbox.mirror)
        #expect(repair.status == 0, "\(repair)")
        #expect(try await installedFiles() == files)
        let after = try await sandbox.gotoolprov("verify")
        #expect(after.status == 0, "\(after)")
        let receipt = try await run(
            "cat",
            ["\(sandbox.sdkRoot)/go1.99.1/.gotoolprov/receipt.json"]
        )
        #expect(receipt.output.contains(#""record": 6"#), "\(receipt)")
    }

    /// Archives whose files the log does not record.
    static let altered:
        [(what: String, phrase: String, change: @Sendable (inout ProvenArchive) -> Void)] = [
            (
                "one byte", "the log does not prove the files of go1.99.1",
                { $0.files[$0.index(of: "bin/go")].bytes[4000] ^= 1 }
            ),
            (
                "one byte more", "the log does not prove",
                { $0.files[$0.index(of: "VERSION")].bytes.append(10) }
            ),
            (
                "one file more", "the log does not prove",
                { $0.files.append(.init(path: "src/a.go", bytes: [])) }
            ),
            (
                "a directory more", "the log does not prove",
                { $0.files.append(.init(path: "vendor/a/b.go", bytes: [])) }
            ),
            (
                "one file less", "the log does not prove",
                { $0.files.remove(at: $0.index(of: "src/make.bash")) }
            ),
            (
                "another name", "the log does not prove",
                { $0.files[$0.index(of: "src/make.bash")].path = "src/Make.bash" }
            ),
            (
                "two files exchanged", "the log does not prove",
                {
                    let (one, other) = ($0.index(of: "go.env"), $0.index(of: "src/go.mod"))
                    let bytes = $0.files[one].bytes
                    $0.files[one].bytes = $0.files[other].bytes
                    $0.files[other].bytes = bytes
                }
            ),
            (
                "the name in the module", "no file of a toolchain module has this name",
                { $0.files[$0.index(of: "src/go.mod")].path = "src/_go.mod" }
            ),
        ]

    @Test(arguments: altered.indices)
    func `an archive that the log does not prove leaves nothing`(row: Int) async throws {
        let (_, phrase, change) = Self.altered[row]
        var archive = try ProvenArchive()
        let proof = try proof(of: archive)
        change(&archive)
        try await sandbox.serve(archive.fixture.gzipped, proof: proof)
        try await expectRefusal(65, phrase)
    }

    @Test func `an archive with another top directory leaves nothing`() async throws {
        let archive = try ProvenArchive()
        let altered = archive.fixture.file("gopher/x").gzipped
        try await sandbox.serve(altered, proof: proof(of: archive))
        try await expectRefusal(65, "directory `go/`")
    }

    @Test func `what the hash does not cover may differ, and is not installed`() async throws {
        var archive = try ProvenArchive()
        let proof = try proof(of: archive)
        archive.files[archive.index(of: "test/a.go")].bytes = Array("anything".utf8)
        archive.files.append(.init(path: "misc/new", bytes: [1], mode: 0o755))
        archive.files[archive.index(of: "src/go.mod")].mode = 0o755
        let altered = archive.fixture.directory("go/empty/")
        try await sandbox.serve(altered.gzipped, proof: proof)
        #expect(try await ensure("--mirror", sandbox.mirror).status == 0)
        #expect(try await installedFiles() == files)
    }

    /// Proofs that do not prove the archive.
    static let proofs:
        [(
            what: String, phrase: String,
            make: @Sendable (ProvenArchive, LogSigner) throws -> [UInt8]
        )] = [
            (
                "another version", "the log does not prove",
                { try ProvenArchive.proof(of: $0.record("1.99.2"), signer: $1).document }
            ),
            (
                "another architecture", "the log does not prove",
                {
                    try ProvenArchive.proof(of: $0.record(for: "s390x"), signer: $1).document
                }
            ),
            (
                "another key", "not a valid proof",
                { archive, _ in
                    let other = try LogSigner(seed: 9)
                    return try ProvenArchive.proof(of: archive.record(), signer: other).document
                }
            ),
            (
                "another log", "not a valid proof",
                { archive, _ in
                    let other = try LogSigner(name: "other.example")
                    return try ProvenArchive.proof(of: archive.record(), signer: other).document
                }
            ),
            (
                "another record number", "the log does not prove",
                {
                    let proof = try ProvenArchive.proof(of: $0.record(), signer: $1)
                    let text = String(decoding: proof.document, as: UTF8.self)
                    return Array(text.replacing("index 6\n", with: "index 7\n").utf8)
                }
            ),
            (
                "truncated", "not a valid proof",
                {
                    Array(
                        try ProvenArchive.proof(of: $0.record(), signer: $1).document.dropLast(1)
                    )
                }
            ),
            (
                "half", "not a valid proof",
                { Array(try ProvenArchive.proof(of: $0.record(), signer: $1).document.prefix(99)) }
            ),
            ("empty", "not a valid proof", { _, _ in [] }),
            ("a page", "not a valid proof", { _, _ in Array("<html>login</html>".utf8) }),
        ]

    @Test(arguments: proofs.indices)
    func `a proof of anything else leaves nothing`(row: Int) async throws {
        let (_, phrase, make) = Self.proofs[row]
        let archive = try ProvenArchive()
        try await sandbox.serve(archive.fixture.gzipped, proof: try make(archive, signer))
        try await expectRefusal(65, phrase)
    }

    @Test func `without a proof or with the log disabled, the reason is reported`() async throws {
        let archive = try ProvenArchive()
        let path = try await sandbox.serve(archive.fixture.gzipped).path
        try await expectRefusal(65, "\(path).tlog-proof")
        try await sandbox.serve(archive.fixture.gzipped, proof: proof(of: archive))
        try await expectRefusal(65, "log disabled by", "--no-log")
        try sandbox.directory.write("log.json", #"{"log": false}"#)
        try await expectRefusal(65, "log disabled by")
        // The key of the official log does not verify the proof.
        try sandbox.directory.write("log.json", "{}")
        try await expectRefusal(65, "not a valid proof of the log sum.golang.org")
    }

    @Test(arguments: ["go1.99.1", "go@latest"])
    func `a version that a catalog lists for another platform only is installed`(request: String)
        async throws
    {
        let archive = try ProvenArchive()
        try await sandbox.serve(archive.fixture.gzipped, proof: proof(of: archive))
        let digest = String(repeating: "ab", count: 32)
        let catalog = try sandbox.directory.write(
            "other.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.99.1", "archives": [
              {"arch": "s390x", "sha256": "\(digest)"}]}]}
            """
        )
        let result = try await run(
            sandbox.program,
            [
                "ensure", request, "--offline", "--manifest", manifest, "--catalog", catalog,
                "--mirror", sandbox.mirror,
            ],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.99.1  installed, proven by the log"), "\(result)")
    }

    @Test func `a version that only a proof of something else names does not block older ones`()
        async throws
    {
        let fake = try ProvenArchive()
        let other = try ProvenArchive.proof(of: fake.record("1.99.2"), signer: signer).document
        let path = try await sandbox.serve(fake.fixture.gzipped, proof: other)
        // An exact version is never replaced, and neither is the only one.
        for request in ["go1.99.1", "go1.99"] {
            let result = try await run(
                sandbox.program,
                [
                    "ensure", request, "--offline", "--manifest", manifest, "--mirror",
                    sandbox.mirror,
                ],
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == 65, "\(result)")
            #expect(result.error.contains("the log does not prove the files"), "\(result)")
        }
        let real = ArchiveFixture.go("1.98.1", program: try hostProgram()).gzipped
        let digest = try await sandbox.serve(real, as: "1.98.1").digest
        let result = try await run(
            sandbox.program,
            [
                "ensure", "go@latest", "--offline", "--manifest", manifest, "--catalog",
                try sandbox.pin(digest, as: "1.98.1"), "--mirror", sandbox.mirror,
            ],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.98.1  installed"), "\(result)")
        let note = "go1.99.1 is skipped, because only a log proof in \(sandbox.mirror) names it: "
        #expect(result.error.contains(note), "\(result)")
        #expect(result.error.contains("\(path).tlog-proof"), "\(result)")
    }

    @Test func `a fork that a proof reveals is never passed over`() async throws {
        let archive = try ProvenArchive()
        try await sandbox.serve(archive.fixture.gzipped, proof: proof(of: archive))
        let real = ArchiveFixture.go("1.98.1", program: try hostProgram()).gzipped
        let digest = try await sandbox.serve(real, as: "1.98.1").digest
        let catalog = try sandbox.pin(digest, as: "1.98.1")
        let state = "home/.local/state/gotoolprov/log/\(signer.key.label)"
        let other = try TestLog((0..<11).map { Array("other \($0)\n".utf8) }, signer: signer)
        try sandbox.directory.write("\(state)/latest", other.note(11))
        for options in [["--check"], []] {
            let result = try await run(
                sandbox.program,
                [
                    "ensure", "go@latest", "--offline", "--manifest", manifest, "--catalog",
                    catalog,
                    "--mirror", sandbox.mirror,
                ] + options,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == 65 && result.output == "", "\(result)")
            #expect(result.error.contains("the log is forked"), "\(result)")
            let kept = try await shell("ls \"$1\"/fork-*", "\(sandbox.directory.path)/\(state)")
            let count = kept.output.split(separator: "\n").count
            #expect(count == (options.isEmpty ? 2 : 0), "\(options): \(kept)")
        }
    }

    @Test func `a mirror without a valid proof is skipped`() async throws {
        let archive = try ProvenArchive()
        let path = try await sandbox.serve(archive.fixture.gzipped, proof: proof(of: archive))
        let name = path.split(separator: "/").last ?? ""
        try sandbox.directory.write("other/\(name)", archive.fixture.gzipped)
        try sandbox.directory.write("other/\(name).tlog-proof", "nonsense")
        let result = try await ensure(
            "--mirror",
            "\(sandbox.directory.path)/other",
            "--mirror",
            sandbox.mirror
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.error.contains("\(sandbox.directory.path)/other"), "\(result)")
    }
}
