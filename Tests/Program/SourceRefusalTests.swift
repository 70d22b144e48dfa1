import TestSupport
import Testing

/// Wrong or missing archives, digests, catalogs and mirrors: each is rejected with facts and leaves
/// the home directory unchanged.
@Suite(.programLimit)
struct SourceRefusalTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test func `a wrong digest is reported with both digests`() async throws {
        let (path, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        let wrong = String(repeating: "0", count: 64)
        for phrase in [path, "expected   \(wrong)", "computed   \(digest)"] {
            try await sandbox.expectInstallRefusal(65, phrase, wrong)
        }
    }

    @Test func `an official version of another size is rejected`() async throws {
        try await sandbox.serve(try ArchiveFixture.hostGo("1.21.13").gzipped, as: "1.21.13")
        try await sandbox.expectRefusal(
            65,
            "built-in catalog",
            "ensure",
            "go1.21.13",
            "--mirror",
            sandbox.mirror
        )
    }

    @Test func `a digest that contradicts a pinned one is rejected`() async throws {
        let (_, digest) = try await sandbox.serve(
            try ArchiveFixture.hostGo("1.21.13").gzipped,
            as: "1.21.13"
        )
        try await sandbox.expectRefusal(
            65,
            "contradicts",
            "ensure",
            "go1.21.13",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest
        )
        let catalog = try sandbox.pin(digest, as: "1.21.13", in: "c.json")
        try await sandbox.expectRefusal(
            65,
            "\"replaces\"",
            "ensure",
            "go1.21.13",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            catalog
        )
    }

    @Test func `a version that is not in any catalog requires a digest`() async throws {
        try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try await sandbox.expectRefusal(
            65,
            "--sha256",
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror
        )
        try await sandbox.expectRefusal(
            65,
            "no catalog lists a Go that matches",
            "ensure",
            "go1.99",
            "--mirror",
            sandbox.mirror
        )
        try await sandbox.expectRefusal(
            65,
            "is not in any catalog",
            "ensure",
            "go1.20.99",
            "--mirror",
            sandbox.mirror
        )
    }

    @Test func `a missing mirror, directory or file is reported with the searched locations`()
        async throws
    {
        try await sandbox.expectRefusal(69, "--mirror", "ensure", "go1.27.1")
        try await sandbox.expectRefusal(
            69,
            "no directory at     /nonexistent",
            "ensure",
            "go1.27.1",
            with: ["GOTOOLPROV_MIRROR": "/nonexistent"]
        )
        try await sandbox.expectRefusal(
            64,
            "cannot use the mirror `/nonexistent`",
            "ensure",
            "go1.27.1",
            "--mirror",
            "/nonexistent"
        )
        try await sandbox.expectRefusal(
            69,
            "not in              \(sandbox.mirror)\n",
            "ensure",
            "go1.27.1",
            "--mirror",
            sandbox.mirror
        )
        try await sandbox.expectRefusal(
            69,
            "No such file",
            "ensure",
            "go1.27.1",
            "--archive",
            "/nonexistent.tar.gz"
        )
        try await sandbox.expectRefusal(
            69,
            "because",
            "ensure",
            "go1.27.1",
            "--archive",
            sandbox.mirror
        )
    }

    @Test func `an invalid mirror is a usage or configuration error`() async throws {
        try await sandbox.expectRefusal(
            64,
            "neither http",
            "ensure",
            "go1.27.1",
            "--mirror",
            "ftp://host/go"
        )
        let manifest = try sandbox.directory.write("m.json", #"{"mirrors": ["ftp://host/go"]}"#)
        try await sandbox.expectRefusal(
            78,
            "neither http",
            "ensure",
            "go1.27.1",
            "--manifest",
            manifest
        )
    }

    @Test func `check verifies that the archive exists`() async throws {
        try await sandbox.expectRefusal(
            69,
            "cannot read the archive",
            "ensure",
            "go1.27.1",
            "--archive",
            "/nonexistent",
            "--check"
        )
    }

    @Test func `named pipes and endless files do not block`() async throws {
        try sandbox.directory.write("home/project/.keep", "")
        let pipe = "\(sandbox.home)/project/gotoolprov.json"
        #expect(try await run("mkfifo", [pipe]).status == 0)
        let list = try await sandbox.gotoolprov("list", in: "\(sandbox.home)/project")
        #expect(list.status == 0, "\(list)")
        #expect(list.error.contains("it is not a regular file"), "\(list)")
        try await sandbox.expectRefusal(
            69,
            "cannot read the archive",
            "ensure",
            "go1.27.1",
            "--archive",
            pipe
        )
        let huge = try sandbox.directory.write("huge", "")
        let grown = try await run("truncate", ["-s", "9223372036854775807", huge])
        if grown.status == 0 {
            try await sandbox.expectRefusal(
                65,
                "512 MiB",
                "ensure",
                "go1.99.1",
                "--archive",
                huge,
                "--sha256",
                String(repeating: "0", count: 64)
            )
        }
    }
}
