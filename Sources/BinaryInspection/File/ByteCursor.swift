/// A reader of values in untrusted bytes, which returns nil at the end.
struct ByteCursor {
    private let fields: ByteFields
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0, isLittleEndian: Bool = true) {
        fields = ByteFields(bytes: bytes, isLittleEndian: isLittleEndian)
        self.position = position
    }

    var isAtEnd: Bool { position >= fields.bytes.count }

    mutating func unsigned(_ byteCount: Int) -> UInt64? {
        guard let value = fields.unsigned(at: position, byteCount: byteCount) else { return nil }
        position += byteCount
        return value
    }

    mutating func unsignedLEB128() -> UInt64? {
        guard position < fields.bytes.count,
            let number = fields.bytes[position...].unsignedLEB128
        else { return nil }
        position += number.byteCount
        return number.value
    }

    /// Skips a signed or unsigned LEB128 number of any length; returns whether it is complete.
    mutating func skipLEB128() -> Bool {
        while position < fields.bytes.count {
            position += 1
            if fields.bytes[position - 1] & 0x80 == 0 { return true }
        }
        return false
    }

    mutating func skip(_ count: UInt64) -> Bool {
        guard position <= fields.bytes.count,
            count <= UInt64(fields.bytes.count - position)
        else { return false }
        position += Int(count)
        return true
    }

    mutating func text() -> String? {
        let window = fields.bytes[min(position, fields.bytes.count)...]
        guard let end = window.firstIndex(of: 0) else { return nil }
        defer { position = end + 1 }
        return String(validating: window[..<end], as: UTF8.self)
    }
}
