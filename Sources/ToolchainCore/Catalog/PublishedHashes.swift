/// The `h1:` hashes of toolchains that Go's checksum database has published, in a compact table.
///
/// `Manifests/go-h1.csv` is the table in readable form, and Scripts/support/module_hashes.py describes the
/// compact one. Nothing but its head is looked at before a hash is asked for.
package struct PublishedHashes: Sendable {
    private static let magic = Array("go-h1 01".utf8)
    private static let headByteCount = magic.count + 4
    private static let nameByteCount = 8
    /// A name, the architectures as bits, and the number of the first hash.
    private static let entryByteCount = nameByteCount + 4
    private static let hashByteCount = 32

    private let table: [UInt8]
    private let versionCount: Int

    /// How many hashes there are.
    package let count: Int

    /// Reads a table; nil for one that is not complete.
    ///
    /// - Parameter table: The bytes of the table.
    package init?(parsing table: [UInt8]) {
        guard table.count >= Self.headByteCount, table.starts(with: Self.magic) else { return nil }
        self.table = table
        versionCount = Self.number(at: Self.magic.count, in: table)
        count = Self.number(at: Self.magic.count + 2, in: table)
        let indexByteCount = versionCount * Self.entryByteCount
        guard
            table.count == Self.headByteCount + indexByteCount + count * Self.hashByteCount
        else { return nil }
    }

    /// The hash that was published for a Go version on a platform; nil if none is known.
    ///
    /// - Parameters:
    ///   - version: The version. With a vendor's suffix it is not one of the Go project, so there is none.
    ///   - platform: The platform.
    /// - Returns: The hash.
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
        let start = Self.headByteCount + versionCount * Self.entryByteCount
        let offset = start + row * Self.hashByteCount
        return ModuleHash(bytes: Array(table[offset..<(offset + Self.hashByteCount)]))
    }

    /// Where the entry of a name begins; entries are in the byte order of their names.
    private func entry(named name: [UInt8]) -> Int? {
        var candidates = 0..<versionCount
        while !candidates.isEmpty {
            let middle = candidates.lowerBound + candidates.count / 2
            let offset = Self.headByteCount + middle * Self.entryByteCount
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
