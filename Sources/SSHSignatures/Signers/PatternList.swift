/// A list of patterns separated by commas, as ssh_config(5) describes it.
///
/// `*` matches any bytes and `?` one; a pattern after `!` excludes what it matches.
struct PatternList: Hashable, Sendable {
    /// The length from which OpenSSH matches nothing.
    private static let longestPattern = 1023

    /// The list as it was written.
    let text: [UInt8]

    /// Whether some pattern matches, and none that is negated does.
    func matches(_ name: [UInt8]) -> Bool {
        var isMatched = false
        for pattern in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let isNegated = pattern.first == UInt8(ascii: "!")
            let pattern = isNegated ? pattern.dropFirst() : pattern
            guard pattern.count < Self.longestPattern else { return false }
            guard Self.matches(pattern, name[...]) else { continue }
            if isNegated { return false }
            isMatched = true
        }
        return isMatched
    }

    /// Matches one pattern in time proportional to the product of the lengths.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var (place, position) = (pattern.startIndex, name.startIndex)
        var retry: (place: Int, position: Int)?
        while position < name.endIndex {
            if place < pattern.endIndex, pattern[place] == UInt8(ascii: "*") {
                place += 1
                retry = (place, position)
            } else if place < pattern.endIndex,
                pattern[place] == UInt8(ascii: "?") || pattern[place] == name[position]
            {
                place += 1
                position += 1
            } else if let last = retry {
                place = last.place
                position = last.position + 1
                retry = (place, position)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
