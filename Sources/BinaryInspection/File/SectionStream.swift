internal import ToolchainCore
internal import ToolchainHost

/// The contents of a section from its start to its end, inflated where they are compressed.
///
/// Only a window is in memory at a time, and what is skipped of an uncompressed section is not even
/// read. A compressed section's checksum is looked at when its end is reached.
final class SectionStream {
    /// Why there is nothing more to read.
    enum Problem: Error, Hashable {
        /// The section ends too early or its compression is broken.
        case malformed
        /// It is compressed with Zstandard (ELFCOMPRESS_ZSTD), as by `--compress-debug-sections=zstd`.
        case zstandard
        /// It is compressed in a way that is not known here.
        case unknownCompression
        /// It is larger than what is looked at.
        case tooLarge
    }

    /// No more than this is inflated of a section: what it holds is not worth waiting longer for.
    static let inflationLimit: UInt64 = 512 << 20

    /// How many bytes the contents have, as the file says.
    let byteCount: UInt64
    /// Whether the section is compressed.
    let isCompressed: Bool
    /// How many bytes have been read or skipped.
    private(set) var position: UInt64 = 0

    private let file: BinaryFile
    private var fileOffset: UInt64
    private let fileEnd: UInt64
    private var inflater: FastestInflater?
    /// What was read and not yet inflated: `input[inputStart...]`.
    private var input: [UInt8] = []
    private var inputStart = 0
    /// What was inflated and not yet read: `window[windowStart...]`.
    private var window: [UInt8] = []
    private var windowStart = 0

    private static let inputSize = 256 << 10
    private static let outputSize = 64 << 10

    /// Starts at the section's first byte.
    ///
    /// - Throws: ``Problem`` where its contents are not in the file or cannot be inflated.
    init(_ section: ELFFile.Section, of file: BinaryFile, _ elf: ELFFile) throws(Problem) {
        guard section.isInFile, file.contains(offset: section.offset, count: section.size) else {
            throw .malformed
        }
        self.file = file
        fileEnd = section.offset + section.size
        var headerSize: UInt64 = 0
        if section.name.hasPrefix(".zdebug_") {
            // Before there was a standard: `ZLIB` and the size, big-endian.
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

    /// The next `count` bytes.
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

    /// Passes over the next `count` bytes.
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

    /// Looks whether the contents end where they should, after all of them was read.
    func finish() throws(Problem) {
        guard position == byteCount else { throw .malformed }
        guard isCompressed, !isFinished else { return }
        // The checksum may still be to come.
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

    /// Goes on inflating with an empty window.
    ///
    /// - Returns: How many bytes the window has now: none where more input is needed, or at the end.
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
        // Without input it may still have held something back, but not twice.
        guard step.consumed > 0 || step.produced > 0 || isFinished else { throw .malformed }
        window.removeLast(window.count - step.produced)
        return step.produced
    }
}
