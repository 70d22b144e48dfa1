internal import ToolchainCore

/// A reader for small zip archives in memory (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4).
///
/// The central directory names the members. Each is inflated as a gzip member, whose trailer has the same
/// CRC-32 and length, so both are verified. Encryption, zip64 and other methods than stored and deflated are
/// errors, and so are members that overlap or have another name in their local header, and a directory that
/// does not end where the archive's end record begins. libarchive reads zip, too, but would add four more libraries to the static executable.
package struct ZipReader {
    /// The limits for the contents of an archive.
    package struct Limits: Sendable {
        /// The maximum number of members.
        package var memberCount = 60_000
        /// The maximum size of one member in bytes.
        package var memberByteCount = 4 << 20
        /// The maximum size of all members in bytes.
        package var byteCount = 256 << 20

        /// Creates the limits for a database of JSON documents.
        package init() {}
    }

    /// A member as the central directory describes it.
    private struct Member {
        let name: String
        let isDeflated: Bool
        let checksum: ArraySlice<UInt8>
        /// The offsets of its local header and of its packed contents.
        let header: Int
        let packed: Range<Int>
        let byteCount: Int
    }

    private let bytes: [UInt8]
    private let limits: Limits

    /// Calls `body` with the name and the contents of each file whose name `isWanted`.
    ///
    /// - Parameters:
    ///   - bytes: The archive.
    ///   - limits: The limits for its contents.
    ///   - isWanted: Whether the contents of a file are read.
    ///   - body: Receives the files in the order of the central directory.
    /// - Throws: ``ArchiveError`` if the archive is damaged or exceeds a limit; what `body` throws.
    package static func forEachFile(
        in bytes: [UInt8],
        limits: Limits = Limits(),
        where isWanted: (String) -> Bool,
        _ body: (_ name: String, _ contents: [UInt8]) throws -> Void
    ) throws {
        let reader = ZipReader(bytes: bytes, limits: limits)
        var rest = limits.byteCount
        for member in try reader.members() where isWanted(member.name) {
            guard member.byteCount <= min(limits.memberByteCount, rest) else {
                throw ArchiveError.tooLarge(limit: "\(min(limits.memberByteCount, rest)) bytes")
            }
            rest -= member.byteCount
            try body(member.name, reader.contents(of: member))
        }
    }

    // MARK: The central directory

    private static let endSignature = Array("PK\u{5}\u{6}".utf8)
    private static let memberSignature = Array("PK\u{1}\u{2}".utf8)
    private static let localSignature = Array("PK\u{3}\u{4}".utf8)

    private func members() throws(ArchiveError) -> [Member] {
        let end = try endOfDirectory()
        let count = number(at: end + 10, width: 2)
        let start = number(at: end + 16, width: 4)
        guard count <= limits.memberCount else {
            throw .tooLarge(limit: "\(limits.memberCount) members")
        }
        var offset = start
        var members: [Member] = []
        for _ in 0..<count {
            guard offset + 46 <= end, has(Self.memberSignature, at: offset) else {
                throw Self.malformed("the directory is damaged")
            }
            let nameEnd = offset + 46 + number(at: offset + 28, width: 2)
            let next =
                nameEnd + number(at: offset + 30, width: 2) + number(at: offset + 32, width: 2)
            guard next <= end,
                let name = String(validating: bytes[(offset + 46)..<nameEnd], as: UTF8.self)
            else { throw Self.malformed("the directory is damaged") }
            members.append(
                try member(
                    at: offset,
                    name: name,
                    packedAt: packedOffset(at: offset, name: (offset + 46)..<nameEnd)
                )
            )
            offset = next
        }
        guard offset == end else { throw Self.malformed("the directory is damaged") }
        var rest = start
        for member in members.sorted(by: { $0.header > $1.header }) {
            guard member.packed.upperBound <= rest else {
                throw Self.malformed("\(member.name) overlaps what follows it")
            }
            rest = member.header
        }
        return members.filter { !$0.name.hasSuffix("/") }
    }

    /// Returns the member that an entry of the directory describes.
    private func member(
        at entry: Int,
        name: String,
        packedAt start: Int
    ) throws(ArchiveError) -> Member {
        guard number(at: entry + 8, width: 2) & 1 == 0 else {
            throw Self.malformed("\(name) is encrypted")
        }
        let method = number(at: entry + 10, width: 2)
        guard method == 0 || method == 8 else {
            throw Self.malformed("\(name) is compressed with method \(method)")
        }
        let member = Member(
            name: name,
            isDeflated: method == 8,
            checksum: bytes[(entry + 16)..<(entry + 20)],
            header: number(at: entry + 42, width: 4),
            packed: start..<(start + number(at: entry + 20, width: 4)),
            byteCount: number(at: entry + 24, width: 4)
        )
        guard !name.hasSuffix("/") || member.byteCount == 0 else {
            throw Self.malformed("\(name) is a directory with contents")
        }
        return member
    }

    /// Returns the offset of a member's packed contents: after its local header, which has the name, too.
    private func packedOffset(
        at entry: Int,
        name: Range<Int>
    ) throws(ArchiveError) -> Int {
        let header = number(at: entry + 42, width: 4)
        guard header + 30 + name.count <= bytes.count, has(Self.localSignature, at: header),
            number(at: header + 26, width: 2) == name.count,
            bytes[(header + 30)..<(header + 30 + name.count)].elementsEqual(bytes[name])
        else { throw Self.malformed("a member is not where the directory says") }
        return header + 30 + name.count + number(at: header + 28, width: 2)
    }

    /// Returns the offset of the end-of-directory record, which a comment may follow.
    private func endOfDirectory() throws(ArchiveError) -> Int {
        let last = bytes.count - 22
        for offset in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
        where has(Self.endSignature, at: offset)
            && offset + 22 + number(at: offset + 20, width: 2) == bytes.count
        {
            return offset
        }
        throw Self.malformed("it has no directory")
    }

    // MARK: A member

    private func contents(of member: Member) throws(ArchiveError) -> [UInt8] {
        let packed = bytes[member.packed]
        // RFC 1952: a header without options, the data, the CRC-32 and the length.
        var gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        gzip += member.isDeflated ? Array(packed) : Self.stored(packed)
        gzip += member.checksum
        gzip += (0..<4).map { UInt8(truncatingIfNeeded: member.byteCount >> (8 * $0)) }
        return try Self.inflated(gzip, byteCount: member.byteCount, of: member.name)
    }

    /// Returns stored bytes as DEFLATE blocks without compression (RFC 1951, section 3.2.4).
    private static func stored(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var blocks: [UInt8] = []
        var rest = bytes
        repeat {
            let block = rest.prefix(0xFFFF)
            rest = rest.dropFirst(0xFFFF)
            let count = UInt16(block.count)
            blocks.append(rest.isEmpty ? 1 : 0)
            for value in [count, ~count] {
                blocks += [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
            }
            blocks += block
        } while !rest.isEmpty
        return blocks
    }

    private static func inflated(
        _ gzip: [UInt8],
        byteCount: Int,
        of name: String
    ) throws(ArchiveError) -> [UInt8] {
        var inflater = try FastestInflater.starting(.gzip)
        // One byte more than expected, so that a longer member is noticed.
        let input = Slab(byteCount: gzip.count)
        unsafe input.bytes.copyBytes(from: gzip)
        let output = Slab(byteCount: byteCount + 1)
        var (consumed, produced) = (0, 0)
        while !inflater.isFinished {
            let step = try unsafe inflater.inflate(
                UnsafeRawBufferPointer(rebasing: input.bytes[consumed..<gzip.count]),
                into: UnsafeMutableRawBufferPointer(rebasing: output.bytes[produced...])
            )
            consumed += step.consumed
            produced += step.produced
            guard produced <= byteCount, step.consumed + step.produced > 0 else {
                throw malformed("\(name) does not have its length")
            }
        }
        guard consumed == gzip.count, produced == byteCount else {
            throw malformed("\(name) does not have its length")
        }
        output.count = produced
        return unsafe Array(output.filled)
    }

    // MARK: Bytes

    private static func malformed(_ reason: String) -> ArchiveError {
        .malformed("zip: \(reason.withVisibleControls)")
    }

    private func has(_ signature: [UInt8], at offset: Int) -> Bool {
        offset >= 0 && offset + signature.count <= bytes.count
            && bytes[offset..<(offset + signature.count)].elementsEqual(signature)
    }

    /// Returns a little-endian number within the bytes.
    private func number(at offset: Int, width: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
}
