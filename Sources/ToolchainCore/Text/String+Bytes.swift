/// Operations on the UTF-8 bytes of untrusted text.
///
/// Swift's `Character` is a grapheme cluster: "/" followed by a combining accent is not equal to "/".
/// To the kernel and to shells it is still a slash, so paths and lists are split at bytes.
extension String {
    /// Splits the text at each `separator`, which must be an ASCII character.
    package func split(
        byte separator: Unicode.Scalar,
        omittingEmpty: Bool = true
    ) -> [String] {
        let byte = UInt8(ascii: separator)
        return utf8.split(separator: byte, omittingEmptySubsequences: omittingEmpty)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Returns whether the text contains `byte`, which must be an ASCII character.
    package func contains(byte: Unicode.Scalar) -> Bool { utf8.contains(UInt8(ascii: byte)) }

    /// The text without leading and trailing ASCII white space.
    package var trimmed: String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (9...13).contains($0) }
        let end = utf8.lastIndex { !isBlank($0) }.map { utf8.index(after: $0) } ?? startIndex
        let start = utf8[..<end].firstIndex { !isBlank($0) } ?? end
        return String(self[start..<end])
    }

    /// Returns the range of the first occurrence of `needle`; nil if there is none or `needle` is empty.
    package func range(ofFirst needle: String) -> Range<Index>? {
        guard let first = needle.utf8.first else { return nil }
        var rest = utf8[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: needle.utf8) {
                return start..<utf8.index(start, offsetBy: needle.utf8.count)
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// Returns the range of the last occurrence of `needle`; nil if there is none or `needle` is empty.
    package func range(ofLast needle: String) -> Range<Index>? {
        let pattern = Array(needle.utf8)
        guard !pattern.isEmpty else { return nil }
        var end = utf8.endIndex
        while let start = utf8.index(end, offsetBy: -pattern.count, limitedBy: utf8.startIndex) {
            if utf8[start..<end].elementsEqual(pattern) { return start..<end }
            guard end > utf8.startIndex else { return nil }
            end = utf8.index(before: end)
        }
        return nil
    }

    /// Returns whether the text contains the bytes of `needle`; false if `needle` is empty.
    package func contains(text needle: String) -> Bool { range(ofFirst: needle) != nil }

    /// Returns the text with each occurrence of `needle` replaced.
    package func replacing(text needle: String, with replacement: String) -> String {
        guard contains(text: needle) else { return self }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.first {
            if rest.starts(with: needle.utf8) {
                bytes += replacement.utf8
                rest = rest.dropFirst(needle.utf8.count)
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Returns whether both texts have the same bytes; `==` compares by canonical equivalence.
    package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Returns whether this path is `directory` or a path below it.
    package func isInside(_ directory: String) -> Bool {
        utf8.starts(with: directory.utf8)
            && (utf8.count == directory.utf8.count
                || utf8.dropFirst(directory.utf8.count).first == UInt8(ascii: "/"))
    }

    /// Returns whether this text sorts before `other` in byte order.
    package func precedesByBytes(_ other: String) -> Bool {
        let isBefore = unsafe utf8.withContiguousStorageIfAvailable { one in
            unsafe other.utf8.withContiguousStorageIfAvailable { two in
                var index = 0
                let common = min(one.count, two.count)
                while index < common, unsafe one[index] == two[index] { index += 1 }
                return unsafe index < common ? one[index] < two[index] : one.count < two.count
            } ?? nil
        }
        return (isBefore ?? nil) ?? utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// The text with control characters replaced by U+FFFD, so that a terminal does not interpret them.
    package var withVisibleControls: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "\u{FFFD}" : $0 })
        )
    }

    /// The text after percent-decoding; nil if the encoding is invalid.
    package var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16),
                high != UInt8(ascii: "+"), high != UInt8(ascii: "-")
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension Unicode.Scalar {
    /// Whether a terminal interprets this scalar instead of displaying it.
    ///
    /// This includes control characters, line and paragraph separators, and characters that change the
    /// direction of text, which can make it read as something else.
    package var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E,
            0x2066...0x2069, 0xFEFF:
            true
        default: false
        }
    }
}
