/// Inflates exactly one gzip member, a piece at a time, checking its CRC-32 and its length.
///
/// libarchive's own gzip filter checks neither, goes on into a second member and ignores what
/// follows (facts/fleet.md §4), which is why libarchive is only given the inflated bytes.
protocol Inflater: ~Copyable {
    /// Whether the member's end has been reached and its checks have passed.
    var isFinished: Bool { get }

    /// Ready for the first byte of a member.
    ///
    /// - Throws: ``ArchiveError`` where memory is short.
    static func starting() throws(ArchiveError) -> Self

    /// Inflates as much of `input` as fits into `output`.
    ///
    /// - Returns: How much was used and made. Neither input nor output is used up only at the end.
    /// - Throws: ``ArchiveError`` where the bytes are no gzip member, or its checks fail.
    mutating func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) -> InflationStep
}

/// How much was used and made by one step of an ``Inflater``.
struct InflationStep {
    let consumed: Int
    let produced: Int
}

/// Which library inflates.
enum Inflation: CaseIterable, Sendable {
    #if ISAL
        case isal
    #endif
    case zlib

    /// The fastest that was compiled in.
    static var fastest: Inflation { allCases[0] }
}
