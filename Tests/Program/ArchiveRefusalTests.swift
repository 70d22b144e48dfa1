import TestSupport
import Testing

/// Archives that are not Go archives: each is rejected and leaves the home directory unchanged.
@Suite(.programLimit)
struct ArchiveRefusalTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Entries that no Go archive contains.
    ///
    /// Readers that accepted them got CVE-2007-4559 and CVE-2001-1267 (names), CVE-2025-46394 (control
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
            ("second root", "directory `go/`", { $0.file("gopher/x") }),
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
            ("set-group-ID directory", "set-user-ID", { $0.directory("go/s", mode: 0o2755) }),
            ("duplicate", "more than once", { $0.file("go/VERSION", "go1.99.1") }),
            (
                "file as directory", "`VERSION` is both a file and a directory",
                { $0.file("go/VERSION/x") }
            ),
            ("directory as file", "it is both a file and a directory", { $0.file("go/bin") }),
            ("top directory as file", "top directory", { $0.file("go") }),
            ("our own directory", "reserved", { $0.file("go/.gotoolprov/receipt.json", "{}") }),
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
    func `an archive with an entry that no Go archive contains is rejected`(row: Int) async throws {
        let (what, phrase, add) = Self.hostile[row]
        let (archive, digest) = try await sandbox.serve(add(try ArchiveFixture.hostGo()).gzipped)
        try await sandbox.expectInstallRefusal(65, phrase, digest)
        // Other programs may have files of these names; this one would be newer than the archive.
        let escaped = try await run(
            "find",
            ["/tmp/x", "/x", "\(sandbox.directory.path)/x", "-newer", archive]
        )
        #expect(escaped.output == "", "\(what) wrote outside")
    }

    /// Files that are not Go archives.
    static let strangers: [(what: String, phrase: String, bytes: @Sendable () throws -> [UInt8])] =
        [
            ("empty file", "truncated", { [] }),
            ("not gzip", "gzip", { Array("<html>captive portal</html>".utf8) }),
            ("plain tar", "gzip", { try ArchiveFixture.hostGo().tar }),
            ("gzip of text", "tar", { Gzip.member(Array("hello".utf8)) }),
            ("gzip of nothing", "because", { Gzip.member([]) }),
            ("gzip of gzip", "tar", { Gzip.member(try ArchiveFixture.hostGo().gzipped) }),
            ("no members", "because", { ArchiveFixture().gzipped }),
            ("only a directory", "no files", { ArchiveFixture().directory("go/").gzipped }),
            (
                "missing go/", "directory `go/`",
                { ArchiveFixture().file("VERSION", "go1.99.1").gzipped }
            ),
            ("trailing garbage", "trailing data", { try ArchiveFixture.hostGo().gzipped + [1] }),
            (
                "two members", "trailing data",
                { try ArchiveFixture.hostGo().gzipped + ArchiveFixture.hostGo().gzipped }
            ),
            (
                "no end mark", "end-of-archive marker",
                { try ArchiveFixture.hostGo().ending(with: []).gzipped }
            ),
            (
                "wrong version inside", "found     go1.99.2",
                { try ArchiveFixture.hostGo("1.99.2").gzipped }
            ),
            (
                "version with a suffix", "found     go1.99.1x",
                { try ArchiveFixture.hostGo("1.99.1x").gzipped }
            ),
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
    func `a file that is not a Go archive is rejected`(row: Int) async throws {
        let (_, phrase, bytes) = Self.strangers[row]
        let (_, digest) = try await sandbox.serve(try bytes())
        try await sandbox.expectInstallRefusal(65, phrase, digest)
    }
}
