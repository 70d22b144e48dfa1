internal import ToolchainCore
internal import ToolchainHost

/// A sequential reader of a section, which decompresses it if necessary.
///
/// Only a window of the contents is in memory, and skipped parts of an uncompressed section are not read.
/// The checksum of a compressed section is verified at its end.
final class SectionStream {
    /// Why a section cannot be read.
    enum Problem: Error, Hashable {
        /// The section is truncated or its compressed data is invalid.
        case malformed
        /// It is compressed with Zstandard (ELFCOMPRESS_ZSTD), as with `--compress-debug-sections=zstd`.
        case zstandard
        /// It is compressed with an unknown algorithm.
        case unknownCompression
        /// It exceeds the size limit.
        case tooLarge
    }

    /// The maximum uncompressed size of a compressed section in bytes, which limits the time.
    static let inflationLimit: UInt64 = 512 << 20

    /// The declared uncompressed size in bytes.
    let byteCount: UInt64
    let isCompressed: Bool
    /// The number of bytes that have been read or skipped.
    private(set) var position: UInt64 = 0

    private let file: BinaryFile
    private var fileOffset: UInt64
    private let fileEnd: UInt64
    private var inflater: FastestInflater?
    /// The compressed bytes; those before `inputStart` have been inflated.
    private var input: [UInt8] = []
    private var inputStart = 0
    /// The uncompressed bytes; those before `windowStart` have been read.
    private var window: [UInt8] = []
    private var windowStart = 0

    private static let inputSize = 256 << 10
    private static let outputSize = 64 << 10

    /// Creates a reader at the start of a section.
    ///
    /// - Throws: ``Problem`` if its contents are not in the file or cannot be decompressed.
    init(_ section: ELFFile.Section, of file: BinaryFile, _ elf: ELFFile) throws(Problem) {
        guard section.isInFile, file.contains(offset: section.offset, count: section.size) else {
            throw .malformed
        }
        self.file = file
        fileEnd = section.offset + section.size
        var headerSize: UInt64 = 0
        if section.name.hasPrefix(".zdebug_") {
            // The format before the standard: `ZLIB` and the size in big-endian order.
            headerSize = 12
            guard let header = file.bytes(at: section.offset, count: min(12, section.size)),
                header.starts(with: Array("ZLIB".utf8)),
                let size = ByteFields(bytes: header, isLittleEndian: false)
                    .unsigned(at: 4, byteCount: 8)
            else { throw .malformed }
            byteCount = size
        } else if section.isCompressed {
            headerSize = elf.identity.is64Bit ? 24 : 12
            guard let header = file.bytes(at: section.offset, count: min(headerSize, section.size))
            else { throw .malformed }
            let fields = ByteFields(bytes: header, isLittleEndian: elf.identity.isLittleEndian)
            let is64Bit = elf.identity.is64Bit
            guard let type = fields.unsigned(at: 0, byteCount: 4),
                let size = fields.unsigned(at: is64Bit ? 8 : 4, byteCount: is64Bit ? 8 : 4)
            else { throw .malformed }
            guard type == 1 else { throw type == 2 ? .zstandard : .unknownCompression }
            byteCount = size
        } else {
            byteCount = section.size
        }
        fileOffset = section.offset + headerSize
        isCompressed = headerSize > 0
        guard isCompressed else { return }
        guard byteCount <= Self.inflationLimit else { throw .tooLarge }
        do {
            inflater = try FastestInflater.starting(.zlib)
        } catch {
            throw .malformed
        }
    }

    /// Reads the next `count` bytes.
    func read(_ count: Int) throws(Problem) -> [UInt8] {
        guard count >= 0, UInt64(count) <= byteCount - position else { throw .malformed }
        guard isCompressed else {
            guard let bytes = file.bytes(at: fileOffset + position, count: UInt64(count)) else {
                throw .malformed
            }
            position += UInt64(count)
            return bytes
        }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            if windowStart == window.count { try refill() }
            let taken = min(count - result.count, window.count - windowStart)
            result += window[windowStart..<(windowStart + taken)]
            windowStart += taken
        }
        position += UInt64(count)
        return result
    }

    /// Skips the next `count` bytes.
    func skip(_ count: UInt64) throws(Problem) {
        guard count <= byteCount - position else { throw .malformed }
        position += count
        guard isCompressed else { return }
        var left = count
        while left > 0 {
            if windowStart == window.count { try refill() }
            let taken = min(left, UInt64(window.count - windowStart))
            windowStart += Int(taken)
            left -= taken
        }
    }

    /// Verifies, after everything was read, that the contents end as declared.
    func finish() throws(Problem) {
        guard position == byteCount else { throw .malformed }
        guard isCompressed, !isFinished else { return }
        // The checksum may not have been read yet.
        guard windowStart == window.count else { throw .malformed }
        while !isFinished {
            guard try inflateOnce() == 0 else { throw .malformed }
        }
    }

    private func refill() throws(Problem) {
        while !isFinished {
            if try inflateOnce() > 0 { return }
        }
        throw .malformed
    }

    private var isFinished: Bool { inflater?.isFinished ?? true }

    /// Inflates into an empty window.
    ///
    /// - Returns: The number of bytes in the window; none if more input is required, and at the end.
    private func inflateOnce() throws(Problem) -> Int {
        guard inflater != nil, !isFinished else { return 0 }
        if inputStart == input.count {
            let count = Int(min(UInt64(Self.inputSize), fileEnd - min(fileEnd, fileOffset)))
            input = file.prefix(at: fileOffset, count: count)
            inputStart = 0
            fileOffset += UInt64(input.count)
        }
        if window.count < Self.outputSize {
            window = [UInt8](repeating: 0, count: Self.outputSize)
        }
        windowStart = 0
        let step: InflationStep
        do {
            step = try unsafe input.withUnsafeBufferPointer { bytes throws(ArchiveError) in
                try unsafe window.withUnsafeMutableBufferPointer { room throws(ArchiveError) in
                    try unsafe inflater?.inflate(
                        UnsafeRawBufferPointer(
                            rebasing: UnsafeRawBufferPointer(bytes)[inputStart...]
                        ),
                        into: UnsafeMutableRawBufferPointer(room)
                    ) ?? .none
                }
            }
        } catch {
            throw .malformed
        }
        inputStart += step.consumed
        // A step without input may flush buffered output; a step without any progress is an error.
        guard step.consumed > 0 || step.produced > 0 || isFinished else { throw .malformed }
        window.removeLast(window.count - step.produced)
        return step.produced
    }
}
