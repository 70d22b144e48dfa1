/// A file with the texts of the records of a tile of level 0 (golang.org/x/mod/sumdb, `tile/8/data`).
///
/// A record is its number in decimal, its text, and an empty line.
package enum RecordTile {
    /// How large a file may be.
    package static let mostBytes = Tile.fullWidth * 4096

    /// Returns the file with texts.
    ///
    /// - Parameters:
    ///   - records: The texts.
    ///   - start: The number of the first one.
    /// - Returns: The bytes.
    package static func document(_ records: some Sequence<[UInt8]>, from start: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for (offset, text) in records.enumerated() {
            bytes += Array("\(start + offset)\n".utf8) + text + [.newline]
        }
        return bytes
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - start: The number of its first record.
    /// - Returns: The texts; nil for what ``document(_:from:)`` does not write.
    package static func records(_ bytes: [UInt8], from start: Int) -> [[UInt8]]? {
        var rest = bytes[...]
        var records: [[UInt8]] = []
        while let number = rest.popLine() {
            guard Int(canonicalDecimal: number) == start + records.count else { return nil }
            let first = rest.startIndex
            repeat {
                guard let line = rest.popLine() else { return nil }
                if line.isEmpty { break }
            } while true
            records.append(Array(bytes[first..<(rest.startIndex - 1)]))
        }
        return rest.isEmpty ? records : nil
    }
}
