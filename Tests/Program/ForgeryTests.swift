import TestSupport
import Testing

/// Forged trees: a receipt and an index that match the files prove nothing.
@Suite(.programLimit)
struct ForgeryTests {
    let sandbox: Sandbox
    let digest: String
    var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }

    init() async throws {
        sandbox = try Sandbox()
        digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        try await sandbox.install(digest).expectSuccess()
    }

    @Test func `a receipt for an archive other than the pinned one is reported and repaired`()
        async throws
    {
        let pinned = try await sandbox.serve(
            try ArchiveFixture.hostGo().file("go/src/real.go", "r")
                .gzipped
        )
        let catalog = try sandbox.pin(pinned.digest)
        func verify(_ arguments: String...) async throws -> CommandResult {
            try await run(
                sandbox.program,
                ["verify", "--mirror", sandbox.mirror] + arguments,
                environment: sandbox.environment
            )
        }
        var result = try await verify("--format", "json")
        #expect(result.status == 0 && result.output.contains("\"pin\": \"unknown\""), "\(result)")
        result = try await verify()
        #expect(result.error.contains("no catalog lists"), "\(result)")
        result = try await verify("--catalog", catalog)
        #expect(
            result.status == 1 && result.output.contains("archive  .gotoolprov/receipt.json"),
            "\(result)"
        )
        result = try await verify("--catalog", catalog, "--repair")
        #expect(result.status == 0 && result.output.contains("reinstalled"), "\(result)")
        #expect(try bytes(of: "\(tree)/src/real.go").count == 1)
        result = try await verify("--catalog", catalog, "--format", "json")
        #expect(result.output.contains("\"pin\": \"same\""), "\(result)")
    }

    @Test(.enabled(if: isRoot, "needs root to give files away"))
    func `a forged tree is reported and repaired`() async throws {
        try await run("chown", ["-R", "2001", tree]).expectSuccess()
        var result = try await sandbox.gotoolprov("verify")
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("owner  .  "), "\(result)")
        for command in ["exec go1.99.1 -- go version", "which go1.99.1", "use go1.99.1"] {
            result = try await shell(
                "\"$1\" \(command)",
                sandbox.program,
                environment: sandbox.environment
            )
            #expect(result.status != 0, "\(command): \(result)")
        }
        result = try await sandbox.gotoolprov("verify", "--repair", "--mirror", sandbox.mirror)
        #expect(result.status != 0, "only the receipt names the archive: \(result)")
        #expect(result.description.contains("is not in any catalog"), "\(result)")
        let catalog = try sandbox.pin(digest)
        result = try await sandbox.gotoolprov(
            "verify",
            "--repair",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            catalog
        )
        #expect(result.status == 0, "\(result)")
        #expect(try await run("find", [tree, "-user", "2001"]).output == "")
        try await run("chown", ["2001", "\(tree)/VERSION"]).expectSuccess()
        result = try await sandbox.gotoolprov("verify")
        #expect(result.status == 1 && result.output.contains("owner  VERSION"), "\(result)")
    }

    /// A receipt that other users can change, and why.
    static let untrusted: [(script: String, phrase: String, requiresRoot: Bool)] = [
        ("chmod 777 .gotoolprov", "every user can write to", false),
        ("chmod 666 .gotoolprov/receipt.json", "every user can write to", false),
        ("chmod 666 .gotoolprov/index.mtree", "every user can write to", false),
        ("chown 2001 .gotoolprov", "belongs to user 2001", true),
        ("chown 2001 .gotoolprov/receipt.json", "belongs to user 2001", true),
        ("chgrp 2001 .gotoolprov; chmod 775 .gotoolprov", "group 2001 can write to", true),
    ]

    @Test(arguments: untrusted.indices)
    func `a receipt that other users can change is not trusted`(row: Int) async throws {
        let (script, phrase, requiresRoot) = Self.untrusted[row]
        guard isRoot || !requiresRoot else { return }
        try await prepare(script, in: tree)
        var result = try await sandbox.gotoolprov("verify")
        #expect(result.status == 4 && result.description.contains(phrase), "\(result)")
        result = try await sandbox.gotoolprov("list")
        #expect(result.output.contains("its receipt is not trusted"), "\(result)")
        result = try await sandbox.install(digest)
        #expect(result.status != 0 && result.error.contains(phrase), "\(result)")
        let options = ["verify", "--repair", "--mirror", sandbox.mirror]
        func repair(_ more: String...) async throws -> CommandResult {
            try await run(sandbox.program, options + more, environment: sandbox.environment)
        }
        result = try await repair()
        #expect(result.status != 0, "only the receipt names the archive: \(result)")
        result = try await repair("--catalog", sandbox.pin(digest))
        #expect(result.status == 0 && result.output.contains("reinstalled"), "\(result)")
    }

    @Test func `an index larger than any archive is rejected immediately`() async throws {
        let result = try await run(
            "python3",
            [
                "-c",
                """
                import hashlib, json, sys
                tree = sys.argv[1] + "/.gotoolprov/"
                lines = [b"#mtree\\n. type=dir mode=0755\\n"]
                lines += [b"./f%06d type=file mode=0644 size=1 sha256digest=%s\\n" % (n, b"0" * 64) for n in range(70000)]
                index = b"".join(lines)
                open(tree + "index.mtree", "wb").write(index)
                receipt = json.load(open(tree + "receipt.json"))
                receipt["index"]["sha256"] = hashlib.sha256(index).hexdigest()
                json.dump(receipt, open(tree + "receipt.json", "w"))
                """, tree,
            ]
        )
        #expect(result.status == 0, "\(result)")
        let verified = try await sandbox.gotoolprov("verify")
        #expect(verified.status == 4, "\(verified)")
        #expect(!verified.output.contains("f000000"))
        let repaired = try await sandbox.gotoolprov(
            "verify",
            "--repair",
            "--mirror",
            sandbox.mirror
        )
        #expect(repaired.status == 0 && repaired.output.contains("reinstalled"), "\(repaired)")
    }
}
