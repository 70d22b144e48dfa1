import LogFixtures
import TestSupport
import Testing
import TransparencyLog

/// `published` in `list`, `status` and `report`: by the receipt, and with `--published` by the files.
@Suite(.programLimit)
struct PublishedStateTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Runs a command that shows toolchains, and validates its document.
    private func json(_ command: String, _ options: String...) async throws -> String {
        let result = try await run(
            sandbox.program,
            [command, "--format", "json"] + options,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 0, "\(result)")
        try await validate(result.output, against: command)
        return result.output
    }

    /// Expects that all three commands give the same answer.
    private func expect(
        _ state: String,
        _ basis: String,
        _ options: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for command in ["list", "status", "report"] {
            let result = try await run(
                sandbox.program,
                [command, "--format", "json"] + options,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == 0, "\(result)", sourceLocation: sourceLocation)
            try await validate(result.output, against: command)
            let answer = try await shell(
                """
                printf %s "$1" | python3 -c '
                import json, sys
                document = json.load(sys.stdin)
                entries = document.get("installed", document.get("toolchains"))
                published = entries[0]["published"]
                print(published["state"], published["basis"], "checkedAt" in published)
                '
                """,
                result.output
            )
            #expect(
                answer.output == "\(state) \(basis) \(basis == "files" ? "True" : "False")\n",
                "\(command): \(result)",
                sourceLocation: sourceLocation
            )
        }
    }

    /// Installs a go1.24.3 that a site's catalog puts in the place of the published one.
    private func installOther() async throws {
        let archive = try ArchiveFixture.hostGo("1.24.3").file("go/src/a.go", "package a")
        let (_, digest) = try await sandbox.serve(archive.gzipped, as: "1.24.3")
        let pinned =
            try await shell(
                """
                sed -n 's/.*"version":"1.24.3".*"arch":"\(hostArchitecture)","sha256":"\\([0-9a-f]*\\)".*/\\1/p' "$1"
                """,
                "\(packageDirectory)/Manifests/go.json"
            ).output.split(separator: "\n").first ?? ""
        let catalog = try sandbox.directory.write(
            "catalog.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.24.3", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(digest)", "replaces": "\(pinned)"}]}]}
            """
        )
        try await sandbox.gotoolprov(
            "ensure",
            "go1.24.3",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            catalog
        ).expectSuccess()
    }

    @Test func `a version without a published hash is unknown`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try await sandbox.install(digest).expectSuccess()
        try await expect("unknown", "receipt")
        try await expect("unknown", "files", "--published")
        let list = try await sandbox.gotoolprov("list")
        #expect(list.output == "go1.99.1  installed  \(sandbox.sdkRoot)/go1.99.1\n", "\(list)")
        let read = try await sandbox.gotoolprov("list", "--published")
        #expect(read.output.contains("only `verify --published` asks the log"), "\(read)")
    }

    @Test func `another archive than the published one is not published`() async throws {
        try await installOther()
        try await expect("not-published", "receipt")
        for command in ["list", "status"] {
            let text = try await sandbox.gotoolprov(command)
            #expect(text.output.contains("not published: the archive"), "\(text)")
        }
        try await expect("modified", "files", "--published")
        let text = try await sandbox.gotoolprov("list", "--published")
        #expect(text.output.contains("modified: its files"), "\(text)")
        // A receipt whose index cannot be trusted proves nothing.
        try await shell(
            "chmod u+w \"$1\" && echo >>\"$1\"",
            "\(sandbox.sdkRoot)/go1.24.3/.gotoolprov/index.mtree"
        ).expectSuccess()
        try await expect("unknown", "receipt")
    }

    @Test func `what the log proved is published until it is damaged`() async throws {
        let signer = try LogSigner()
        let manifest = try sandbox.trust(signer)
        let archive = try ProvenArchive()
        let proof = try ProvenArchive.proof(of: archive.record(), signer: signer).document
        _ = try await sandbox.serve(archive.fixture.gzipped, proof: proof)
        try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--offline",
            "--manifest",
            manifest,
            "--mirror",
            sandbox.mirror
        ).expectSuccess()
        try await expect("published", "receipt")
        let list = try await json("list")
        #expect(list.contains(#""evidence": "log""#), "\(list)")
        #expect(list.contains(#""log": "log.example""#), "\(list)")
        // Another log than Go's is named, even without --published.
        for command in [["list"], ["status"], ["report", "--format", "text"]] {
            let text = try await run(
                sandbox.program,
                command,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(text.output.contains("proven by the log log.example"), "\(text)")
        }
        try await shell("rm \"$1\"", "\(sandbox.sdkRoot)/go1.99.1/bin/go").expectSuccess()
        try await expect("modified", "receipt")
    }

    @Test func `a foreign Go is unknown unless its files are read`() async throws {
        let path = "\(sandbox.home)/.gimme/versions/go1.24.3.linux"
        try await shell(
            """
            mkdir -p "$1/bin" "$1/src" && cp /bin/true "$1/bin/go" && echo go1.24.3 >"$1/VERSION" \\
                && echo >"$1/go.env"
            """,
            path
        ).expectSuccess()
        let status = try await json("status")
        #expect(status.contains(#""root": "\#(path)""#), "\(status)")
        #expect(!status.contains(#""basis": "files""#), "\(status)")
        let read = try await json("status", "--published")
        #expect(read.contains(#""state": "modified""#), "\(read)")
        let report = try await json("report", "--published")
        #expect(report.contains(#""basis": "files""#), "\(report)")
    }

    @Test func `--published applies to installed versions only`() async throws {
        let result = try await sandbox.gotoolprov("list", "--available", "--published")
        #expect(result.status == 64, "\(result)")
    }
}
