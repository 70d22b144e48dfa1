import TestSupport
import Testing
import ToolchainCore

@testable import ToolchainHost

@Suite(.unitLimit)
struct FileHasherTests {
    private struct Cancelled: Error {}

    @Test func `an interrupted file leaves nothing in the next digest`() throws {
        let directory = try TemporaryDirectory()
        let first = try directory.write("first", "abc")
        let second = try directory.write("second", "de")
        var hasher = try FileHasher()
        do {
            let file = try OwnedDescriptor.reading(first)
            _ = try hasher.digest(of: file, byteCount: 3) { throw Cancelled() }
            Issue.record("the error was not passed on")
        } catch is Cancelled {}
        let digest = try hasher.digest(of: OwnedDescriptor.reading(second), byteCount: 5)
        #expect(try digest == SHA256Digest(of: Array("de".utf8)))
    }

    @Test func `no more than the given bytes are read`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("file", "abc")
        var hasher = try FileHasher()
        let digest = try hasher.digest(of: OwnedDescriptor.reading(path), byteCount: 0)
        #expect(try digest == SHA256Digest(of: []))
    }
}
