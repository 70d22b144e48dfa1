import TestSupport
import Testing

@testable import ToolchainCore
@testable import ToolchainHost

/// Unpacks only what the module of a toolchain has.
@Suite(.unitLimit)
struct UnpackFormTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func unpack(
        _ fixture: ArchiveFixture,
        limits: ArchiveUnpacker.Limits = .unpinned
    ) throws -> TreeIndex {
        let archive = fixture.gzipped
        let path = try directory.write("archive.tar.gz", archive)
        let pin = try UnpackTests.pin(SHA256Digest(of: archive))
        let tree = "\(directory.path)/tree"
        try FileSystem.remove(tree)
        try FileSystem.makeDirectories(tree)
        return try ArchiveUnpacker(
            limits: limits,
            form: .toolchainModule,
            umask: 0o22,
            monitor: UnpackTests.quiet
        ).unpack(
            try ArchiveFile.opening(path).verified(against: pin, monitor: UnpackTests.quiet),
            topDirectory: "go",
            reserved: [".gotoolprov"],
            into: .opening(tree)
        )
    }

    private func index(_ fixture: ArchiveFixture) throws -> TreeIndex {
        let archive = fixture.gzipped
        let path = try directory.write("archive.tar.gz", archive)
        let pin = try UnpackTests.pin(SHA256Digest(of: archive))
        return try ArchiveUnpacker(
            limits: .unpinned,
            form: .toolchainModule,
            umask: 0,
            monitor: UnpackTests.quiet
        ).index(
            of: try ArchiveFile.opening(path).verified(against: pin, monitor: UnpackTests.quiet),
            topDirectory: "go"
        )
    }

    @Test func `an index without unpacking is that of the unpacked tree`() throws {
        let large = String(repeating: "0123456789", count: 200_000)
        let fixture = Self.fixture.file("go/src/large", large).file("go/src/none", "")
        #expect(try index(fixture) == unpack(fixture))
        try FileSystem.remove("\(directory.path)/tree")
        _ = try index(fixture)
        #expect(try FileSystem.names(in: directory.path) == ["archive.tar.gz"])
    }

    @Test func `an index without unpacking is as strict`() throws {
        for hostile in [
            Self.fixture.file("go/src/../../x"), Self.fixture.file("go/src/a.go", "twice"),
            Self.fixture.symbolicLink("go/src/l", to: "/etc"), Self.fixture.file("gopher/x"),
            Self.fixture.file("go/VERSION/x"), Self.fixture.file("go/src"),
            Self.fixture.file("go/src/x", "x", declaring: 1 << 20),
        ] {
            #expect(throws: ArchiveError.self) { try index(hostile) }
        }
    }

    private static let fixture = ArchiveFixture()
        .directory("go/").directory("go/api/").file("go/api/go1.txt", "a")
        .file("go/bin/go", "x", mode: 0o644).directory("go/empty/")
        .file("go/doc/a/b", "b", mode: 0o755).file("go/misc/c", "c").file("go/test/a.go", "d")
        .file("go/src/a.go", "package a", mode: 0o755).file("go/src/make.bash", "y")
        .file("go/src/test/a.go", "e").file("go/VERSION", "go1.99.1")

    @Test func `files outside the module and directories without files are left out`() throws {
        let index = try unpack(Self.fixture)
        #expect(
            index.entries.map { "\($0.path) \(String($0.mode, radix: 8))" } == [
                "VERSION 644", "bin 755", "bin/go 755", "src 755", "src/a.go 644",
                "src/make.bash 755", "src/test 755", "src/test/a.go 644",
            ]
        )
        let tree = "\(directory.path)/tree"
        for name in ["api", "doc", "misc", "test", "empty"] {
            #expect(try FileSystem.kind(of: "\(tree)/\(name)") == nil)
        }
        #expect(FileSystem.isExecutable("\(tree)/bin/go"))
    }

    @Test func `members that are left out count, and must be valid`() throws {
        var limits = ArchiveUnpacker.Limits.unpinned
        limits.memberCount = 15
        #expect(throws: Never.self) { try unpack(Self.fixture, limits: limits) }
        limits.memberCount = 11
        #expect(throws: ArchiveError.tooLarge(limit: "11 members")) {
            try unpack(Self.fixture, limits: limits)
        }
        for hostile in [
            Self.fixture.file("go/test/../../x"),
            Self.fixture.symbolicLink("go/test/l", to: "/etc"),
            Self.fixture.file("go/doc/s", "x", mode: 0o4755), Self.fixture.file("gopher/x"),
            Self.fixture.file("go/api/x", "x", declaring: 1 << 20),
        ] {
            #expect(throws: ArchiveError.self) { try unpack(hostile) }
        }
    }

    @Test func `an archive with nothing else is empty`() throws {
        #expect(throws: ArchiveError.malformed("tar: the archive contains no files")) {
            try unpack(ArchiveFixture().directory("go/").file("go/test/a.go", "package a"))
        }
    }

    @Test func `the hash is that of the complete archive`() throws {
        let module = ToolchainModule(try #require(GoVersion("1.99.1")), GoPlatform(.amd64))
        let index = try unpack(Self.fixture)
        let files: [(path: String, digest: SHA256Digest)] = try [
            ("VERSION", "go1.99.1"), ("api/go1.txt", "a"), ("bin/go", "x"), ("doc/a/b", "b"),
            ("misc/c", "c"), ("src/a.go", "package a"), ("src/make.bash", "y"),
            ("src/test/a.go", "e"), ("test/a.go", "d"),
        ].map { ($0, try SHA256Digest(of: Array($1.utf8))) }
        #expect(
            try ModuleHash(of: ToolchainFileList(module, index: index))
                == ModuleHash(of: ToolchainFileList(module, files: files))
        )
    }
}
