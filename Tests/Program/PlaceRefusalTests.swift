import TestSupport
import Testing

/// Places where nothing can be installed: each is refused with facts, and leaves the home exactly as it was.
@Suite(.programLimit)
struct PlaceRefusalTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test func `a HOME that is not set is told, unless it is not needed`() async throws {
        try await sandbox.expectRefusal(
            78,
            "HOME is not set",
            "ensure",
            "go1.27.1",
            with: ["HOME": nil]
        )
        try await sandbox.expectRefusal(78, "HOME is not set", "list", with: ["HOME": ""])
        let result = try await sandbox.gotoolprov(
            "list",
            with: ["HOME": nil, "GOTOOLPROV_SDK_ROOT": sandbox.sdkRoot, "GOBIN": sandbox.goBin]
        )
        #expect(result.status == 0, "\(result)")
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        let installed = try await sandbox.install(
            digest,
            with: [
                "HOME": nil, "GOTOOLPROV_SDK_ROOT": sandbox.sdkRoot, "GOBIN": sandbox.goBin,
                "GOTOOLPROV_OFFLINE": nil,
            ]
        )
        #expect(installed.status == 0, "a cache is not needed either: \(installed)")
    }

    @Test func `what the user has under a launcher's name is never overwritten`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try sandbox.directory.write("home/go/bin/go1.99.1", "#!/bin/sh\nmine\n", mode: 0o755)
        try await sandbox.expectInstallRefusal(73, "the launcher's name is taken", digest)
        _ = try await run("rm", ["\(sandbox.goBin)/go1.99.1"])
        _ = try await run("ln", ["-s", "/nonexistent", "\(sandbox.goBin)/go1.99.1"])
        try await sandbox.expectInstallRefusal(73, "a symbolic link", digest)
    }

    @Test func `a GOBIN that is a file is told before anything is done`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try sandbox.directory.write("home/go/bin", "a file")
        try await sandbox.expectInstallRefusal(73, "GOBIN", digest)
    }

    @Test func `a tree of another origin is neither trusted nor overwritten`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try sandbox.directory.write("home/sdk/go1.99.1/VERSION", "go1.99.1")
        try await sandbox.expectInstallRefusal(73, "did not install", digest)
        try await sandbox.expectRefusal(73, "did not install", "remove", "go1.99.1")
        let list = try await sandbox.gotoolprov("list")
        #expect(
            list.output.hasPrefix("go1.99.1  unknown: it has no completion marker"),
            "\(list)"
        )
        try sandbox.directory.write("home/sdk/go1.99.1/.unpacked-success", "")
        #expect(try await sandbox.gotoolprov("list").output.contains("  foreign  "))
    }

    @Test func `a torn receipt is never an installed tree`() async throws {
        try sandbox.directory.write("home/sdk/go1.99.1/.gotoolprov/receipt.json", "{\"schemaVer")
        let list = try await sandbox.gotoolprov("list")
        #expect(list.output.contains("damaged: its receipt is invalid"), "\(list)")
        try await sandbox.expectRefusal(69, "not installed", "which", "go1.99.1")
    }

    /// Needs a file system that refuses: as root, permissions do not.
    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `a read-only root and a full disk are told, and leave nothing`() async throws {
        var archive = try ArchiveFixture.hostGo()
        let megabyte = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for number in 0..<8 { archive = archive.file("go/f\(number)", bytes: megabyte) }
        let (_, digest) = try await sandbox.serve(archive.gzipped)
        let script = """
            set -e
            mount -t tmpfs -o "$2" tmpfs "$HOME"; cd /
            if [ "$1" = ro ]; then mount -o remount,ro "$HOME"; fi
            shift 2
            set +e; "$@"; status=$?
            find "$HOME" -mindepth 1 | sort >&2
            exit $status
            """
        for (mode, options, phrase) in [
            ("ro", "size=64m", "Read-only file system"),
            ("full", "size=4m", "not enough disk space to unpack the archive"),
            ("full", "size=64m,nr_inodes=8", "No space left"),
            ("full", "size=64m,nr_inodes=100", "not enough inodes"),
            ("full", "size=64m,noexec", "does not allow execution"),
        ] {
            let result = try await run(
                "unshare",
                [
                    "--mount", "sh", "-c", script, "sh", mode, options, sandbox.program, "ensure",
                    "go1.99.1", "--mirror", sandbox.mirror, "--sha256", digest, "-q",
                ],
                environment: sandbox.environment
            )
            #expect(result.status == 73, "\(options): \(result)")
            #expect(result.error.contains(phrase), "\(options): \(result)")
            #expect(!result.error.contains("\n\(sandbox.home)/"), "\(options) left: \(result)")
        }
    }

    @Test func `a root where nothing can be is told at once`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try await sandbox.expectRefusal(
            73,
            "create directory",
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest,
            with: ["GOTOOLPROV_SDK_ROOT": "/proc/nothing"]
        )
    }
}
