import TestSupport
import Testing
import ToolchainCore

@testable import ToolchainHost

@Suite(.unitLimit)
struct TreeDigesterTests {
    private static let quiet = ProgressMonitor(report: { _, _, _ in }, signal: { 0 })

    @Test func `every file is hashed, and what is not a file is named`() async throws {
        let directory = try TemporaryDirectory()
        for index in 0..<100 { try directory.write("a/b\(index % 3)/f\(index)", "\(index)") }
        try directory.write("empty", "")
        try directory.write("left/out", "x")
        try directory.write("a/left/in", "x")
        #expect(
            try await run("sh", ["-ec", "ln -s empty link; mkfifo pipe"], in: directory.path)
                .status == 0
        )
        let contents = try TreeDigester(
            root: directory.path,
            omittingDirectories: ["left"],
            files: ["mark"],
            monitor: Self.quiet
        ).contents()
        #expect(contents.files.count == 102)
        for file in contents.files {
            let path = file.path
            let text = try #require(path.split(separator: "/").last)
            let expected = path == "empty" ? "" : path == "a/left/in" ? "x" : text.dropFirst()
            #expect(try SHA256Digest(of: Array(expected.utf8)) == file.digest, "\(path)")
            #expect(expected.utf8.count == file.byteCount, "\(path)")
        }
        #expect(contents.directories.sorted() == ["a", "a/b0", "a/b1", "a/b2", "a/left"])
        #expect(contents.others.sorted() == ["link", "pipe"])
        #expect(contents.unreadable.isEmpty)
    }

    @Test func `a root that is a link is followed, and one that is missing is an error`()
        async throws
    {
        let directory = try TemporaryDirectory()
        try directory.write("tree/f", "x")
        #expect(try await run("ln", ["-s", "tree", "link"], in: directory.path).status == 0)
        let linked = TreeDigester(
            root: "\(directory.path)/link",
            omittingDirectories: [],
            files: [],
            monitor: Self.quiet
        )
        #expect(try linked.contents().files.map(\.path) == ["f"])
        let missing = TreeDigester(
            root: "\(directory.path)/missing",
            omittingDirectories: [],
            files: [],
            monitor: Self.quiet
        )
        #expect(throws: FileError.self) { try missing.contents() }
    }

    @Test func `a signal cancels the work`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("f", "x")
        let digester = TreeDigester(
            root: directory.path,
            omittingDirectories: [],
            files: [],
            monitor: ProgressMonitor(report: { _, _, _ in }, signal: { 15 })
        )
        #expect(throws: ProgressMonitor.Interrupted(signal: 15)) { try digester.contents() }
    }
}
