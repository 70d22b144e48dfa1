/// Text from outside, looked at by its bytes.
///
/// Swift's `Character` is a grapheme: "/" followed by a combining accent is one that is not "/".
/// To the kernel and to shells it is a slash all the same, so paths and lists are split by bytes.
extension String {
    /// The parts between the bytes that are `separator`.
    package func split(
        byte separator: Unicode.Scalar,
        omittingEmpty: Bool = true
    ) -> [String] {
        let byte = UInt8(ascii: separator)
        return utf8.split(separator: byte, omittingEmptySubsequences: omittingEmpty)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether one of the bytes is `byte`.
    package func contains(byte: Unicode.Scalar) -> Bool { utf8.contains(UInt8(ascii: byte)) }

    /// The text without blanks at its start and its end.
    package var withoutOuterBlanks: String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (9...13).contains($0) }
        let end = utf8.lastIndex { !isBlank($0) }.map { utf8.index(after: $0) } ?? startIndex
        let start = utf8[..<end].firstIndex { !isBlank($0) } ?? end
        return String(self[start..<end])
    }

    /// Where the bytes of `needle` stand first; nil where they do not, or `needle` is empty.
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

    /// Where the bytes of `needle` stand last; nil where they do not, or `needle` is empty.
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

    /// Whether the bytes of `needle` stand somewhere in this text.
    package func contains(text needle: String) -> Bool { range(ofFirst: needle) != nil }

    /// The text with `replacement` wherever the bytes of `needle` stand.
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

    /// Whether both are the same bytes; `==` also takes other spellings of the same characters.
    package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Whether this path is `directory` or in it.
    package func isInside(_ directory: String) -> Bool {
        utf8.starts(with: directory.utf8)
            && (utf8.count == directory.utf8.count
                || utf8.dropFirst(directory.utf8.count).first == UInt8(ascii: "/"))
    }

    /// Whether this comes before `other` by bytes, whatever the characters mean.
    func precedesByBytes(_ other: String) -> Bool {
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

    /// The text with control characters made visible, so that no terminal obeys them.
    package var withVisibleControls: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "\u{FFFD}" : $0 })
        )
    }

    /// The text with its percent-encoding undone; nil where that is not valid.
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
    /// Whether a terminal obeys it instead of showing it: control characters, line and paragraph
    /// separators, and what reverses the direction of text, so that it reads as something else.
    package var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E,
            0x2066...0x2069, 0xFEFF:
            true
        default: false
        }
    }
}
