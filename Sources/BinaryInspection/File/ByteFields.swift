/// Bytes from outside, from which numbers are read; what is beyond the end is nil and no crash.
struct ByteFields: Sendable {
    let bytes: [UInt8]
    let isLittleEndian: Bool

    /// The unsigned number of up to eight bytes at `offset`.
    func unsigned(at offset: Int, byteCount: Int) -> UInt64? {
        guard offset >= 0, (1...8).contains(byteCount), bytes.count >= byteCount,
            offset <= bytes.count - byteCount
        else { return nil }
        var value: UInt64 = 0
        for index in 0..<byteCount {
            let position = isLittleEndian ? offset + byteCount - 1 - index : offset + index
            value = value << 8 | UInt64(bytes[position])
        }
        return value
    }

    /// The text at `offset` that a zero byte ends, as long as it is at most `limit` bytes of UTF-8.
    func text(at offset: Int, limit: Int = 4096) -> String? {
        guard offset >= 0, offset < bytes.count else { return nil }
        let window = bytes[offset..<(offset + min(limit + 1, bytes.count - offset))]
        guard let end = window.firstIndex(of: 0) else { return nil }
        return String(validating: window[..<end], as: UTF8.self)
    }
}

extension Sequence<UInt8> {
    /// The unsigned LEB128 number at the start, which Go calls uvarint, and how many bytes it takes;
    /// nil where it does not end or does not fit into 64 bits.
    var unsignedLEB128: (value: UInt64, byteCount: Int)? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for byte in self {
            let part = UInt64(byte & 0x7F)
            guard shift < 64, (part << shift) >> shift == part else { return nil }
            value |= part << shift
            shift += 7
            if byte & 0x80 == 0 { return (value, Int(shift / 7)) }
        }
        return nil
    }
}
