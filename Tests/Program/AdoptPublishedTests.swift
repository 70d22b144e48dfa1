import LogFixtures
import TestSupport
import Testing
import TransparencyLog

/// `ensure --adopt` of a tree whose archive is not at hand.
@Suite(.programLimit)
struct AdoptPublishedTests {
    let sandbox: Sandbox
    let manifest: String
    let catalog: String
    private var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }

    init() throws {
        sandbox = try Sandbox()
        let signer = try LogSigner()
        manifest = try sandbox.trust(signer)
        let archive = try ProvenArchive()
        let words = String(decoding: try archive.record(), as: UTF8.self).split {
            $0 == " " || $0 == "\n"
        }
        let hash = try #require(words.first { $0.hasPrefix("h1:") })
        catalog = try sandbox.directory.write("catalog.json", Self.catalog(recording: String(hash)))
        let programs = ["bin/go", "src/make.bash"]
        for file in archive.files {
            try sandbox.directory.write(
                "home/sdk/go1.99.1/\(file.path)",
                file.bytes,
                mode: programs.contains(file.path) ? 0o755 : 0o644
            )
        }
        let name = hostArchitecture == "arm" ? "armv6l" : hostArchitecture
        try sandbox.directory.write(
            "mirror/go1.99.1.linux-\(name).tar.gz.tlog-proof",
            ProvenArchive.proof(of: archive.record(), signer: signer).document
        )
    }

    /// Returns a catalog with the digest of an archive that does not exist, and the recorded hash of its files.
    private static func catalog(recording hash: String?) -> String {
        let log = hash.map {
            #", "log": {"name": "log.example", "record": 6, "treeSize": 11, "h1": "\#($0)"}"#
        }
        return """
            {"schemaVersion": 1, "go": [{"version": "1.99.1", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(String(repeating: "ab", count: 32))"\(log ?? "")}]}]}
            """
    }

    private func adopt(_ options: String...) async throws -> CommandResult {
        try await adopt(options)
    }

    private func adopt(_ options: [String]) async throws -> CommandResult {
        try await shell("find \"$1\" -type d -exec chmod 755 {} +", tree).expectSuccess()
        return try await run(
            sandbox.program,
            [
                "ensure", "go1.99.1", "--adopt", "--manifest", manifest, "--catalog", catalog,
                "--mirror", sandbox.mirror, "-q",
            ] + options,
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    @Test func `a published tree is adopted with the digest that a catalog pins`() async throws {
        #expect(try await adopt("--check").status == 20)
        let result = try await adopt()
        #expect(result.status == 0, "\(result)")
        #expect(result.output == "go1.99.1  adopted  \(tree)\n")
        let receipt = try await run("cat", ["\(tree)/.gotoolprov/receipt.json"]).output
        try await validate(receipt, against: "receipt")
        #expect(receipt.contains(String(repeating: "ab", count: 32)), "\(receipt)")
        #expect(receipt.contains("\"source\": \"\(tree)\""), "\(receipt)")
        let verified = try await sandbox.gotoolprov("verify", "--catalog", catalog)
        #expect(verified.output == "go1.99.1  clean  7 files\n", "\(verified)")
    }

    /// What makes a tree one that is not adopted, and what is reported of it.
    static let refused: [(script: String, phrase: String)] = [
        ("echo x >>src/go.mod", "does not prove these files"),
        ("rm ../../../mirror/*.tlog-proof", "no valid proof at"),
        ("chmod 755 go.env", "go.env"),
        ("chmod 755 test/a.go", "test/a.go"),
        ("ln -s a.go test/b.go", "test/b.go is not a regular file"),
    ]

    @Test(arguments: refused.indices)
    func `any other tree is not adopted and not changed`(row: Int) async throws {
        let (script, phrase) = Self.refused[row]
        try await shell(script, in: tree).expectSuccess()
        let result = try await adopt()
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains(phrase), "\(result)")
        #expect(try await shell("test ! -e \"$1\"/.gotoolprov", tree).status == 0)
    }

    /// A site can pin a patched archive, which has other files than the published toolchain.
    @Test func `a published tree is not adopted as an archive that may have other files`()
        async throws
    {
        try sandbox.directory.write("catalog.json", Self.catalog(recording: nil))
        for options in [["--check"], []] {
            let result = try await adopt(options)
            #expect(result.status == 65, "\(result)")
            #expect(result.error.contains("may not be the published one"), "\(result)")
            #expect(result.error.contains(catalog), "\(result)")
        }
        let other = "h1:" + String(repeating: "A", count: 43) + "="
        try sandbox.directory.write("catalog.json", Self.catalog(recording: other))
        let result = try await adopt()
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains("not those of the archive"), "\(result)")
        #expect(try await shell("test ! -e \"$1\"/.gotoolprov", tree).status == 0)
    }

    @Test func `a version that no catalog lists is not adopted`() async throws {
        let result = try await run(
            sandbox.program,
            ["ensure", "go1.99.1", "--adopt", "--manifest", manifest],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains("cannot adopt go1.99.1: "), "\(result)")
        #expect(result.error.contains("is not in any catalog"), "\(result)")
        #expect(result.error.contains("a receipt has the digest of the archive"), "\(result)")
        #expect(result.error.contains("`gotoolprov catalog update`"), "\(result)")
    }
}
