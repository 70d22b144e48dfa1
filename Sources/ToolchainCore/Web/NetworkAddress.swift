/// An IPv4 or IPv6 address.
package struct NetworkAddress: Hashable, Sendable {
    /// The 16 bytes; an IPv4 address is mapped into IPv6 (RFC 4291, section 2.5.5.2).
    private let bytes: [UInt8]
    private let isIPv4: Bool

    /// Parses an address as inet_pton(3) does; nil if it is invalid.
    ///
    /// `10.0.0.1` and `fd00::1` are valid; `10.1`, `010.0.0.1` and addresses with a zone are not. An
    /// IPv4-mapped IPv6 address equals the IPv4 address.
    package init?(_ text: some StringProtocol) {
        if let bytes = Self.fourBytes(text) {
            self.bytes = Self.mapping + bytes
            isIPv4 = true
        } else if let bytes = Self.sixteenBytes(String(text)) {
            self.bytes = bytes
            isIPv4 = bytes.starts(with: Self.mapping)
        } else {
            return nil
        }
    }

    private static let mapping: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    private static func fourBytes(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            let isDecimal = part.allSatisfy(\.isDigit)
            guard isDecimal, part.count == 1 || part.first != UInt8(ascii: "0"),
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func sixteenBytes(_ text: String) -> [UInt8]? {
        guard let gap = text.range(ofFirst: "::") else {
            guard let bytes = groups(text), bytes.count == 16 else { return nil }
            return bytes
        }
        guard let head = groups(String(text[..<gap.lowerBound])),
            let tail = groups(String(text[gap.upperBound...])), head.count + tail.count < 16,
            !text[..<gap.lowerBound].contains(".")
        else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Parses groups such as `fd00:1:2`, which may end in an IPv4 address; nil if they are invalid.
    private static func groups(_ text: String) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(byte: ":", omittingEmpty: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = fourBytes(part) {
                bytes += four
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                let number = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(number >> 8), UInt8(number & 0xFF)]
        }
        return bytes
    }

    /// Whether the address is in 127.0.0.0/8, or is `::1`.
    package var isLoopback: Bool {
        isIPv4 ? bytes[12] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }

    /// A block of addresses with a common prefix: `10.0.0.0/8`.
    package struct Block: Hashable, Sendable {
        private let address: NetworkAddress
        private let bitCount: Int

        /// Parses a block in CIDR notation, in which an IPv6 address may have brackets.
        package init?(_ text: String) {
            let parts = text.split(byte: "/", omittingEmpty: false)
            guard parts.count == 2, let count = UInt8(parts[1]), parts[1].first != "+" else {
                return nil
            }
            var name = parts[0][...]
            if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
            guard let address = NetworkAddress(name) else { return nil }
            guard count <= (address.isIPv4 ? 32 : 128) else { return nil }
            self.address = address
            bitCount = Int(count) + (address.isIPv4 ? 96 : 0)
        }

        /// Returns whether `other` is in the block; an IPv6 block contains no IPv4 addresses.
        package func contains(_ other: NetworkAddress) -> Bool {
            guard other.isIPv4 == address.isIPv4 else { return false }
            return (0..<bitCount).allSatisfy { bit in
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                return (other.bytes[bit / 8] ^ address.bytes[bit / 8]) & mask == 0
            }
        }
    }
}
