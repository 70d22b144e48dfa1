/// Inflates exactly one gzip member or zlib stream, piece by piece, and verifies its checksum.
///
/// libarchive's own gzip filter does not verify checksums, continues with a second member and ignores
/// trailing data (docs/facts/archives.md#traps-of-libarchive), so libarchive reads uncompressed bytes.
package protocol Inflater: ~Copyable {
    /// Whether the end has been reached and the checksum has been verified.
    var isFinished: Bool { get }

    /// Creates an inflater.
    ///
    /// - Parameter format: The format of the input.
    /// - Returns: The inflater.
    /// - Throws: ``ArchiveError`` if there is not enough memory.
    static func starting(_ format: DeflateFormat) throws(ArchiveError) -> Self

    /// Inflates as much of `input` as fits in `output`.
    ///
    /// - Returns: The number of bytes consumed and produced. Unless the end has been reached, all of the
    ///   input is consumed or all of the output is filled.
    /// - Throws: ``ArchiveError`` if the input is invalid or the checksum does not match.
    mutating func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) -> InflationStep
}

/// A container format for DEFLATE data.
package enum DeflateFormat: String, Sendable {
    /// RFC 1952, with a CRC-32 and the uncompressed length.
    case gzip
    /// RFC 1950, with an Adler-32 checksum.
    case zlib
}

/// The number of bytes that one step of an ``Inflater`` consumed and produced.
package struct InflationStep {
    package let consumed: Int
    package let produced: Int

    package static let none = InflationStep(consumed: 0, produced: 0)
}

/// The fastest inflater in this build.
#if ISAL
    package typealias FastestInflater = ISALInflater
#else
    package typealias FastestInflater = ZlibInflater
#endif

/// The library that inflates.
enum Inflation: CaseIterable, Sendable {
    #if ISAL
        case isal
    #endif
    case zlib

    /// The fastest library in this build.
    static var fastest: Inflation { allCases[0] }
}
