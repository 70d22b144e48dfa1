import TestSupport
import Testing

/// Sources of archives and digests for `ensure`: mirrors, files, catalogs.
@Suite(.programLimit)
struct EnsureMirrorTests {
    let sandbox: Sandbox
    /// A complete, small Go archive.
    let archive: [UInt8]

    init() throws {
        sandbox = try Sandbox()
        archive = try ArchiveFixture.hostGo().gzipped
    }

    @Test(arguments: ["", "go/"])
    func `mirrors are flat or have a directory go, as paths or URLs`(subdirectory: String)
        async throws
    {
        let (_, digest) = try await sandbox.serve(archive, in: subdirectory)
        for mirror in [
            sandbox.mirror, "file://\(sandbox.mirror)", "../mirror",
            "file://localhost\(sandbox.mirror)",
        ] {
            let result = try await sandbox.gotoolprov(
                "ensure",
                "go1.99.1",
                "--sha256",
                digest,
                with: ["GOTOOLPROV_MIRROR": mirror]
            )
            #expect(result.status == 0, "\(mirror): \(result)")
            let removed = try await sandbox.gotoolprov("remove", "go1.99.1")
            #expect(removed.output == "go1.99.1  removed  \(sandbox.sdkRoot)/go1.99.1\n")
        }
    }

    @Test func `mirrors are tried in order`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.directory.write("empty/.keep", "")
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--sha256",
            digest,
            with: [
                "GOTOOLPROV_MIRROR":
                    ["empty", "missing", "mirror"].map { "\(sandbox.directory.path)/\($0)" }
                    .joined(separator: ",")
            ]
        )
        #expect(result.status == 0, "\(result)")
        let note = "note: skipped the mirror \(sandbox.directory.path)/missing: no such directory\n"
        #expect(result.error.contains(note), "\(result)")
        #expect(!result.error.contains("empty"), "\(result)")
    }

    @Test func `a directory that --mirror names has to exist, if an archive is required`()
        async throws
    {
        let (_, digest) = try await sandbox.serve(archive)
        let missing = "\(sandbox.directory.path)/missing"
        func ensure() async throws -> CommandResult {
            try await sandbox.gotoolprov(
                "ensure",
                "go1.99.1",
                "--sha256",
                digest,
                "--mirror",
                missing,
                "--mirror",
                sandbox.mirror
            )
        }
        let refused = try await ensure()
        #expect(refused.status == 64, "\(refused)")
        #expect(refused.error.contains("cannot use the mirror `\(missing)`"), "\(refused)")
        #expect(refused.error.contains("because  no such directory"), "\(refused)")
        #expect(refused.error.contains("hint: correct `--mirror`"), "\(refused)")
        try await sandbox.install(digest).expectSuccess()
        let present = try await ensure()
        #expect(present.status == 0, "\(present)")
        // The same from a manifest is only noted.
        try await sandbox.gotoolprov("remove", "go1.99.1").expectSuccess()
        let manifest = try sandbox.directory.write(
            "mirrors.json",
            #"{"mirrors": ["missing", "mirror"]}"#
        )
        let noted = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--sha256",
            digest,
            "--manifest",
            manifest
        )
        #expect(noted.status == 0, "\(noted)")
        #expect(noted.error.contains("skipped the mirror \(missing)"), "\(noted)")
    }

    @Test func `a bad mirror does not prevent using the next one`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        let name = "go1.99.1.linux-\(hostArchitecture).tar.gz"
        try sandbox.directory.write("bad/\(name)", "altered")
        try sandbox.directory.write("dangling/.keep", "")
        try sandbox.directory.write("directory/\(name)/.keep", "")
        let path = sandbox.directory.path
        _ = try await run("ln", ["-s", "/nonexistent", "\(path)/dangling/\(name)"])
        let good = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--sha256",
            digest,
            "--mirror",
            "\(path)/bad",
            "--mirror",
            "\(path)/dangling",
            "--mirror",
            "\(path)/directory",
            "--mirror",
            sandbox.mirror
        )
        #expect(good.status == 0, "\(good)")
        for name in ["bad", "dangling", "directory"] {
            #expect(good.error.contains("note: skipped the mirror \(path)/\(name): "), "\(good)")
        }
        _ = try await sandbox.gotoolprov("remove", "go1.99.1")
        let bad = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--sha256",
            digest,
            "--mirror",
            "\(path)/bad",
            "--mirror",
            "\(path)/dangling"
        )
        #expect(bad.status == 65, "\(bad)")
        #expect(bad.error.contains("also failed  \(path)/dangling/\(name)"), "\(bad)")
    }

    @Test func `an archive can be specified directly`() async throws {
        let path = try sandbox.directory.write("elsewhere.bin", archive)
        let digest = try await sha256(of: path)
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--archive",
            path,
            "--sha256",
            digest
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test func `a catalog file pins releases that the built-in one lacks`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        let catalog = try sandbox.pin(digest, size: archive.count)
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go@latest",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            catalog
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasPrefix("go1.99.1  installed"))
    }

    @Test func `a catalog in a mirror is not read`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.pin(digest, in: "mirror/catalog.json")
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror
        )
        #expect(result.status == 65, "\(result)")
    }
}
