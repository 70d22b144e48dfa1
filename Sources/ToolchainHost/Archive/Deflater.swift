internal import CZlib

/// Compresses one stream after the other with zlib, as raw DEFLATE data (RFC 1951).
///
/// The same input gives the same output with the same zlib, however it is divided into pieces.
@safe
struct Deflater: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>

    /// The fastest level: files of a toolchain become 8 % larger than with the default, in a third of the time.
    private static let level: CInt = 1

    static func starting() throws(ArchiveError) -> Deflater {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // A negative window size selects raw data; 8 is the default memory level. The other arguments are those
        // of the macro deflateInit2.
        let status = unsafe deflateInit2_(
            stream,
            level,
            Z_DEFLATED,
            -15,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw .malformed("cannot initialize zlib: status \(status)")
        }
        return unsafe Deflater(owning: stream)
    }

    private init(owning stream: UnsafeMutablePointer<z_stream>) { unsafe self.stream = stream }

    deinit {
        _ = unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Compresses a piece of the current stream.
    ///
    /// - Parameters:
    ///   - input: The piece.
    ///   - isLast: Whether the stream ends with it; the next piece then begins another stream.
    ///   - output: The buffer, which is filled more than once for a long piece.
    ///   - body: Receives the number of bytes in `output`.
    /// - Throws: ``ArchiveError`` if zlib fails; what `body` throws.
    mutating func deflate(
        _ input: UnsafeRawBufferPointer,
        isLast: Bool,
        into output: Slab,
        _ body: (Int) throws -> Void
    ) throws {
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self)
        )
        unsafe stream.pointee.avail_in = uInt(input.count)
        var status = Z_OK
        repeat {
            unsafe stream.pointee.next_out =
                output.bytes.baseAddress?.assumingMemoryBound(to: Bytef.self)
            unsafe stream.pointee.avail_out = uInt(output.bytes.count)
            status = unsafe CZlib.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
            // Z_BUF_ERROR means that there was nothing left to do.
            guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status) else {
                throw ArchiveError.malformed("cannot compress: zlib status \(status)")
            }
            try body(unsafe output.bytes.count - Int(stream.pointee.avail_out))
        } while unsafe stream.pointee.avail_out == 0 || isLast && status != Z_STREAM_END
        guard isLast else { return }
        guard unsafe deflateReset(stream) == Z_OK else {
            throw ArchiveError.malformed("cannot reset zlib")
        }
    }
}
