internal import CZlib
internal import ToolchainCore

/// Inflates exactly one gzip member, checking its CRC-32 and length.
///
/// libarchive's own gzip filter checks neither and ignores what follows the member
/// (facts/fleet.md §4), which is why libarchive is only given the inflated bytes here.
@safe
struct GzipInflater: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the member's end has been reached and its checks have passed.
    private(set) var isFinished = false

    /// How much was used and made by one step.
    struct Step {
        let consumed: Int
        let produced: Int
    }

    /// Ready for the first byte of a member.
    static func starting() throws(ArchiveError) -> GzipInflater {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 16: gzip only; 15: the largest window. The rest is what the macro inflateInit2 passes.
        let status = unsafe inflateInit2_(
            stream,
            15 + 16,
            ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw .malformed("zlib cannot start: status \(status)")
        }
        return unsafe GzipInflater(owning: stream)
    }

    private init(owning stream: UnsafeMutablePointer<z_stream>) { unsafe self.stream = stream }

    deinit {
        _ = unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Inflates as much of `input` as fits into `output`.
    ///
    /// - Throws: ``ArchiveError`` where the bytes are no gzip member, or its checks fail.
    mutating func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) -> Step {
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self)
        )
        unsafe stream.pointee.avail_in = uInt(input.count)
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
        unsafe stream.pointee.avail_out = uInt(output.count)
        let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isFinished = true
        default:
            let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
            throw .malformed(reason.map { "gzip: \($0)" } ?? "gzip: zlib status \(status)")
        }
        return unsafe Step(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out)
        )
    }
}
