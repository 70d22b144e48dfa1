extension [UInt8] {
    /// Where `mark` stands, each place after the end of the one before.
    ///
    /// Horspool's search: most bytes of a large file are not looked at.
    ///
    /// - Parameter mark: What to look for, at least one byte.
    /// - Returns: The offsets, ascending.
    package func offsets(of mark: [UInt8]) -> [Int] {
        guard let last = mark.last, mark.count <= count else { return [] }
        var steps = [Int](repeating: mark.count, count: 256)
        for (place, byte) in mark.dropLast().enumerated() {
            steps[Int(byte)] = mark.count - 1 - place
        }
        var offsets: [Int] = []
        var end = mark.count - 1
        while end < count {
            let byte = self[end]
            if byte == last, self[(end + 1 - mark.count)...end].elementsEqual(mark) {
                offsets.append(end + 1 - mark.count)
                end += mark.count
            } else {
                end += steps[Int(byte)]
            }
        }
        return offsets
    }
}
