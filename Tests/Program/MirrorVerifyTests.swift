import LogFixtures
import TestSupport
import Testing

/// `mirror verify`, `mirror remove` and `mirror prune`.
@Suite(.programLimit)
struct MirrorVerifyTests {
    let world: MirrorSandbox
    var sandbox: Sandbox { world.sandbox }

    init() async throws {
        world = try MirrorSandbox()
        try await world.initialize()
    }

    @Test func `an intact mirror is verified without a network, also on read-only media`()
        async throws
    {
        try await world.serve()
        try await world.script("add go1.99.1").expectSuccess()
        for options in [[], ["--deep"], ["--jobs", "1"]] {
            let result = try await run(
                sandbox.program,
                ["mirror", "verify", "--directory", world.site, "--manifest", world.manifest]
                    + options + ["--format", "json"],
                environment: sandbox.environment
            )
            #expect(result.status == 0, "\(options): \(result)")
            #expect(result.output.contains(#""verdict": "intact""#), "\(result)")
            #expect(result.output.contains(#""files": 4"#), "\(result)")
            try await validate(result.output, against: "mirror-verify")
        }
        let before = try await sandbox.snapshot(of: "site")
        let read = try await world.script(
            "rm -r site/.gotoolprov; mirror verify; echo \"status $?\"; ls -A site"
        )
        #expect(read.output.hasSuffix("status 0\ngo\nindex.html\nmirror.json\n"), "\(read)")
        #expect(before.contains("mirror.json"))
    }

    @Test(arguments: [
        ("rm site/go/$V", "missing", 1), ("truncate -s -1 site/go/$V", "modified", 1),
        ("printf x | dd of=site/go/$V bs=1 seek=40 conv=notrunc 2>/dev/null", "modified", 1),
        ("cp site/go/$V site/go/go1.99.2.linux-$A.tar.gz", "unlisted", 1),
        ("touch site/.DS_Store", "unlisted", 1), ("ln -s / site/root", "not-a-file", 1),
        ("rm site/go/$V.tlog-proof", "missing", 1),
        ("sed -i '3s/./x/' site/go/$V.tlog-proof", "invalid-proof", 1),
        ("echo '{\"log\": false}' >log.json", "unverifiable", 4),
    ])
    func `each difference is found`(
        change: String,
        problem: String,
        status: Int32
    ) async throws {
        try await world.serve()
        let result = try await world.script(
            """
            add go1.99.1 >/dev/null; A=\(hostArchitecture); \(change)
            mirror verify --format json >out; echo "status $?"; cat out
            """
        )
        #expect(result.output.hasPrefix("status \(status)\n"), "\(result)")
        #expect(result.output.contains("\"problem\": \"\(problem)\""), "\(result)")
    }

    @Test func `an archive that was changed together with the index does not deceive`()
        async throws
    {
        let digest = try await world.serve()
        try await world.script("add go1.99.1; cp -r mirror genuine").expectSuccess()
        let other = try await world.serve { $0.files[0].bytes += Array("evil".utf8) }
        let forge = """
            cp mirror/$V site/go/$V
            sed -i 's/\(digest)/\(other)/; s/"size": .*/"size": '$(stat -c %s site/go/$V)',/' site/mirror.json

            """
        let result = try await world.script(forge + "mirror verify; echo \"status $?\"")
        #expect(result.output.contains("malformed"), "\(result)")
        #expect(result.output.hasSuffix("status 1\n"), "\(result)")

        let catalog = try sandbox.pin(digest)
        let pinned = try await world.script(
            "mirror verify --catalog \(catalog); echo \"status $?\""
        )
        #expect(pinned.output.contains("contradicted"), "\(pinned)")

        // Adding it again repairs it.
        let repaired = try await world.script(
            "mirror add go1.99.1 --from genuine -q; mirror verify; echo \"status $?\""
        )
        #expect(repaired.output.hasSuffix("status 0\n"), "\(repaired)")
    }

    @Test func `what the manifests need is kept, and the rest is removed with its proofs`()
        async throws
    {
        for version in ["1.98.1", "1.98.2", "1.99.1"] { try await world.serve(version) }
        try sandbox.directory.write("keep.json", #"{"go": {"versions": ["go1.98"]}}"#)
        try sandbox.directory.write("none.json", #"{"go": {"versions": ["go1.42"]}}"#)
        let result = try await world.script(
            """
            add go1.98.1 go1.98.2 go1.99.1 >/dev/null; mkdir -p site/.gotoolprov/staging
            : >site/.gotoolprov/staging/$(printf 'ab%.0s' $(seq 32)).partial
            mirror prune --keep-manifest none.json; echo "status $?"
            mirror prune --keep-manifest keep.json --check; echo "status $?"
            mirror prune --keep-manifest keep.json -q | wc -l
            ls -A site/go site/.gotoolprov/staging; mirror verify -q | grep -c intact
            mirror remove go1.98; echo "status $?"
            mirror remove go1.98.2 -q; ls site/go; mirror list 2>&1
            """
        )
        let name = "go1.98.2.linux-\(hostArchitecture).tar.gz"
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "status 78", "\(result)")
        #expect(lines[1].contains("go1.98.1") && lines[1].contains("would be removed"), "\(result)")
        #expect(lines[2].contains("go1.99.1") && lines[3] == "status 20", "\(result)")
        #expect(
            lines.dropFirst(4).prefix(8) == [
                "2", "site/.gotoolprov/staging:", "", "site/go:", "\(name)",
                "\(name).tlog-proof", "1", "status 64",
            ],
            "\(result)"
        )
        #expect(result.output.hasSuffix("note: the mirror is empty: \(world.site)\n"), "\(result)")
    }
}
