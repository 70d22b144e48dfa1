internal import CZlib

/// Writes a zip archive (PKWARE APPNOTE 6.3.10) without times and modes, in one pass.
///
/// The same files in the same order give the same bytes. Members are deflated; a descriptor after each has its length
/// and CRC-32. The central directory is sorted by the bytes of the names. Neither zip64 nor encryption is written, so
/// the archive is smaller than 4 GiB and has at most 65,535 members.
///
/// libarchive would write zip, too, but requires four more libraries in the static executable, writes each member with
/// a time zone, and keeps the order of the members.
@safe
final class ZipWriter {
    private let file: OwnedDescriptor
    private var deflater: Deflater
    private let buffer = Slab(byteCount: 256 * 1024)
    private var offset = 0
    private var members: [Member] = []
    private var current: Member?

    private struct Member {
        let name: [UInt8]
        let offset: Int
        var checksum: UInt32 = 0
        var packedByteCount = 0
        var byteCount = 0
    }

    private static let mostMembers = 0xFFFF
    private static let mostBytes = 0xFFFF_FFFF
    /// 1980-01-01, the earliest date.
    private static let date = 1 << 5 | 1
    /// A descriptor follows the data; the name is UTF-8.
    private static let flags = 1 << 3 | 1 << 11
    /// The version that introduced DEFLATE.
    private static let version = 20

    /// Creates a writer for an empty file.
    init(_ file: consuming OwnedDescriptor) throws(ArchiveError) {
        self.file = file
        deflater = try Deflater.starting()
    }

    /// Begins a file.
    func beginFile(_ name: String) throws {
        guard members.count < Self.mostMembers, name.utf8.count <= 0xFFFF else {
            throw ArchiveError.tooLarge(limit: "\(Self.mostMembers) members")
        }
        let member = Member(name: Array(name.utf8), offset: offset)
        try write(
            Self.bytes("PK\u{3}\u{4}", fields(of: member) + [(0, 2)]) + member.name
        )
        current = member
    }

    /// Appends bytes to the current file.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard var member = current, bytes.count > 0 else { return }
        member.checksum = unsafe UInt32(
            truncatingIfNeeded: crc32(
                uLong(member.checksum),
                bytes.baseAddress?.assumingMemoryBound(to: Bytef.self),
                uInt(bytes.count)
            )
        )
        member.byteCount += bytes.count
        try unsafe deflate(bytes, isLast: false, of: &member)
        current = member
    }

    /// Ends the current file.
    func endFile() throws {
        guard var member = current else { return }
        try unsafe deflate(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, of: &member)
        try write(Self.bytes("PK\u{7}\u{8}", Self.lengths(of: member)))
        members.append(member)
        current = nil
    }

    /// Writes the central directory.
    ///
    /// - Parameter durably: Whether the file is flushed to disk.
    /// - Throws: ``ArchiveError`` or ``FileError``; the file is then not complete.
    func finish(durably: Bool) throws {
        let start = offset
        members.sort { $0.name.lexicographicallyPrecedes($1.name) }
        var directory: [UInt8] = []
        for member in members {
            // No comment, on the first disk, without attributes.
            directory += Self.bytes(
                "PK\u{1}\u{2}",
                [(Self.version, 2)] + fields(of: member) + [(0, 2), (0, 2), (0, 2), (0, 2), (0, 4)]
                    + [(member.offset, 4)]
            )
            directory += member.name
            if directory.count > 1 << 20 {
                try write(directory)
                directory.removeAll(keepingCapacity: true)
            }
        }
        try write(directory)
        let end: [(Int, Int)] = [
            (0, 2), (0, 2), (members.count, 2), (members.count, 2), (offset - start, 4), (start, 4),
            (0, 2),
        ]
        try write(Self.bytes("PK\u{5}\u{6}", end))
        if durably { try file.synchronize() }
        try file.duplicated().close()
    }

    /// The fields that the local header and the directory have in common, up to the length of the name.
    private func fields(of member: Member) -> [(Int, Int)] {
        [(Self.version, 2), (Self.flags, 2), (8, 2), (0, 2), (Self.date, 2)]
            + Self.lengths(of: member) + [(member.name.count, 2)]
    }

    private static func lengths(of member: Member) -> [(Int, Int)] {
        [(Int(member.checksum), 4), (member.packedByteCount, 4), (member.byteCount, 4)]
    }

    private func deflate(
        _ bytes: UnsafeRawBufferPointer,
        isLast: Bool,
        of member: inout Member
    ) throws {
        var packed = 0
        try unsafe deflater.deflate(bytes, isLast: isLast, into: buffer) { count in
            buffer.count = count
            packed += count
            try unsafe write(buffer.filled)
        }
        member.packedByteCount += packed
    }

    private func write(_ bytes: [UInt8]) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard offset + bytes.count <= Self.mostBytes else {
            throw ArchiveError.tooLarge(limit: "4 GiB")
        }
        try unsafe file.write(bytes)
        offset += bytes.count
    }

    /// Returns a signature and little-endian numbers of certain widths.
    private static func bytes(_ signature: String, _ fields: [(value: Int, width: Int)]) -> [UInt8]
    {
        var bytes = Array(signature.utf8)
        for field in fields {
            for index in 0..<field.width {
                bytes.append(UInt8(truncatingIfNeeded: field.value >> (8 * index)))
            }
        }
        return bytes
    }
}
