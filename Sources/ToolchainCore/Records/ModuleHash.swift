/// The `h1:` hash of a Go module, as go.sum and Go's checksum database have it: 32 bytes, always.
///
/// It is the SHA-256 of a list of the module's files with their SHA-256 digests (golang.org/x/mod,
/// `sumdb/dirhash`).
package struct ModuleHash: Hashable, Sendable {
    /// The digest that the text encodes.
    package let digest: SHA256Digest

    /// The hash with this digest.
    package init(_ digest: SHA256Digest) { self.digest = digest }

    /// The hash whose bytes these are; nil unless there are exactly 32.
    package init?(bytes: [UInt8]) {
        guard let digest = SHA256Digest(bytes: bytes) else { return nil }
        self.init(digest)
    }

    /// The hash that a text such as `h1:Q/mjT/SnwTC6ul3pBoqVQHTfd50K5MlPITmS5PmsXxw=` says.
    ///
    /// A hash has one text only: `nil` for any other number of characters, another alphabet or padding,
    /// spaces, and bits that are set beyond the last byte.
    package init?(parsing text: String) {
        let characters = Array(text.utf8)
        guard characters.count == Self.prefix.utf8.count + 44, characters.last == Self.padding,
            characters.starts(with: Self.prefix.utf8)
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in characters.dropFirst(Self.prefix.utf8.count).dropLast() {
            guard let value = Self.value(ofCharacter: character) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            bits &= 1 << bitCount - 1
        }
        guard bits == 0 else { return nil }
        self.init(bytes: bytes)
    }

    private static let prefix = "h1:"
    private static let padding = UInt8(ascii: "=")

    private static func value(ofCharacter character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    private static func character(for value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value & 63)
        return switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}

extension ModuleHash: CustomStringConvertible {
    /// `h1:` and 44 characters of base64.
    package var description: String {
        var characters = Array(Self.prefix.utf8)
        characters.reserveCapacity(characters.count + 44)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in digest.bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                characters.append(Self.character(for: bits >> bitCount))
            }
            bits &= 1 << bitCount - 1
        }
        // 32 bytes are 42 characters and 4 bits.
        characters.append(Self.character(for: bits << 2))
        characters.append(Self.padding)
        return String(decoding: characters, as: UTF8.self)
    }
}
