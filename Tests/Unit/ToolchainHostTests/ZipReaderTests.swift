import TestSupport
import Testing

@testable import ToolchainHost

/// Zip archives as Python writes them, and damaged ones.
@Suite(.unitLimit)
struct ZipReaderTests {
    /// The files of an archive, in order.
    private struct Files: Equatable {
        var names: [String] = []
        var contents: [[UInt8]] = []
    }

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Returns the archive that a script writes with `add(name, bytes)` to `archive`.
    private func archive(_ script: String) async throws -> [UInt8] {
        let path = "\(directory.path)/x.zip"
        let start = """
            import sys, zipfile
            DEFLATED, STORED = zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED
            with zipfile.ZipFile(sys.argv[1], "w") as archive:
                def add(name, data, method=DEFLATED):
                    archive.writestr(name, data, method)
                def main():
            """
        let body = script.split(separator: "\n").map { "        \($0)\n" }.joined()
        let result = try await run(
            "/usr/bin/python3",
            ["-c", "\(start)\n\(body)    main()\n", path]
        )
        guard result.status == 0 else { throw SupportError("\(result)") }
        return try bytes(of: path)
    }

    /// A small archive with every feature.
    private func small() async throws -> [UInt8] {
        try await archive(
            """
            archive.mkdir("d")
            add("d/stored", b"abc" * 9, STORED)
            add("d/packed.json", b"abcabcabc" * 20)
            add("empty", b"")
            archive.comment = b"a comment"
            """
        )
    }

    private func read(
        _ archive: [UInt8],
        limits: ZipReader.Limits = ZipReader.Limits()
    ) throws -> Files {
        var files = Files()
        func isWanted(_: String) -> Bool { true }
        try ZipReader.forEachFile(in: archive, limits: limits, where: isWanted) {
            files.names.append($0)
            files.contents.append($1)
        }
        return files
    }

    private func refusal(
        _ archive: [UInt8],
        limits: ZipReader.Limits = ZipReader.Limits()
    ) -> String {
        do {
            return "accepted: \(try read(archive, limits: limits).names)"
        } catch {
            return "\(error)"
        }
    }

    /// Returns the offset of the last occurrence of a signature.
    private func last(_ signature: String, in archive: [UInt8]) throws -> Int {
        let wanted = Array(signature.utf8)
        return try #require(
            (0...(archive.count - 4)).last { archive[$0..<($0 + 4)].elementsEqual(wanted) }
        )
    }

    // MARK: Valid archives

    @Test func `files are read in order, whatever their method and names`() async throws {
        let archive = try await archive(
            """
            archive.mkdir("d")
            add("d/stored", b"abc", STORED)
            add("d/large", bytes(range(256)) * 1000, STORED)
            add("deflated", b"x" * 300000)
            add("é/日本.json", b"{}")
            add("empty", b"")
            archive.comment = b"PK\\x05\\x06 is not the end of the archive, this is"
            """
        )
        let files = try read(archive)
        #expect(files.names == ["d/stored", "d/large", "deflated", "é/日本.json", "empty"])
        let large = [[UInt8]](repeating: Array(0...255), count: 1000).flatMap(\.self)
        #expect(files.contents.map(\.count) == [3, 256_000, 300_000, 2, 0])
        #expect(files.contents.first == Array("abc".utf8))
        #expect(files.contents.dropFirst().first == large)
    }

    @Test func `only wanted files are unpacked`() async throws {
        var archive = try await small()
        // The contents of the stored file; it is not wanted, so its checksum does not matter.
        let start = try #require(
            archive.indices.first { archive[$0...].starts(with: "abcabc".utf8) }
        )
        archive[start] ^= 1
        var names: [String] = []
        func isWanted(_ name: String) -> Bool { name != "d/stored" }
        try ZipReader.forEachFile(in: archive, where: isWanted) { name, _ in
            names.append(name)
        }
        #expect(names == ["d/packed.json", "empty"])
        #expect(throws: (any Error).self) { try read(archive) }
    }

    @Test func `an archive without members has no files`() async throws {
        #expect(try read(try await archive("pass")) == Files())
    }

    // MARK: Damage

    @Test func `a truncated archive is refused`() async throws {
        let archive = try await small()
        for count in archive.indices {
            #expect(throws: (any Error).self, "\(count)") { try read(Array(archive[..<count])) }
        }
    }

    @Test func `a changed byte is detected or does not matter`() async throws {
        let archive = try await small()
        let files = try read(archive)
        for index in archive.indices {
            for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
                var changed = archive
                changed[index] ^= change
                guard let found = try? read(changed) else { continue }
                #expect(found == files, "byte \(index) ^ \(change)")
            }
        }
    }

    /// A field of the directory's last entry: its offset, its new bytes, and the reason of the refusal.
    @Test(
        arguments: [
            (8, [1], "is encrypted"), (10, [12], "compressed with method 12"),
            (16, [9, 9, 9, 9], ""), (24, [19], ""), (24, [21], ""), (20, [0, 0, 1], "overlaps"),
            (42, [0], "is not where the directory says"),
            (42, [0xFF, 0xFF, 0xFF, 0xFF], "is not where the directory says"),
            (30, [1], "the directory is damaged"), (46, [0xFF], "the directory is damaged"),
        ] as [(Int, [UInt8], String)]
    )
    func `a wrong entry of the directory is refused`(
        offset: Int,
        value: [UInt8],
        reason: String
    ) async throws {
        var archive = try await archive(#"add("a", b"abcd"); add("b", b"01234567890123456789")"#)
        let entry = try last("PK\u{1}\u{2}", in: archive)
        archive.replaceSubrange((entry + offset)..<(entry + offset + value.count), with: value)
        let refusal = refusal(archive)
        #expect(!refusal.hasPrefix("accepted") && refusal.contains(reason), "\(refusal)")
    }

    @Test func `a count that hides members is refused`() async throws {
        var archive = try await small()
        let end = try last("PK\u{5}\u{6}", in: archive)
        archive[end + 10] -= 1
        #expect(refusal(archive).contains("the directory is damaged"))
    }

    // MARK: Limits

    @Test func `limits apply to members and to all of them`() async throws {
        let archive = try await archive(
            #"for n in range(9): add(f"{n}", b"x" * 1000)"#
        )
        var limits = ZipReader.Limits()
        (limits.memberCount, limits.memberByteCount, limits.byteCount) = (9, 1000, 9000)
        #expect(try read(archive, limits: limits).names.count == 9)
        limits.memberCount = 8
        #expect(refusal(archive, limits: limits).contains("8 members"))
        limits.memberCount = 9
        limits.memberByteCount = 999
        #expect(refusal(archive, limits: limits).contains("999 bytes"))
        limits.memberByteCount = 1000
        limits.byteCount = 8999
        #expect(refusal(archive, limits: limits).contains("999 bytes"))
    }

    @Test func `members that share their contents are refused`() async throws {
        // The directory names one member a thousand times.
        let single = try await archive(#"add("bomb", bytes(4000000))"#)
        let entry = try last("PK\u{1}\u{2}", in: single)
        let end = try last("PK\u{5}\u{6}", in: single)
        var bomb = Array(single[..<entry])
        for _ in 0..<1000 { bomb += single[entry..<end] }
        var tail = Array(single[end...])
        let (count, size) = (1000, 1000 * (end - entry))
        for offset in [8, 10] {
            (tail[offset], tail[offset + 1]) = (UInt8(count & 0xFF), UInt8(count >> 8))
        }
        for byte in 0..<4 { tail[12 + byte] = UInt8(truncatingIfNeeded: size >> (8 * byte)) }
        #expect(refusal(bomb + tail).contains("bomb overlaps"))
    }
}
