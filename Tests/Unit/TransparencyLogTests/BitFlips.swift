extension [UInt8] {
    /// The bytes with one bit flipped, for every bit of every byte.
    var withEachBitFlipped: some Sequence<[UInt8]> {
        (0..<(count * 8)).lazy.map { bit in
            var bytes = self
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            return bytes
        }
    }
}
