package import TestSupport
internal import ToolchainCore
package import TransparencyLog

extension TestLog {
    /// A log that has records of toolchains among others.
    ///
    /// - Parameters:
    ///   - count: The number of records.
    ///   - toolchains: The toolchains, by the numbers of their records.
    ///   - seed: A text that makes the other records different from those of another log.
    ///   - signer: The signer of its heads.
    /// - Throws: An error where OpenSSL fails.
    package init(
        count: Int,
        toolchains: [Int: ToolchainRecord],
        seed: String = "record",
        signer: LogSigner
    ) throws {
        let records = (0..<count).map { index in
            toolchains[index]?.text ?? Array("\(seed) \(index)\n".utf8)
        }
        try self.init(records, signer: signer)
    }

    /// The documents that a log of the first `size` records serves, by their paths: `supported`, `latest`, the
    /// lookups of toolchains, and the full and partial tiles.
    package func documents(_ size: Int) throws -> [String: [UInt8]] {
        var documents = ["supported": [], "latest": try note(size)]
        let start = Array("\(ToolchainModule.path) ".utf8)
        for index in 0..<size where records[index].starts(with: start) {
            let rest = records[index].dropFirst(start.count)
            let version = String(decoding: rest.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            // A record that lacks its first line.
            guard !version.contains("/") else { continue }
            documents["lookup/\(ToolchainModule.path)@\(version)"] = try lookup(index, in: size)
        }
        for (path, bytes) in tiles(size) { documents[path] = bytes }
        return documents
    }

    /// The full and partial tiles of the tree of the first `size` records, by their paths.
    package func tiles(_ size: Int) -> [String: [UInt8]] {
        var tiles: [String: [UInt8]] = [:]
        for level in 0...Tile.highestLevel {
            let count = size >> (level * Tile.height)
            for index in 0..<((count + Tile.fullWidth - 1) / Tile.fullWidth) {
                let width = min(Tile.fullWidth, count - index * Tile.fullWidth)
                let tile = Tile(level: level, index: index, width: width)
                tiles[tile.path] = self.tile(tile, in: size)
            }
        }
        return tiles
    }

    /// Writes a static copy of the log of the first `size` records into a directory, below
    /// `NAME/sumdb/LOG`, where a mirror `NAME` has it.
    package func write(_ size: Int, to directory: TemporaryDirectory, mirror: String) throws {
        for (path, bytes) in try documents(size) {
            try directory.write("\(mirror)/sumdb/\(signer.key.name)/\(path)", bytes)
        }
    }
}
