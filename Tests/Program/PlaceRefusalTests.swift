import TestSupport
import Testing

/// Directories in which nothing can be installed: each is rejected with facts and stays unchanged.
@Suite(.programLimit)
struct PlaceRefusalTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test func `an unset HOME is an error only if it is needed`() async throws {
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

    @Test func `a user's file with the name of a launcher is never overwritten`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try sandbox.directory.write("home/go/bin/go1.99.1", "#!/bin/sh\nmine\n", mode: 0o755)
        try await sandbox.expectInstallRefusal(73, "the launcher's name is taken", digest)
        _ = try await run("rm", ["\(sandbox.goBin)/go1.99.1"])
        _ = try await run("ln", ["-s", "/nonexistent", "\(sandbox.goBin)/go1.99.1"])
        try await sandbox.expectInstallRefusal(73, "a symbolic link", digest)
    }

    @Test func `a file as GOBIN is reported before anything is done`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try sandbox.directory.write("home/go/bin", "a file")
        try await sandbox.expectInstallRefusal(73, "GOBIN", digest)
    }

    @Test func `a foreign tree is neither trusted nor overwritten`() async throws {
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

    @Test func `a tree with a truncated receipt is not installed`() async throws {
        try sandbox.directory.write("home/sdk/go1.99.1/.gotoolprov/receipt.json", "{\"schemaVer")
        let list = try await sandbox.gotoolprov("list")
        #expect(list.output.contains("damaged: its receipt is invalid"), "\(list)")
        try await sandbox.expectRefusal(69, "not installed", "which", "go1.99.1")
    }

    /// Requires a read-only file system, because permissions do not restrict root.
    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `a read-only root and a full disk are reported and leave nothing`() async throws {
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

    @Test func `an impossible root is reported immediately`() async throws {
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
