/// A reader of the data types of SSH (RFC 4251, section 5).
struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The number of bytes that have not been read.
    var remaining: Int { rest.count }

    /// Reads these bytes; false if others follow.
    mutating func skip(_ bytes: some Collection<UInt8>) -> Bool {
        guard rest.starts(with: bytes) else { return false }
        rest = rest.dropFirst(bytes.count)
        return true
    }

    /// Reads a number of 32 bits; nil if fewer follow.
    mutating func number() -> UInt32? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads a string of bytes; nil if fewer follow than its length says.
    mutating func bytes() -> [UInt8]? {
        guard let count = number(), rest.count >= Int(count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }

    /// Reads a string that C can represent; nil if it contains NUL other than at its end, which is dropped,
    /// as OpenSSH does.
    mutating func text() -> [UInt8]? {
        guard var text = bytes() else { return nil }
        if text.last == 0 { text.removeLast() }
        return text.contains(0) ? nil : text
    }
}
