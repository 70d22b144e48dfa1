/// A tar archive that a test builds itself, so that its defects are visible in the test.
public struct ArchiveFixture: Sendable {
    private var blocks: [UInt8] = []
    /// The bytes after the last member: by default, two empty blocks.
    private var end = [UInt8](repeating: 0, count: 1024)

    /// Creates an archive without members.
    public init() {}

    // MARK: Members

    /// Adds a regular file.
    public func file(
        _ name: String,
        _ contents: String = "",
        mode: Int = 0o644
    ) -> ArchiveFixture {
        file(name, bytes: Array(contents.utf8), mode: mode)
    }

    /// Adds a regular file.
    public func file(_ name: String, bytes: [UInt8], mode: Int = 0o644) -> ArchiveFixture {
        adding(header(name, type: "0", size: bytes.count, mode: mode) + padded(bytes))
    }

    /// Adds a directory.
    public func directory(_ name: String, mode: Int = 0o755) -> ArchiveFixture {
        adding(header(name, type: "5", size: 0, mode: mode))
    }

    /// Adds a symbolic link.
    public func symbolicLink(_ name: String, to target: String) -> ArchiveFixture {
        adding(header(name, type: "2", size: 0, mode: 0o777, link: target))
    }

    /// Adds a hard link.
    public func hardLink(_ name: String, to target: String) -> ArchiveFixture {
        adding(header(name, type: "1", size: 0, mode: 0o644, link: target))
    }

    /// Adds a member of any type: `3` and `4` are devices, `6` is a named pipe.
    public func special(_ name: String, type: Character) -> ArchiveFixture {
        adding(header(name, type: type, size: 0, mode: 0o644))
    }

    /// Adds a regular file whose name is given by its bytes.
    public func file(nameBytes: [UInt8]) -> ArchiveFixture {
        adding(header(nameBytes: nameBytes, type: "0", size: 0, mode: 0o644))
    }

    /// Adds a regular file whose header declares a different size.
    public func file(_ name: String, _ contents: String, declaring size: Int) -> ArchiveFixture {
        adding(header(name, type: "0", size: size, mode: 0o644) + padded(Array(contents.utf8)))
    }

    /// Adds a regular file with a pax header that contains these records.
    public func file(
        _ name: String,
        _ contents: String = "",
        pax records: [(String, String)]
    ) -> ArchiveFixture {
        var body: [UInt8] = []
        for (key, value) in records {
            // A record begins with its own length: "11 path=ab\n".
            let rest = " \(key)=\(value)\n".utf8.count
            var length = rest + 1
            while length != rest + String(length).utf8.count {
                length = rest + String(length).utf8.count
            }
            body += Array("\(length) \(key)=\(value)\n".utf8)
        }
        return adding(header("pax", type: "x", size: body.count, mode: 0o644) + padded(body))
            .file(name, contents)
    }

    // MARK: Damage

    /// Returns the archive with the byte at `offset` inverted.
    public func damaged(at offset: Int) -> ArchiveFixture {
        var copy = self
        copy.blocks[offset] ^= 0xFF
        return copy
    }

    /// Returns the archive with these bytes instead of its end-of-archive marker.
    public func ending(with bytes: [UInt8]) -> ArchiveFixture {
        var copy = self
        copy.end = bytes
        return copy
    }

    // MARK: Bytes

    /// The uncompressed archive.
    public var tar: [UInt8] { blocks + end }

    /// The archive in gzip format.
    public var gzipped: [UInt8] { Gzip.member(tar) }

    private func adding(_ bytes: [UInt8]) -> ArchiveFixture {
        var copy = self
        copy.blocks += bytes
        return copy
    }

    private func header(
        _ name: String,
        type: Character,
        size: Int,
        mode: Int,
        link: String = ""
    ) -> [UInt8] {
        if name.utf8.count > 100 {
            return ArchiveFixture().file("short", pax: [("path", name)]).blocks.dropLast(512)
                + header("short", type: type, size: size, mode: mode, link: link)
        }
        return header(
            nameBytes: Array(name.utf8),
            type: type,
            size: size,
            mode: mode,
            link: link
        )
    }

    private func header(
        nameBytes: [UInt8],
        type: Character,
        size: Int,
        mode: Int,
        link: String = ""
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: [UInt8], at offset: Int) {
            block.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
        func octal(_ value: Int, digits: Int) -> [UInt8] {
            let text = String(value, radix: 8)
            return Array((String(repeating: "0", count: digits - text.count) + text).utf8)
        }
        put(nameBytes, at: 0)
        put(octal(mode, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(1_700_000_000, digits: 11), at: 136)
        put(Array("        ".utf8), at: 148)
        put([type.asciiValue ?? 0], at: 156)
        put(Array(link.utf8), at: 157)
        put(Array("ustar\u{0}00".utf8), at: 257)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + [0, 32], at: 148)
        return block
    }

    private func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }
}

extension ArchiveFixture {
    /// Returns the smallest valid Go archive.
    ///
    /// - Parameters:
    ///   - version: The version in `VERSION`.
    ///   - program: The contents of `bin/go`.
    /// - Returns: The archive.
    public static func go(_ version: String, program: [UInt8]) -> ArchiveFixture {
        ArchiveFixture()
            .directory("go/").file("go/VERSION", "go\(version)\ntime 2026-01-01T00:00:00Z\n")
            .directory("go/bin/").file("go/bin/go", bytes: program, mode: 0o755)
            .file("go/go.env", "GOTOOLCHAIN=auto\n")
    }
}

/// A minimal gzip encoder (RFC 1952) that only writes stored blocks.
public enum Gzip {
    /// Returns one gzip member with these contents.
    public static func member(_ contents: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = contents[...]
        repeat {
            let piece = rest.prefix(0xFFFF)
            rest = rest.dropFirst(piece.count)
            output.append(rest.isEmpty ? 1 : 0)
            output += littleEndian(UInt16(piece.count)) + littleEndian(~UInt16(piece.count))
            output += piece
        } while !rest.isEmpty
        return output + littleEndian(checksum(contents)) + littleEndian(UInt32(contents.count))
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// Returns the CRC-32 of gzip.
    public static func checksum(_ bytes: [UInt8]) -> UInt32 {
        let table = (0..<256).map { index -> UInt32 in
            (0..<8).reduce(UInt32(index)) { crc, _ in
                crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
            }
        }
        return ~bytes.reduce(~0) { crc, byte in
            crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)]
        }
    }
}

extension ArchiveFixture {
    /// Returns a small Go archive whose `bin/go` runs on this host and succeeds.
    ///
    /// - Parameter version: The version in `VERSION`.
    /// - Returns: The archive.
    /// - Throws: ``SupportError`` if this host's program cannot be read.
    public static func hostGo(_ version: String = "1.99.1") throws -> ArchiveFixture {
        .go(version, program: try hostProgram())
    }
}
