extension [UInt8] {
    /// Returns the offsets of all non-overlapping occurrences of `pattern`.
    ///
    /// This is Horspool's algorithm, which skips most bytes of a large file.
    ///
    /// - Parameter pattern: The bytes to search for.
    /// - Returns: The offsets in ascending order; none if `pattern` is empty.
    package func offsets(of pattern: [UInt8]) -> [Int] {
        guard let last = pattern.last, pattern.count <= count else { return [] }
        var steps = [Int](repeating: pattern.count, count: 256)
        for (index, byte) in pattern.dropLast().enumerated() {
            steps[Int(byte)] = pattern.count - 1 - index
        }
        var offsets: [Int] = []
        var end = pattern.count - 1
        while end < count {
            let byte = self[end]
            if byte == last, self[(end + 1 - pattern.count)...end].elementsEqual(pattern) {
                offsets.append(end + 1 - pattern.count)
                end += pattern.count
            } else {
                end += steps[Int(byte)]
            }
        }
        return offsets
    }
}
