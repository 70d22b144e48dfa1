internal import CZlib
internal import ToolchainCore

/// zlib's inflate, for platforms that ISA-L is not made for.
@safe
struct ZlibInflater: Inflater, ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isFinished = false

    static func starting() throws(ArchiveError) -> ZlibInflater {
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
        return unsafe ZlibInflater(owning: stream)
    }

    private init(owning stream: UnsafeMutablePointer<z_stream>) { unsafe self.stream = stream }

    deinit {
        _ = unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    mutating func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) -> InflationStep {
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
        return unsafe InflationStep(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out)
        )
    }
}
