import TestSupport
import Testing

@Suite(.programLimit)
struct VerifyTests {
    let sandbox: Sandbox
    var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }

    init() async throws {
        sandbox = try Sandbox()
        let archive = try ArchiveFixture.hostGo()
            .file("go/src/a.go", "package a").file("go/src/Þ b#.go", "package b")
            .directory("go/empty/")
        let (_, digest) = try await sandbox.serve(archive.gzipped)
        let result = try await sandbox.install(digest)
        #expect(result.status == 0, "\(result)")
    }

    @Test func `an untouched tree is clean`() async throws {
        for arguments in [["verify"], ["verify", "go1.99.1"], ["verify", "--quick"]] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment
            )
            #expect(result.status == 0, "\(result)")
            #expect(result.output == "go1.99.1  clean  5 files\n", "\(result)")
        }
    }

    /// Damage to the tree, the expected difference, and whether detecting it requires the contents.
    static let damage: [(script: String, finding: String, isQuick: Bool)] = [
        ("printf 'package x' >src/a.go", "changed  src/a.go  expected sha256", false),
        ("echo >>src/a.go", "changed  src/a.go  expected 9 bytes, found 10", true),
        ("rm src/a.go", "missing  src/a.go", true),
        ("rm -r src", "missing  src  expected a directory", true),
        ("rm -r empty", "missing  empty", true),
        ("touch src/STALE.go", "extra  src/STALE.go", true),
        ("mkdir new; touch new/x", "extra  new", true),
        ("touch \"$(printf 'x\\377')\"", "extra  x\u{FFFD}", true),
        ("chmod 0600 src/a.go", "mode  src/a.go  expected 644, found 600", true),
        ("chmod 0700 src", "mode  src  expected 755, found 700", true),
        ("chmod -x bin/go", "mode  bin/go", true),
        ("cp src/a.go x; rm src/a.go; mv x ../x; ln -s ../../x src/a.go", "type  src/a.go", true),
        ("rm src/a.go; mkdir src/a.go", "type  src/a.go  expected a file, found a directory", true),
        ("mv src src2; ln -s src2 src", "type  src  expected a directory", true),
        ("rm src/a.go; mkfifo src/a.go", "type  src/a.go", true),
        ("rm 'src/Þ b#.go'", "missing  src/Þ b#.go", true),
    ]

    @Test(arguments: damage.indices)
    func `every difference is found and reported`(row: Int) async throws {
        let (script, finding, isQuick) = Self.damage[row]
        #expect(try await run("sh", ["-ec", script], in: tree).status == 0)
        let before = try await sandbox.snapshot()
        let full = try await sandbox.gotoolprov("verify", "--quiet")
        #expect(full.status == 1, "\(full)")
        let words = full.output.split(separator: " ").joined(separator: " ")
        let expected = finding.split(separator: " ").joined(separator: " ")
        #expect(full.output.hasPrefix("go1.99.1  corrupted\n"))
        #expect(words.contains(expected), "\(full)")
        let quick = try await sandbox.gotoolprov("verify", "--quick", "--quiet")
        #expect(quick.status == (isQuick ? 1 : 0), "\(quick)")
        #expect(try await sandbox.snapshot() == before, "verify changes nothing")
    }

    @Test func `the exit status combines those of several trees`() async throws {
        try sandbox.directory.write("home/sdk/go1.98.0/.unpacked-success", "")
        #expect(try await sandbox.gotoolprov("verify").status == 2)
        #expect(try await run("rm", ["\(tree)/go.env"]).status == 0)
        #expect(try await sandbox.gotoolprov("verify").status == 3)
        try sandbox.directory.write("home/sdk/go1.97.0/.gotoolprov/receipt.json", "{")
        let all = try await sandbox.gotoolprov("verify")
        #expect(all.status == 7, "\(all)")
        #expect(all.output.contains("go1.97.0  unchecked: its receipt is invalid"), "\(all)")
        #expect(all.output.contains("go1.98.0  unknown: gotoolprov did not install it"), "\(all)")
        #expect(try await sandbox.gotoolprov("verify", "go1.98.0").status == 2)
        #expect(try await sandbox.gotoolprov("verify", "go1.50.0").status == 69)
    }

    @Test func `an index that does not match the receipt proves nothing`() async throws {
        let index = "\(tree)/.gotoolprov/index.mtree"
        let contents = try bytes(of: index)
        try sandbox.directory.write(
            "home/sdk/go1.99.1/.gotoolprov/index.mtree",
            contents.filter { $0 != UInt8(ascii: "7") }
        )
        let result = try await sandbox.gotoolprov("verify")
        #expect(result.status == 4, "\(result)")
        #expect(result.output.contains("unchecked: its index"), "\(result)")
    }
}
