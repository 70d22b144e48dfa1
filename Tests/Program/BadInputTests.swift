import TestSupport
import Testing

/// Everything that can be wrong: each has its exit status, an error with facts, and leaves the home
/// exactly as it was.
@Suite(.timeLimit(.minutes(15)))
struct BadInputTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Expects a failure that changes nothing.
    func expect(
        _ status: Int32,
        _ phrase: String,
        _ arguments: String...,
        with changes: [String: String?] = [:],
        in folder: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await sandbox.snapshot()
        var environment = sandbox.environment
        for (name, value) in changes { environment[name] = value }
        let result = try await run(
            sandbox.program,
            arguments,
            environment: environment,
            in: folder ?? sandbox.home
        )
        #expect(result.status == status, "\(result)", sourceLocation: sourceLocation)
        #expect(result.error.contains("error: "), "\(result)", sourceLocation: sourceLocation)
        #expect(result.error.contains(phrase), "\(result)", sourceLocation: sourceLocation)
        #expect(result.output == "", "\(result)", sourceLocation: sourceLocation)
        #expect(try await sandbox.snapshot() == before, sourceLocation: sourceLocation)
    }

    /// Expects that installing what the mirror has fails and changes nothing.
    func expectInstall(
        _ status: Int32,
        _ phrase: String,
        _ digest: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expect(
            status,
            phrase,
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest,
            sourceLocation: sourceLocation
        )
    }

    static func go(_ version: String = "1.99.1") throws -> ArchiveFixture {
        .go(version, program: try hostProgram())
    }

    /// What no Go archive holds.
    ///
    /// Readers that took it got CVE-2007-4559 and CVE-2001-1267 (names), CVE-2025-46394 (control
    /// characters), CVE-2021-32803 and CVE-2018-20834 (links), CVE-2026-53486 (modes),
    /// CVE-2022-36113 (own files), CVE-2025-58183 (sparse files).
    static let hostile:
        [(what: String, phrase: String, add: @Sendable (ArchiveFixture) -> ArchiveFixture)] = [
            ("absolute name", "absolute", { $0.file("/go/x") }),
            (".. first", "`..`", { $0.file("../go/x") }),
            (".. in the middle", "`..`", { $0.file("go/../../x") }),
            (".. last", "`..`", { $0.directory("go/..") }),
            ("dot", "empty part", { $0.file("go/./x") }),
            ("two slashes", "empty part", { $0.file("go//x") }),
            ("control character", "control character", { $0.file("go/a\nb") }),
            ("backslash", "backslash", { $0.file("go/a\\b") }),
            ("not UTF-8", "UTF-8", { $0.file(nameBytes: [0x67, 0x6F, 0x2F, 0xC0, 0xAF]) }),
            ("over-long part", "too long", { $0.file("go/" + String(repeating: "a", count: 256)) }),
            (
                "over-long name", "too long",
                {
                    $0.file("go" + String(repeating: "/aaaaaaaaaaaaaaa", count: 80))
                }
            ),
            ("second root", "folder `go/`", { $0.file("gopher/x") }),
            ("symbolic link in", "symbolic link", { $0.symbolicLink("go/l", to: "VERSION") }),
            ("symbolic link out", "symbolic link", { $0.symbolicLink("go/l", to: "/etc") }),
            (
                "file through a link", "symbolic link",
                {
                    $0.symbolicLink("go/l", to: "/tmp").file("go/l/x")
                }
            ),
            ("hard link", "hard link", { $0.hardLink("go/l", to: "go/VERSION") }),
            ("hard link out", "hard link", { $0.hardLink("go/l", to: "/etc/passwd") }),
            ("character device", "device", { $0.special("go/d", type: "3") }),
            ("block device", "device", { $0.special("go/d", type: "4") }),
            ("named pipe", "named pipe", { $0.special("go/p", type: "6") }),
            ("set-user-ID", "set-user-ID", { $0.file("go/s", "x", mode: 0o4755) }),
            ("set-group-ID folder", "set-user-ID", { $0.directory("go/s", mode: 0o2755) }),
            ("duplicate", "twice", { $0.file("go/VERSION", "go1.99.1") }),
            ("file as folder", "cannot be a folder", { $0.file("go/VERSION/x") }),
            ("folder as file", "folder too", { $0.file("go/bin") }),
            ("top folder as file", "top folder", { $0.file("go") }),
            ("our own folder", "reserved", { $0.file("go/.gotoolprov/receipt.json", "{}") }),
            ("our own mark", "reserved", { $0.file("go/.unpacked-success") }),
            (
                "sparse file", "because",
                {
                    $0.file(
                        "go/s",
                        "12345",
                        pax: [
                            ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"),
                            ("GNU.sparse.name", "go/s"), ("GNU.sparse.realsize", "100"),
                        ]
                    )
                }
            ),
            (
                "extended attribute", "extended attributes",
                {
                    $0.file("go/x", pax: [("SCHILY.xattr.user.a", "b")])
                }
            ),
            ("size beyond the end", "because", { $0.file("go/x", "x", declaring: 1 << 20) }),
            ("negative size", "because", { $0.file("go/x", pax: [("size", "-5")]) }),
        ]

    @Test(arguments: hostile.indices)
    func `an archive with what no Go archive holds is refused`(row: Int) async throws {
        let (what, phrase, add) = Self.hostile[row]
        let (_, digest) = try await sandbox.serve(add(try Self.go()).gzipped)
        try await expectInstall(65, phrase, digest)
        let escaped = try await run("find", ["/tmp/x", "/x", "\(sandbox.folder.path)/x"])
        #expect(escaped.output == "", "\(what) wrote outside")
    }

    /// Files that are no Go archive at all.
    static let strangers: [(what: String, phrase: String, bytes: @Sendable () throws -> [UInt8])] =
        [
            ("empty file", "too early", { [] }),
            ("not gzip", "gzip", { Array("<html>captive portal</html>".utf8) }),
            ("plain tar", "gzip", { try go().tar }),
            ("gzip of text", "tar", { Gzip.member(Array("hello".utf8)) }),
            ("gzip of nothing", "because", { Gzip.member([]) }),
            ("gzip of gzip", "tar", { Gzip.member(try go().gzipped) }),
            ("no members", "because", { ArchiveFixture().gzipped }),
            ("only a folder", "no files", { ArchiveFixture().directory("go/").gzipped }),
            (
                "missing go/", "folder `go/`",
                { ArchiveFixture().file("VERSION", "go1.99.1").gzipped }
            ),
            ("trailing garbage", "after the end", { try go().gzipped + [1] }),
            ("two members", "after the end", { try go().gzipped + go().gzipped }),
            ("no end mark", "end mark", { try go().ending(with: []).gzipped }),
            ("wrong version inside", "found     go1.99.2", { try go("1.99.2").gzipped }),
            ("version with a suffix", "found     go1.99.1x", { try go("1.99.1x").gzipped }),
            ("no VERSION", "VERSION", { ArchiveFixture().file("go/bin/go", "x").gzipped }),
            (
                "no go.env", "go.env",
                {
                    ArchiveFixture().file("go/VERSION", "go1.99.1").file(
                        "go/bin/go",
                        bytes: try hostProgram(),
                        mode: 0o755
                    ).gzipped
                }
            ),
            (
                "no bin/go", "bin/go",
                {
                    ArchiveFixture().file("go/VERSION", "go1.99.1").file("go/go.env").gzipped
                }
            ),
            (
                "bin/go is a script", "bin/go",
                {
                    ArchiveFixture.go("1.99.1", program: Array("#!/bin/sh\n".utf8)).gzipped
                }
            ),
            (
                "bin/go for another machine", "linux/s390x",
                {
                    var program = try hostProgram()
                    program[5] = 2
                    program[18] = 0
                    program[19] = 22
                    return ArchiveFixture.go("1.99.1", program: program).gzipped
                }
            ),
            (
                "bin/go cannot be executed", "executable",
                {
                    ArchiveFixture().file("go/VERSION", "go1.99.1").file("go/go.env").file(
                        "go/bin/go",
                        bytes: try hostProgram(),
                        mode: 0o644
                    ).gzipped
                }
            ),
        ]

    @Test(arguments: strangers.indices)
    func `what is no such archive is refused`(row: Int) async throws {
        let (_, phrase, bytes) = Self.strangers[row]
        let (_, digest) = try await sandbox.serve(try bytes())
        try await expectInstall(65, phrase, digest)
    }

    @Test func `a wrong digest is told with both digests`() async throws {
        let (path, digest) = try await sandbox.serve(try Self.go().gzipped)
        let wrong = String(repeating: "0", count: 64)
        for phrase in [path, "expected   \(wrong)", "computed   \(digest)"] {
            try await expectInstall(65, phrase, wrong)
        }
    }

    @Test func `an official version with other bytes is refused by its pinned size`() async throws {
        try await sandbox.serve(try Self.go("1.21.13").gzipped, as: "1.21.13")
        try await expect(
            65,
            "built-in catalogue",
            "ensure",
            "go1.21.13",
            "--mirror",
            sandbox.mirror
        )
    }

    @Test func `a digest that contradicts a pinned one is refused`() async throws {
        let (_, digest) = try await sandbox.serve(try Self.go("1.21.13").gzipped, as: "1.21.13")
        try await expect(
            65,
            "contradicts",
            "ensure",
            "go1.21.13",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest
        )
        let catalogue = try sandbox.folder.write(
            "c.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.21.13", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(digest)"}]}]}
            """
        )
        try await expect(
            65,
            "\"replaces\"",
            "ensure",
            "go1.21.13",
            "--mirror",
            sandbox.mirror,
            "--catalogue",
            catalogue
        )
    }

    @Test func `what no catalogue knows is refused without a digest`() async throws {
        try await sandbox.serve(try Self.go().gzipped)
        try await expect(
            65,
            "--sha256",
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror
        )
        try await expect(65, "no catalogue", "ensure", "go1.99", "--mirror", sandbox.mirror)
        try await expect(
            65,
            "no catalogue",
            "ensure",
            "go1.20.99",
            "--mirror",
            sandbox.mirror
        )
    }

    @Test func `a missing mirror, folder or file is told with where it was looked for`()
        async throws
    {
        try await expect(69, "--mirror", "ensure", "go1.27.1")
        try await expect(
            69,
            "no folder at        /nonexistent",
            "ensure",
            "go1.27.1",
            "--mirror",
            "/nonexistent"
        )
        try await expect(
            69,
            "not in              \(sandbox.mirror)\n",
            "ensure",
            "go1.27.1",
            "--mirror",
            sandbox.mirror
        )
        try await expect(
            69,
            "No such file",
            "ensure",
            "go1.27.1",
            "--archive",
            "/nonexistent.tar.gz"
        )
        try await expect(69, "because", "ensure", "go1.27.1", "--archive", sandbox.mirror)
    }

    @Test(arguments: [
        ["ensure", "go1.banana"], ["ensure", "python3"], ["ensure", "go"], ["ensure", "go1"],
        ["ensure", "../../etc"], ["ensure", "gotip"], ["ensure"], ["ensure", "--nonsense"],
        ["ensure", "go1.27.1", "--sha256", "abc"],
        ["ensure", "go1.27", "--archive", "x"],
        ["ensure", "go1.27.1", "go1.26.1", "--archive", "x"],
        ["ensure", "go1.27.1", "--mirror", "ftp://host/go"],
        ["ensure", "go1.27.1", "--mirror", "file://other/go"],
        ["ensure", "go1.27.1", "--durability", "perhaps"],
        ["remove"], ["remove", "go1.27"], ["remove", "go@latest"], ["which"], ["nonsense"],
        ["list", "--format", "yaml"], ["which", "go1.banana"],
    ])
    func `a command line that makes no sense is a usage error`(arguments: [String]) async throws {
        let result = try await run(
            sandbox.program,
            arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 64, "\(result)")
        #expect(result.error.hasPrefix("error: "), "\(result)")
        #expect(result.output == "")
    }

    @Test func `a manifest that is wrong is told by line and column`() async throws {
        let path = try sandbox.folder.write(
            "home/project/gotoolprov.json",
            "{\n  \"go\": {\"version\": []}\n}\n"
        )
        try await expect(
            78,
            "\(path):2:10",
            "ensure",
            in: "\(sandbox.home)/project"
        )
        try await expect(78, "no manifest", "ensure", "--manifest", "/nonexistent.json")
    }

    @Test func `a HOME that is not set is told, unless it is not needed`() async throws {
        try await expect(78, "HOME is not set", "ensure", "go1.27.1", with: ["HOME": nil])
        try await expect(78, "HOME is not set", "list", with: ["HOME": ""])
        let result = try await sandbox.gotoolprov(
            "list",
            with: ["HOME": nil, "GOTOOLPROV_SDK_ROOT": sandbox.sdkRoot, "GOBIN": sandbox.goBin]
        )
        #expect(result.status == 0, "\(result)")
        let (_, digest) = try await sandbox.serve(try Self.go().gzipped)
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
        let (_, digest) = try await sandbox.serve(try Self.go().gzipped)
        try sandbox.folder.write("home/go/bin/go1.99.1", "#!/bin/sh\nmine\n", mode: 0o755)
        try await expectInstall(73, "something else has the launcher's name", digest)
        _ = try await run("rm", ["\(sandbox.goBin)/go1.99.1"])
        _ = try await run("ln", ["-s", "/nonexistent", "\(sandbox.goBin)/go1.99.1"])
        try await expectInstall(73, "a symbolic link", digest)
    }

    @Test func `a GOBIN that is a file is told before anything is done`() async throws {
        let (_, digest) = try await sandbox.serve(try Self.go().gzipped)
        try sandbox.folder.write("home/go/bin", "a file")
        try await expectInstall(73, "GOBIN", digest)
    }

    @Test func `a tree of another origin is neither trusted nor overwritten`() async throws {
        let (_, digest) = try await sandbox.serve(try Self.go().gzipped)
        try sandbox.folder.write("home/sdk/go1.99.1/VERSION", "go1.99.1")
        try await expectInstall(73, "did not install", digest)
        try await expect(73, "did not install", "remove", "go1.99.1")
        let list = try await sandbox.gotoolprov("list")
        #expect(
            list.output.hasPrefix("go1.99.1  unknown: nothing says that it is complete"),
            "\(list)"
        )
        try sandbox.folder.write("home/sdk/go1.99.1/.unpacked-success", "")
        #expect(try await sandbox.gotoolprov("list").output.contains("  foreign  "))
    }

    @Test func `a torn receipt is never an installed tree`() async throws {
        try sandbox.folder.write("home/sdk/go1.99.1/.gotoolprov/receipt.json", "{\"schemaVer")
        let list = try await sandbox.gotoolprov("list")
        #expect(list.output.contains("damaged: its receipt is not valid"), "\(list)")
        try await expect(69, "not installed", "which", "go1.99.1")
    }

    /// Needs a file system that refuses: as root, permissions do not.
    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `a read-only root and a full disk are told, and leave nothing`() async throws {
        var archive = try Self.go()
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
            ("full", "size=4m", "there is not enough space for the archive's contents"),
            ("full", "size=64m,nr_inodes=8", "No space left"),
            ("full", "size=64m,nr_inodes=100", "there are not enough inodes"),
            ("full", "size=64m,noexec", "does not let programs run"),
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

    @Test func `named pipes and endless files do not make it wait`() async throws {
        try sandbox.folder.write("home/project/.keep", "")
        let pipe = "\(sandbox.home)/project/gotoolprov.json"
        #expect(try await run("mkfifo", [pipe]).status == 0)
        let list = try await sandbox.gotoolprov("list", in: "\(sandbox.home)/project")
        #expect(list.status == 0, "\(list)")
        #expect(list.error.contains("it is not a regular file"), "\(list)")
        try await expect(
            69,
            "cannot read the archive",
            "ensure",
            "go1.27.1",
            "--archive",
            pipe
        )
        let huge = try sandbox.folder.write("huge", "")
        let grown = try await run("truncate", ["-s", "9223372036854775807", huge])
        if grown.status == 0 {
            try await expect(
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

    @Test func `a root where nothing can be is told at once`() async throws {
        let (_, digest) = try await sandbox.serve(try Self.go().gzipped)
        try await expect(
            73,
            "create folder",
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest,
            with: ["GOTOOLPROV_SDK_ROOT": "/proc/nothing"]
        )
    }

    @Test func `check looks whether the archive is there`() async throws {
        try await expect(
            69,
            "cannot read the archive",
            "ensure",
            "go1.27.1",
            "--archive",
            "/nonexistent",
            "--check"
        )
    }

    @Test func `what a terminal would obey is not printed`() async throws {
        let result = try await sandbox.gotoolprov("ensure", "--manifest", "/\u{1B}[31mred")
        #expect(result.status == 78)
        #expect(!result.error.unicodeScalars.contains("\u{1B}"), "\(result)")
    }

    @Test func `a mirror that is no place is a mistake of whoever names it`() async throws {
        try await expect(64, "neither http", "ensure", "go1.27.1", "--mirror", "ftp://host/go")
        let manifest = try sandbox.folder.write("m.json", #"{"mirrors": ["ftp://host/go"]}"#)
        try await expect(78, "neither http", "ensure", "go1.27.1", "--manifest", manifest)
    }

    @Test func `errors are one JSON object where JSON is asked for`() async throws {
        let result = try await sandbox.gotoolprov("ensure", "go1.99.1", "--format", "json")
        #expect(result.status == 65)
        #expect(result.error.contains("\"kind\": \"integrity\""), "\(result)")
        #expect(result.error.hasPrefix("{"))
    }

    @Test func `a result that cannot be written is an error, a reader that has left is not`()
        async throws
    {
        let full = try await run(
            "sh",
            ["-c", "\"$0\" list --available >/dev/full", sandbox.program],
            environment: sandbox.environment
        )
        #expect(full.status == 73, "\(full)")
        #expect(full.error.contains("cannot write the result"))
        let left = try await run(
            "sh",
            ["-c", "(\"$0\" list --available; echo $? >&2) | true", sandbox.program],
            environment: sandbox.environment
        )
        #expect(left.error == "141\n" || left.error == "0\n", "\(left)")
    }
}
