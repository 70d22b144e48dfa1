import SystemPackage
import TestSupport
import Testing

@testable import ToolchainCore
@testable import ToolchainHost

@Suite(.unitLimit)
struct HostTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The examples of FIPS 180-4 and the million a's of an older edition.
    @Test(arguments: [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            [UInt8](repeating: 0x61, count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func `digests match the examples of the standard`(bytes: [UInt8], expected: String) throws {
        #expect(try SHA256Digest(of: bytes).description == expected)
    }

    @Test func `a hasher restarts after each digest`() throws {
        var hasher = try SHA256Hasher.starting()
        for _ in 0..<2 {
            try unsafe Array("abc".utf8).withUnsafeBytes { try unsafe hasher.update($0) }
            #expect(try hasher.finish() == SHA256Digest(of: Array("abc".utf8)))
        }
    }

    @Test func `a queue preserves the order and ends when it is finished`() {
        let queue = BoundedQueue<Int>(capacity: 3)
        for number in 0..<3 { #expect(queue.push(number)) }
        queue.finish()
        #expect(
            [queue.pop(), queue.pop(), queue.pop(), queue.pop(), queue.pop()] == [
                0, 1, 2, nil, nil,
            ]
        )
    }

    @Test func `a cancelled queue wakes all threads`() {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.push(1))
        queue.cancel()
        #expect(!queue.push(2))
        #expect(queue.pop() == nil)
    }

    // MARK: Files

    @Test func `contents are read completely, partially or not at all`() throws {
        let contents = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let path = try directory.write("file", contents)
        #expect(try FileSystem.contents(of: path) == contents)
        #expect(try FileSystem.contents(of: path, limit: 10) == Array(contents.prefix(10)))
        #expect(
            try FileSystem.contents(of: path, from: 99_990, limit: 64)
                == Array(contents.dropFirst(99_990))
        )
        #expect(try FileSystem.contents(of: path, from: 200_000, limit: 64) == [])
        #expect(try FileSystem.contents(of: "\(path)/below") == nil)
        #expect(try FileSystem.contents(of: "\(directory.path)/missing") == nil)
        // A file in /proc has size 0.
        #expect(try #require(try FileSystem.contents(of: "/proc/self/status")).count > 100)
        #expect(throws: FileError.self) { try FileSystem.contents(of: directory.path) }
    }

    @Test func `files and links are replaced atomically`() throws {
        let target = try directory.write("target", "untouched")
        var made: [String] = []
        try FileSystem.makeDirectories("\(directory.path)/a/b", adding: &made)
        #expect(made == ["\(directory.path)/a", "\(directory.path)/a/b"])
        try FileSystem.makeDirectories("\(directory.path)/a/b", adding: &made)
        #expect(made.count == 2, "only what was not there")
        let path = "\(directory.path)/a/b/file"
        try FileSystem.replaceFile(at: path, with: [1], mode: 0o755)
        try FileSystem.replaceFile(at: path, with: [2], mode: 0o755)
        #expect(try FileSystem.contents(of: path) == [2])
        #expect(FileSystem.isExecutable(path))
        #expect(try FileSystem.names(in: "\(directory.path)/a/b") == ["file"])
        #expect(try FileSystem.contents(of: target) == Array("untouched".utf8))
        #expect(throws: FileError.self) { try FileSystem.makeDirectories("\(target)/below") }
    }

    @Test func `trees with read-only directories are deleted, and links are not followed`()
        async throws
    {
        try directory.write("outside/kept", "x")
        try directory.write("tree/a/b/c", "x")
        let path = directory.path
        #expect(try await run("ln", ["-s", "\(path)/outside", "\(path)/tree/link"]).status == 0)
        #expect(
            try await run("chmod", ["0555", "\(path)/tree/a/b", "\(path)/tree/a"]).status == 0
        )
        try FileSystem.remove("\(path)/tree")
        #expect(try FileSystem.kind(of: "\(path)/tree") == nil)
        #expect(try FileSystem.kind(of: "\(path)/outside/kept") == .file)
        try FileSystem.remove("\(path)/tree")
    }

    @Test func `a staged directory becomes visible completely or not at all`() throws {
        let top = try DirectoryHandle.opening(directory.path)
        let staging = try top.makingDirectory("staging")
        func stage(_ commit: Bool) throws -> String {
            let staged = try StagedDirectory.make(named: "go1.99.1", in: staging)
            try staged.writeFile("sub/file", [1])
            let path = staged.path
            if commit { try staged.commit(to: .init(top, "done"), durably: true) }
            return path
        }
        #expect(try FileSystem.kind(of: stage(false)) == nil)
        #expect(try FileSystem.kind(of: stage(true)) == nil)
        #expect(try FileSystem.contents(of: "\(directory.path)/done/sub/file") == [1])
        #expect(throws: FileError.self, "nothing is overwritten") { _ = try stage(true) }
        #expect(try staging.names() == [])
    }

    @Test func `a lock excludes others until it is released`() throws {
        let path = "\(directory.path)/lock"
        func isFree(discarding: Bool) throws -> Bool {
            guard let lock = try InstallLock.ifFree(path) else { return false }
            if discarding { lock.discardIfNew() }
            return true
        }
        do {
            let held = try InstallLock.ifFree(path)
            #expect(try !isFree(discarding: false))
            if let held { held.discardIfNew() }
        }
        #expect(try FileSystem.kind(of: path) == nil)
        #expect(try isFree(discarding: false))
        #expect(try isFree(discarding: true))
        #expect(try FileSystem.kind(of: path) == .file, "what was there before stays")
    }

    @Test func `relative paths are resolved against their base`() {
        let environment = HostEnvironment(
            variables: ["HOME": "/home/dev", "EMPTY": ""],
            currentDirectory: "/work",
            umask: 0
        )
        #expect(environment.absolutePath("~/sdk") == "/home/dev/sdk")
        #expect(environment.absolutePath("a/../b") == "/work/b")
        #expect(environment.absolutePath("b", base: "/etc") == "/etc/b")
        #expect(environment.absolutePath("/x//y/.") == "/x/y")
        #expect(environment["EMPTY"] == nil)
        let lost = HostEnvironment(
            variables: ["HOME": "relative"],
            currentDirectory: nil,
            umask: 0
        )
        #expect(lost.home == nil)
        #expect(lost.absolutePath("~/sdk") == nil)
        #expect(lost.absolutePath("b") == nil)
    }
}
