import TestSupport
import Testing

@testable import ToolchainCore
@testable import ToolchainHost

/// The zip archives in which module proxies serve toolchains.
@Suite(.unitLimit)
struct ModuleZipTests {
    let directory: TemporaryDirectory
    let module: ToolchainModule

    init() throws {
        directory = try TemporaryDirectory()
        module = ToolchainModule(try #require(GoVersion("1.99.1")), GoPlatform(.amd64))
    }

    private func write(_ fixture: ArchiveFixture, to name: String) throws -> ModuleHash {
        let archive = fixture.gzipped
        let path = try directory.write("archive.tar.gz", archive)
        let pin = try UnpackTests.pin(SHA256Digest(of: archive))
        return try ArchiveUnpacker(umask: 0o77, monitor: UnpackTests.quiet).writeModule(
            module,
            of: try ArchiveFile.opening(path).verified(against: pin, monitor: UnpackTests.quiet),
            topDirectory: "go",
            to: name,
            in: .opening(directory.path)
        )
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        try #require(try FileSystem.contents(of: "\(directory.path)/\(name)", limit: 1 << 24))
    }

    private static func isAny(_ name: String) -> Bool { true }

    private static let large = String(repeating: "0123456789", count: 60_000)

    /// Members in an order that is not that of their names, with one that is stored in several pieces.
    private static let fixture = ArchiveFixture().directory("go/").file(
        "go/src/go.mod",
        "module std\n"
    )
    .file("go/bin/go", large, mode: 0o755).file("go/api/go1.txt", "pkg a").file(
        "go/VERSION",
        "go1.99.1\n"
    )
    .file("go/src/empty", "").file("go/src/go.mod.txt", "x").file("go/test/a.go", "package a\n")

    @Test func `a module has the files of an archive, and their hash`() throws {
        let hash = try write(Self.fixture, to: "a.zip")
        var found: [(path: String, digest: SHA256Digest)] = []
        var names: [String] = []
        let prefix = "golang.org/toolchain@v0.0.1-go1.99.1.linux-amd64/"
        try ZipReader.forEachFile(in: bytes("a.zip"), where: Self.isAny) { name, contents in
            let path = String(name.dropFirst(prefix.count))
            #expect(name == prefix + path)
            names.append(path)
            found.append(
                (path.replacing(text: "_go.mod", with: "go.mod"), try SHA256Digest(of: contents))
            )
            if path == "bin/go" { #expect(contents == Array(Self.large.utf8)) }
        }
        #expect(names == ["VERSION", "bin/go", "src/_go.mod", "src/empty", "src/go.mod.txt"])
        #expect(try ModuleHash(of: ToolchainFileList(module, files: found)) == hash)
    }

    @Test func `the same archive gives the same bytes`() throws {
        let hash = try write(Self.fixture, to: "a.zip")
        #expect(try write(Self.fixture, to: "b.zip") == hash)
        #expect(try bytes("a.zip") == bytes("b.zip"))
        // Modes and times do not count.
        #expect(try write(Self.fixture.directory("go/doc/"), to: "c.zip") == hash)
        #expect(try bytes("a.zip") == bytes("c.zip"))
    }

    @Test func `a file with the name of a renamed one is an error`() throws {
        #expect(throws: ToolchainFileList.Problem.self) {
            try write(Self.fixture.file("go/src/a/_go.mod", ""), to: "a.zip")
        }
    }
}
