/// Inflates exactly one gzip member or zlib stream, a piece at a time, checking its checksum.
///
/// libarchive's own gzip filter checks neither, goes on into a second member and ignores what
/// follows (docs/facts/archives.md#traps-of-libarchive), so libarchive only gets the inflated
/// bytes.
package protocol Inflater: ~Copyable {
    /// Whether the end has been reached and the checks have passed.
    var isFinished: Bool { get }

    /// Ready for the first byte.
    ///
    /// - Parameter format: What the bytes are wrapped in.
    /// - Returns: The inflater.
    /// - Throws: ``ArchiveError`` where memory is short.
    static func starting(_ format: DeflateFormat) throws(ArchiveError) -> Self

    /// Inflates as much of `input` as fits into `output`.
    ///
    /// - Returns: How much was used and made. Neither input nor output is used up only at the end.
    /// - Throws: ``ArchiveError`` where the bytes are not of the format, or its checks fail.
    mutating func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) -> InflationStep
}

/// What deflated bytes are wrapped in.
package enum DeflateFormat: String, Sendable {
    /// RFC 1952, with a CRC-32 and the length.
    case gzip
    /// RFC 1950, with an Adler-32.
    case zlib
}

/// How much was used and made by one step of an ``Inflater``.
package struct InflationStep {
    package let consumed: Int
    package let produced: Int

    /// Nothing was done.
    package static let none = InflationStep(consumed: 0, produced: 0)
}

/// The fastest inflater that was compiled in.
#if ISAL
    package typealias FastestInflater = ISALInflater
#else
    package typealias FastestInflater = ZlibInflater
#endif

/// Which library inflates.
enum Inflation: CaseIterable, Sendable {
    #if ISAL
        case isal
    #endif
    case zlib

    /// The fastest that was compiled in.
    static var fastest: Inflation { allCases[0] }
}
