/// A compact table of the `h1:` hashes that Go's checksum database has published for toolchains.
///
/// `Manifests/go-h1.csv` is the readable form, and Scripts/support/module_hashes.py documents the
/// compact one. Only the header is parsed up front; each lookup is a binary search.
package struct PublishedHashes: Sendable {
    private static let magic = Array("go-h1 01".utf8)
    private static let headerByteCount = magic.count + 4
    private static let nameByteCount = 8
    /// A name, a bit set of architectures, and the index of the first hash.
    private static let entryByteCount = nameByteCount + 4
    private static let hashByteCount = 32

    private let table: [UInt8]
    private let versionCount: Int

    /// The number of hashes.
    package let count: Int

    /// Parses the header of a table; nil if the table does not have the size that its header implies.
    ///
    /// - Parameter table: The complete table.
    package init?(parsing table: [UInt8]) {
        guard table.count >= Self.headerByteCount, table.starts(with: Self.magic) else {
            return nil
        }
        self.table = table
        versionCount = Self.number(at: Self.magic.count, in: table)
        count = Self.number(at: Self.magic.count + 2, in: table)
        let indexByteCount = versionCount * Self.entryByteCount
        guard
            table.count == Self.headerByteCount + indexByteCount + count * Self.hashByteCount
        else { return nil }
    }

    /// Returns the hash that was published for a Go version on a platform.
    ///
    /// - Parameters:
    ///   - version: The version. One with a vendor suffix is not a release of the Go project and has no
    ///     published hash.
    ///   - platform: The platform.
    /// - Returns: The hash, or nil if the table does not list it.
    package func hash(of version: GoVersion, _ platform: GoPlatform) -> ModuleHash? {
        var name = Array(version.description.utf8)
        guard name.count <= Self.nameByteCount,
            let bit = GoArchitecture.allCases.firstIndex(of: platform.architecture)
        else { return nil }
        name += [UInt8](repeating: 0, count: Self.nameByteCount - name.count)
        guard let entry = entry(named: name) else { return nil }
        let architectures = Self.number(at: entry + Self.nameByteCount, in: table)
        guard architectures & 1 << bit != 0 else { return nil }
        let before = (architectures & (1 << bit - 1)).nonzeroBitCount
        let row = Self.number(at: entry + Self.nameByteCount + 2, in: table) + before
        guard row < count else { return nil }
        let start = Self.headerByteCount + versionCount * Self.entryByteCount
        let offset = start + row * Self.hashByteCount
        return ModuleHash(bytes: Array(table[offset..<(offset + Self.hashByteCount)]))
    }

    /// Returns the offset of the entry for a name; entries are sorted by the bytes of their names.
    private func entry(named name: [UInt8]) -> Int? {
        var candidates = 0..<versionCount
        while !candidates.isEmpty {
            let middle = candidates.lowerBound + candidates.count / 2
            let offset = Self.headerByteCount + middle * Self.entryByteCount
            let found = table[offset..<(offset + Self.nameByteCount)]
            if found.elementsEqual(name) { return offset }
            if found.lexicographicallyPrecedes(name) {
                candidates = (middle + 1)..<candidates.upperBound
            } else {
                candidates = candidates.lowerBound..<middle
            }
        }
        return nil
    }

    private static func number(at offset: Int, in table: [UInt8]) -> Int {
        Int(table[offset]) << 8 | Int(table[offset + 1])
    }
}
