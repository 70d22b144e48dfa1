import SystemPackage
import TestSupport
import Testing

@testable import ToolchainCore
@testable import ToolchainHost

/// Unpacks fixtures in process; the same archives through the whole program are in
/// ProgramTests.
@Suite(.unitLimit)
struct UnpackTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    static let quiet = ProgressMonitor(report: { _, _, _ in }, signal: { 0 })

    /// Unpacks `archive` into the directory `tree`.
    func unpack(
        _ archive: [UInt8],
        limits: ArchiveUnpacker.Limits = .init(),
        umask: UInt32 = 0o22
    ) throws -> TreeIndex {
        let path = try directory.write("archive.tar.gz", archive)
        let pin = PinnedArchive(
            .go(try #require(GoVersion("1.99.1"))),
            platform: GoPlatform(.amd64),
            fileName: "archive.tar.gz",
            digest: try SHA256Digest(of: archive),
            byteCount: archive.count,
            voucher: .commandLine
        )
        // All libraries that inflate must have the same result.
        var outcomes: [(Inflation, Result<TreeIndex, any Error>)] = []
        for inflation in Inflation.allCases {
            let verified = try ArchiveFile.opening(path).verified(against: pin, monitor: Self.quiet)
            let tree = "\(directory.path)/tree"
            try FileSystem.remove(tree)
            try FileSystem.makeDirectories(tree)
            var unpacker = ArchiveUnpacker(limits: limits, umask: umask, monitor: Self.quiet)
            unpacker.inflation = inflation
            do {
                let index = try unpacker.unpack(
                    verified,
                    topDirectory: "go",
                    reserved: [".gotoolprov"],
                    into: .opening(tree)
                )
                outcomes.append((inflation, .success(index)))
            } catch {
                outcomes.append((inflation, .failure(error)))
            }
        }
        let successes = outcomes.compactMap { try? $0.1.get().specification }
        guard successes.isEmpty || successes.count == outcomes.count, Set(successes).count <= 1
        else { throw SupportError("the inflaters disagree: \(outcomes)") }
        return try #require(outcomes.last).1.get()
    }

    static func pin(_ digest: SHA256Digest, _ byteCount: Int? = nil) throws -> PinnedArchive {
        PinnedArchive(
            .go(try #require(GoVersion("1.99.1"))),
            platform: GoPlatform(.amd64),
            fileName: "a",
            digest: digest,
            byteCount: byteCount,
            voucher: .builtIn
        )
    }

    static let sample = sample(program: [1, 2, 3])

    static func sample(program: [UInt8]) -> ArchiveFixture {
        ArchiveFixture.go("1.99.1", program: program)
            .directory("go/test/")
            .file("go/test/Þfoo.go", "package a")
            .file(
                "go/a-name-of-more-than-a-hundred-bytes/" + String(repeating: "x", count: 200),
                "long"
            )
            .file("go/empty")
    }

    @Test func `files, directories, modes and times are those of the archive`() throws {
        let index = try unpack(Self.sample.gzipped)
        #expect(
            index.entries.map(\.path) == [
                "VERSION", "a-name-of-more-than-a-hundred-bytes",
                "a-name-of-more-than-a-hundred-bytes/" + String(repeating: "x", count: 200),
                "bin", "bin/go", "empty", "go.env", "test", "test/Þfoo.go",
            ]
        )
        #expect(index.entries.first { $0.path == "bin/go" }?.mode == 0o755)
        let digest = try SHA256Digest(of: Array("package a".utf8))
        let foo = try #require(index.entries.first { $0.path == "test/Þfoo.go" })
        #expect(foo.kind == .file(byteCount: 9, digest: digest))
        #expect(try bytes(of: "\(directory.path)/tree/test/Þfoo.go") == Array("package a".utf8))
        #expect(try FileSystem.contents(of: "\(directory.path)/tree/empty") == [])
    }

    /// The archive of go1.21.0 has no entries for directories (golang/go#61862).
    @Test func `directories without entries are created`() throws {
        let archive = ArchiveFixture().file("go/src/cmd/go/main.go", "x").file("go/src/a.go", "y")
        let index = try unpack(archive.gzipped)
        #expect(
            index.entries.map(\.path) == [
                "src", "src/a.go", "src/cmd", "src/cmd/go", "src/cmd/go/main.go",
            ]
        )
    }

    @Test func `the entry of a directory may follow those of its contents`() throws {
        let archive = ArchiveFixture().file("go/b/x", "x").directory("go/b/").directory("go/")
        #expect(try unpack(archive.gzipped).entries.map(\.path) == ["b", "b/x"])
    }

    @Test(arguments: [1, 511, 512, 262_144, 524_287, 524_288, 524_289, 3_000_000])
    func `files of sizes around those of the buffers are intact`(count: Int) throws {
        // The period of the pattern does not divide the size of a buffer, so swapped pieces are detected.
        let contents = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) }
        var archive = ArchiveFixture().file("go/before", "before")
        archive = archive.file("go/large", bytes: contents).file("go/after", "after")
            .file("go/large2", bytes: contents.reversed())
        let index = try unpack(archive.gzipped)
        #expect(index.fileCount == 4)
        #expect(try bytes(of: "\(directory.path)/tree/large") == contents)
        #expect(try bytes(of: "\(directory.path)/tree/large2") == contents.reversed())
        #expect(try bytes(of: "\(directory.path)/tree/after") == Array("after".utf8))
        let digest = try SHA256Digest(of: contents)
        #expect(
            index.entries.first { $0.path == "large" }?.kind
                == .file(byteCount: count, digest: digest)
        )
    }

    @Test func `thousands of small files each have their own contents`() throws {
        var archive = ArchiveFixture()
        for number in 0..<3000 {
            archive = archive.file("go/d\(number % 40)/f\(number)", "contents of \(number)")
        }
        let index = try unpack(archive.gzipped)
        #expect(index.fileCount == 3000)
        for number in stride(from: 0, to: 3000, by: 37) {
            let path = "\(directory.path)/tree/d\(number % 40)/f\(number)"
            #expect(try bytes(of: path) == Array("contents of \(number)".utf8))
        }
    }

    /// Names that differ only in Unicode normalization are the same file on some systems.
    @Test func `names that differ only in normalization are rejected`() throws {
        let composed = "go/\u{E9}"
        let decomposed = "go/e\u{301}"
        for archive in [
            ArchiveFixture().file(composed).file(decomposed),
            ArchiveFixture().file("\(composed)/x").file("\(decomposed)/y"),
            ArchiveFixture().directory(composed).directory(decomposed),
        ] {
            #expect(throws: ArchiveError.self) { try unpack(archive.gzipped) }
        }
    }

    // MARK: Damage

    @Test func `an archive truncated at any position is rejected`() throws {
        let tar = Self.sample.tar
        for count in stride(from: 0, to: tar.count, by: 512) {
            #expect(throws: ArchiveError.self, "tar cut at \(count)") {
                try unpack(Gzip.member(Array(tar.prefix(count))))
            }
        }
        let packed = Self.sample.gzipped
        for count in stride(from: 0, to: packed.count, by: 97) {
            #expect(throws: ArchiveError.self, "gzip cut at \(count)") {
                try unpack(Array(packed.prefix(count)))
            }
        }
        for count in 1...9 {
            #expect(throws: ArchiveError.self) { try unpack(packed.dropLast(count)) }
        }
    }

    @Test func `a flipped byte in a header is always detected`() throws {
        let archive = ArchiveFixture().file("go/a", "a").file("go/b", "b")
        for offset in 1024..<1536 {
            #expect(throws: ArchiveError.self, "byte \(offset)") {
                try unpack(archive.damaged(at: offset).gzipped)
            }
        }
    }

    @Test func `the checksum and the length of gzip are verified`() throws {
        let packed = Self.sample.gzipped
        for back in 1...8 {
            var wrong = packed
            wrong[wrong.count - back] ^= 1
            #expect(throws: ArchiveError.self, "byte \(back) of the trailer") { try unpack(wrong) }
        }
    }

    @Test func `trailing data is rejected`() throws {
        let packed = Self.sample.gzipped
        #expect(throws: ArchiveError.self) { try unpack(packed + [0]) }
        #expect(throws: ArchiveError.self) { try unpack(packed + Array("garbage".utf8)) }
        #expect(throws: ArchiveError.self, "a second member") { try unpack(packed + packed) }
        #expect(throws: ArchiveError.self, "an empty second member") {
            try unpack(packed + Gzip.member([]))
        }
        let zeros = [UInt8](repeating: 0, count: 1024)
        let hidden = Self.sample.ending(with: zeros + ArchiveFixture().file("go/x", "x").tar)
        #expect(throws: ArchiveError.self, "a second archive") { try unpack(hidden.gzipped) }
        #expect(throws: ArchiveError.self, "a byte in the padding") {
            try unpack(Self.sample.ending(with: zeros + zeros + [1]).gzipped)
        }
        // tar pads archives to a multiple of the record size.
        let padded = Self.sample.ending(with: [UInt8](repeating: 0, count: 10240))
        _ = try unpack(padded.gzipped)
    }

    @Test func `limits are enforced`() throws {
        var limits = ArchiveUnpacker.Limits()
        limits.byteCount = 1 << 20
        let zeros = [UInt8](repeating: 0, count: 400 << 10)
        let bomb = ["a", "b", "c"].reduce(ArchiveFixture()) { $0.file("go/\($1)", bytes: zeros) }
        #expect(throws: ArchiveError.tooLarge(limit: "1 MiB")) {
            try unpack(bomb.gzipped, limits: limits)
        }
        limits = .init()
        limits.memberCount = 50
        let deep = (0..<10).reduce(ArchiveFixture()) { $0.file("go/\($1)/a/b/c/d/e/f/g", "x") }
        #expect(throws: ArchiveError.tooLarge(limit: "50 members"), "directories count too") {
            try unpack(deep.gzipped, limits: limits)
        }
        limits.memberCount = 3
        #expect(throws: ArchiveError.tooLarge(limit: "3 members")) {
            try unpack(Self.sample.gzipped, limits: limits)
        }
    }

    @Test func `a wrong digest or size is rejected before anything is parsed`() throws {
        let archive = Self.sample.gzipped
        let path = try directory.write("archive.tar.gz", archive)
        let right = try SHA256Digest(of: archive)
        let wrong = try SHA256Digest(of: [])
        #expect(throws: ArchiveError.wrongDigest(expected: wrong, computed: right)) {
            _ = try ArchiveFile.opening(path).verified(
                against: Self.pin(wrong),
                monitor: Self.quiet
            )
        }
        #expect(throws: ArchiveError.wrongSize(expected: 5, found: archive.count)) {
            _ = try ArchiveFile.opening(path).verified(
                against: Self.pin(right, 5),
                monitor: Self.quiet
            )
        }
    }

    /// Verifying reads the file once, and unpacking a second time: bytes that have changed between are
    /// not verified.
    @Test func `a file that changed after it was verified is rejected`() throws {
        let archive = Self.sample.gzipped
        let path = try directory.write("archive.tar.gz", archive)
        let pin = try Self.pin(SHA256Digest(of: archive))
        let verified = try ArchiveFile.opening(path).verified(against: pin, monitor: Self.quiet)
        // A valid archive of the same size.
        let other = Self.sample(program: [3, 2, 1]).gzipped
        #expect(other.count == archive.count)
        try directory.write("archive.tar.gz", other)
        let tree = "\(directory.path)/tree"
        try FileSystem.makeDirectories(tree)
        #expect(throws: ArchiveError.changedWhileRead) {
            try ArchiveUnpacker(umask: 0o22, monitor: Self.quiet)
                .unpack(verified, topDirectory: "go", reserved: [], into: .opening(tree))
        }
    }

    @Test func `a signal cancels the work`() throws {
        let archive = Self.sample.gzipped
        let path = try directory.write("archive.tar.gz", archive)
        let pin = try Self.pin(SHA256Digest(of: archive))
        let verified = try ArchiveFile.opening(path).verified(against: pin, monitor: Self.quiet)
        let tree = "\(directory.path)/tree"
        try FileSystem.makeDirectories(tree)
        #expect(throws: ProgressMonitor.Interrupted(signal: 15)) {
            try ArchiveUnpacker(
                umask: 0o22,
                monitor: ProgressMonitor(report: { _, _, _ in }, signal: { 15 })
            )
            .unpack(verified, topDirectory: "go", reserved: [], into: .opening(tree))
        }
    }

    /// Accepted archives are unambiguous: Python's tarfile, an independent reader, has the same result.
    @Test func `accepted archives are unpacked as by tarfile`() async throws {
        var random = SystemRandomNumberGenerator()
        var acceptedCount = 0
        var refusedCount = 0
        for number in 0..<300 {
            var archive = ArchiveFixture()
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                archive = archive.addingAnything(using: &random)
            }
            do {
                _ = try unpack(archive.gzipped)
                acceptedCount += 1
                for (old, new) in [("tree", "\(number)"), ("archive.tar.gz", "\(number).tar.gz")] {
                    try FileSystem.rename(
                        "\(directory.path)/\(old)",
                        to: "\(directory.path)/\(new)"
                    )
                }
            } catch is ArchiveError {
                refusedCount += 1
            }
        }
        #expect(acceptedCount > 30 && refusedCount > 30, "\(acceptedCount), \(refusedCount)")
        let script = """
            import os, pathlib, sys, tarfile, tempfile
            def tree(root):
                found = {}
                for path in sorted(root.rglob("*")):
                    status = path.lstat()
                    found[str(path.relative_to(root))] = (
                        (path.read_bytes(), status.st_mode & 0o111 != 0, int(status.st_mtime))
                        if path.is_file() and not path.is_symlink() else path.is_dir())
                return found
            for archive in pathlib.Path(sys.argv[1]).glob("[0-9]*.tar.gz"):
                ours = tree(pathlib.Path(str(archive).removesuffix(".tar.gz")))
                with tempfile.TemporaryDirectory() as directory, tarfile.open(archive) as tar:
                    try:
                        tar.extractall(directory)
                    except OSError as error:
                        print(error)
                    theirs = tree(pathlib.Path(directory, "go"))
                    if ours != theirs or os.listdir(directory) != ["go"]:
                        print(tar.getmembers(), ours, theirs, sep="\\n")
            """
        let result = try await run("/usr/bin/python3", ["-c", script, directory.path])
        #expect(result.status == 0 && result.output.isEmpty, "\(result)")
    }

    /// Checks the builder of fixtures with the system's tar.
    @Test func `the system's tar can read the fixtures`() async throws {
        let path = try directory.write("sample.tar.gz", Self.sample.gzipped)
        let listed = try await run("tar", ["tzf", path])
        #expect(listed.status == 0, "\(listed)")
        #expect(
            listed.output.split(separator: "\n").count == 9,
            "\(listed)"
        )
        let tested = try await run("gzip", ["-t", path])
        #expect(tested.status == 0, "\(tested)")
    }
}

extension ArchiveFixture {
    /// Adds a member: usually of a kind that Go's archives contain, and rarely of another.
    fileprivate func addingAnything(
        using random: inout some RandomNumberGenerator
    ) -> ArchiveFixture {
        let parts = ["a", "b", "Äfoo.go", "x y", "...", String(repeating: "n", count: 90)]
        var name = "go"
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            name += "/" + (parts.randomElement(using: &random) ?? "a")
        }
        let contents = String(repeating: "z", count: [0, 1, 511, 512, 3000].randomElement() ?? 0)
        switch Int.random(in: 0..<40, using: &random) {
        case 0: return file("./\(name)", contents)
        case 1: return file("go//\(name.dropFirst(3))", contents)
        case 2: return symbolicLink(name, to: "go/a")
        case 3: return hardLink(name, to: "go/a")
        case 4: return file("\(name)/../b", contents)
        case 5: return file("elsewhere/a", contents)
        case 6: return file(name, contents, pax: [("path", "go/from-pax"), ("mtime", "1.5")])
        case 7: return file("short", contents, pax: [("path", name)])
        case 8...14: return directory("\(name)/")
        case 15...17: return directory(name)
        case 18...22: return file(name, contents, mode: 0o755)
        default: return file(name, contents)
        }
    }
}
