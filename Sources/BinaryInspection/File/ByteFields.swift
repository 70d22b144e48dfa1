/// A view of the values in untrusted bytes, which returns nil outside of their bounds.
struct ByteFields: Sendable {
    let bytes: [UInt8]
    let isLittleEndian: Bool

    /// Returns the unsigned integer of one to eight bytes at `offset`.
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

    /// Returns the NUL-terminated string at `offset`; nil if it exceeds `limit` bytes or is not UTF-8.
    func text(at offset: Int, limit: Int = 4096) -> String? {
        guard offset >= 0, offset < bytes.count else { return nil }
        let window = bytes[offset..<(offset + min(limit + 1, bytes.count - offset))]
        guard let end = window.firstIndex(of: 0) else { return nil }
        return String(validating: window[..<end], as: UTF8.self)
    }
}

extension Sequence<UInt8> {
    /// The unsigned LEB128 number (Go's uvarint) at the start and its size in bytes; nil if it is incomplete
    /// or exceeds 64 bits.
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
