/// A file with up to 256 consecutive hashes of a log: C2SP tlog-tiles, golang.org/x/mod/sumdb/tlog.
///
/// Those of level 0 are the hashes of records; each of level 1 is the root of a full tile of level 0, and
/// so on. Only the last tile of a level may have fewer hashes.
package struct Tile: Hashable, Sendable {
    /// How many levels of the tree a tile spans.
    package static let height = 8
    /// How many hashes a full tile has.
    package static let fullWidth = 1 << height
    /// The highest level that a tree of as many records as an `Int` counts has tiles of.
    package static let highestLevel = 7
    /// How many bytes a full tile has.
    package static let mostBytes = fullWidth * LogHash.byteCount

    /// How many tiles there are below it.
    package let level: Int
    /// Its number among those of its level.
    package let index: Int
    /// How many hashes it has: at least 1.
    package let width: Int

    /// The tile of a level with a number; a full one unless a width is given.
    package init(level: Int, index: Int, width: Int = fullWidth) {
        self.level = level
        self.index = index
        self.width = width
    }

    /// Whether it has fewer hashes than a full one.
    package var isPartial: Bool { width < Self.fullWidth }

    /// The full tile of the same place, which begins with the hashes of a partial one.
    package var full: Tile { Tile(level: level, index: index) }

    /// How many bytes it has.
    package var byteCount: Int { width * LogHash.byteCount }

    /// Where it is below a log's URL: `tile/8/0/x001/x234/067`, and `….p/17` for a partial one.
    package var path: String { path(level: "\(level)") }

    /// Where the texts of its records are: `tile/8/data/000.p/17`; it is a tile of level 0.
    package var recordsPath: String { path(level: "data") }

    private func path(level: String) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            let zeros = String(repeating: "0", count: 3 - digits.utf8.count)
            groups.append((groups.isEmpty ? "" : "x") + zeros + digits)
            rest /= 1000
        } while rest > 0
        let suffix = isPartial ? ".p/\(width)" : ""
        return "tile/\(Self.height)/\(level)/\(groups.reversed().joined(separator: "/"))\(suffix)"
    }

    /// The tile at a path as ``path`` writes it; nil for any other text.
    package init?(path: String) {
        var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].elementsEqual("tile".utf8),
            Int(canonicalDecimal: parts[1]) == Self.height,
            let level = Int(canonicalDecimal: parts[2]), level <= Self.highestLevel
        else { return nil }
        var width = Self.fullWidth
        if let name = parts.dropLast().last, name.suffix(2).elementsEqual(".p".utf8) {
            guard let count = Int(canonicalDecimal: parts[parts.count - 1]),
                (1..<Self.fullWidth).contains(count)
            else { return nil }
            width = count
            parts.removeLast()
            parts[parts.count - 1] = name.dropLast(2)
        }
        var index = 0
        for part in parts.dropFirst(3) {
            let digits = part.first == UInt8(ascii: "x") ? part.dropFirst() : part
            guard digits.count == 3, digits.allSatisfy({ (48...57).contains($0) }) else {
                return nil
            }
            let group = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            let (product, isTooLarge) = index.multipliedReportingOverflow(by: 1000)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(group)
            guard !isTooLarge, !isStillTooLarge else { return nil }
            index = sum
        }
        self.init(level: level, index: index, width: width)
        guard self.path.utf8.elementsEqual(path.utf8) else { return nil }
    }
}

extension Tile: CustomStringConvertible {
    /// The path.
    package var description: String { path }
}
