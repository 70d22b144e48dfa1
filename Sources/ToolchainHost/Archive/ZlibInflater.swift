internal import CZlib
internal import ToolchainCore

/// An inflater that uses zlib, for architectures that ISA-L does not support.
@safe
package struct ZlibInflater: Inflater, ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let format: DeflateFormat
    package private(set) var isFinished = false

    package static func starting(_ format: DeflateFormat) throws(ArchiveError) -> ZlibInflater {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 is the maximum window size; adding 16 selects gzip instead of zlib. The other arguments are
        // those of the macro inflateInit2.
        let status = unsafe inflateInit2_(
            stream,
            format == .gzip ? 15 + 16 : 15,
            ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw .malformed("cannot initialize zlib: status \(status)")
        }
        return unsafe ZlibInflater(owning: stream, format)
    }

    private init(owning stream: UnsafeMutablePointer<z_stream>, _ format: DeflateFormat) {
        unsafe self.stream = stream
        self.format = format
    }

    deinit {
        _ = unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    package mutating func inflate(
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
            throw .malformed(
                reason.map { "\(format): \($0)" } ?? "\(format): zlib status \(status)"
            )
        }
        return unsafe InflationStep(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out)
        )
    }
}
