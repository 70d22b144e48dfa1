import LogFixtures
import TestSupport
import Testing

@testable import TransparencyLog

@Suite(.unitLimit)
struct TiledTreeTests {
    static let largest = 70_000
    static let log = Result { try TestLog(count: largest, signer: LogSigner()) }

    /// A tree of the log, and what it has read.
    private final class Served {
        var read: [Tile] = []
        /// Replaces what the log serves.
        var alteration: (Tile, [UInt8]?) -> [UInt8]? = { $1 }

        func tree(
            _ size: Int,
            of log: TestLog,
            signed head: SignedTreeHead? = nil
        ) throws -> TiledTree {
            try TiledTree(head ?? log.signedHead(size)) { tile in
                self.read.append(tile)
                return self.alteration(tile, log.tile(tile, in: size))
            }
        }
    }

    /// Sizes on both sides of where tiles become full, and some between.
    static let sizes = [
        1, 2, 3, 127, 128, 255, 256, 257, 300, 511, 512, 513, 1000, 65_279, 65_280, 65_281, 65_535,
        65_536, 65_537, 65_792, 65_793, 70_000,
    ]

    /// Records at the edges of tiles, and some between.
    private static func records(of size: Int) -> [Int] {
        [0, 1, 2, 100, 254, 255, 256, 257, size / 3, size / 2, 65_535, 65_536, size - 2, size - 1]
            .filter { (0..<size).contains($0) }
    }

    @Test(arguments: sizes)
    func `tiles prove the records of a tree, and no others are read`(size: Int) throws {
        let log = try Self.log.get()
        let layout = TileLayout(size: size)
        for record in Self.records(of: size) {
            let served = Served()
            var tree = try served.tree(size, of: log)
            #expect(try tree.leaf(record) == log.leaf(record))
            let proof = try tree.inclusionProof(of: record)
            #expect(proof.hashes == (try log.inclusionHashes(record, size)))
            #expect(Set(served.read) == Set(layout.tiles(provingRecord: record)))
            #expect(served.read.count == Set(served.read).count)
        }
    }

    @Test(arguments: sizes)
    func `tiles prove that a tree extends smaller ones, and no others are read`(size: Int) throws {
        let log = try Self.log.get()
        let layout = TileLayout(size: size)
        for oldSize in Self.sizes + Self.records(of: size) where (1...size).contains(oldSize) {
            let served = Served()
            var tree = try served.tree(size, of: log)
            try tree.verifyExtends(log.head(oldSize))
            let proof = try tree.consistencyProof(from: oldSize)
            #expect(proof.hashes == (try log.consistencyHashes(oldSize, size)))
            #expect(Set(served.read).isSubset(of: layout.tiles(provingPrefix: oldSize)))
        }
    }

    @Test func `every record and every older tree of small trees is proven`() throws {
        let log = try Self.log.get()
        for size in 1...130 {
            var tree = try Served().tree(size, of: log)
            for index in 0..<size {
                #expect(
                    try tree.inclusionProof(of: index).hashes == log.inclusionHashes(index, size)
                )
                try tree.verifyExtends(log.head(index))
            }
            try tree.verifyExtends(log.head(size))
        }
    }

    @Test func `a partial tile that is gone is cut from the full one`() throws {
        let log = try Self.log.get()
        let served = Served()
        served.alteration = { tile, bytes in
            // The log has grown since.
            tile.isPartial ? nil : bytes ?? log.tile(tile, in: Self.largest)
        }
        var tree = try served.tree(65_000, of: log)
        #expect(try tree.leaf(64_999) == log.leaf(64_999))
        #expect(served.read.first?.isPartial == true)
    }

    @Test func `a tile that is missing is named`() throws {
        let log = try Self.log.get()
        let served = Served()
        served.alteration = { tile, bytes in tile.path == "tile/8/0/003" ? nil : bytes }
        var tree = try served.tree(2000, of: log)
        #expect(try tree.leaf(0) == log.leaf(0))
        #expect(throws: TiledTree.Rejection.missingTile(Tile(level: 0, index: 3))) {
            try tree.leaf(1000)
        }
        served.alteration = { tile, bytes in tile.isPartial ? nil : bytes }
        let edge = Tile(level: 1, index: 0, width: 7)
        #expect(throws: TiledTree.Rejection.missingTile(edge)) {
            _ = try served.tree(2000, of: log)
        }
    }

    @Test(arguments: [-8192, -33, -32, -1, 1, 32, 8192])
    func `a tile of another size is refused`(difference: Int) throws {
        let log = try Self.log.get()
        for target in TileLayout(size: 2000).tiles(provingRecord: 1000) {
            let count = target.byteCount + difference
            guard count >= 0 else { continue }
            let served = Served()
            served.alteration = { tile, bytes in
                guard tile == target, let bytes else { return bytes }
                return Array(bytes.prefix(count)) + [UInt8](repeating: 0, count: max(0, difference))
            }
            let error = TiledTree.Rejection.wrongSize(
                target,
                expected: target.byteCount,
                found: count
            )
            #expect(throws: error) {
                var tree = try served.tree(2000, of: log)
                _ = try tree.leaf(1000)
            }
        }
    }

    @Test func `a full tile in the place of a partial one is refused`() throws {
        let log = try Self.log.get()
        let served = Served()
        served.alteration = { tile, _ in log.tile(tile.full, in: Self.largest) }
        #expect(throws: TiledTree.Rejection.self) { _ = try served.tree(2000, of: log) }
    }

    @Test func `a tile with any byte altered is refused`() throws {
        let log = try Self.log.get()
        for target in TileLayout(size: 2000).tiles(provingRecord: 1000) {
            for place in stride(from: 0, to: target.byteCount, by: 61) {
                let served = Served()
                served.alteration = { tile, bytes in
                    var bytes = bytes
                    if tile == target { bytes?[place] ^= 1 << UInt8(place % 8) }
                    return bytes
                }
                #expect(throws: TiledTree.Rejection.self, "\(target), byte \(place)") {
                    var tree = try served.tree(2000, of: log)
                    _ = try tree.leaf(1000)
                }
            }
        }
    }

    @Test func `a tile in the place of another is refused`() throws {
        let log = try Self.log.get()
        let served = Served()
        served.alteration = { tile, bytes in
            tile.level == 0 && tile.index == 3
                ? log.tile(Tile(level: 0, index: 4), in: 2000) : bytes
        }
        var tree = try served.tree(2000, of: log)
        #expect(throws: TiledTree.Rejection.self) { try tree.leaf(1000) }
    }

    @Test func `tiles of another size, of a fork or of a wrong root are refused`() throws {
        let log = try Self.log.get()
        let fork = try TestLog(count: 2000, seed: "fork", signer: log.signer)
        let root = try log.head(2000).root
        let forged = try [1999, 2001].map { size in
            try SignedTreeHead(
                parsing: log.signer.note(TreeHead(size: size, root: root).text),
                signedBy: [log.signer.key]
            )
        }
        for head in [try log.signedHead(2001), try fork.signedHead(2000)] + forged {
            #expect(throws: TiledTree.Rejection.self) {
                _ = try Served().tree(2000, of: log, signed: head)
            }
        }
    }

    @Test func `a head that goes back and a fork are refused`() throws {
        let log = try Self.log.get()
        let fork = try TestLog(count: 2000, seed: "fork", signer: log.signer)
        var tree = try Served().tree(2000, of: log)
        #expect(throws: ConsistencyProof.Rejection.smaller(older: 2001, newer: 2000)) {
            try tree.verifyExtends(log.head(2001))
        }
        for size in [1, 255, 256, 257, 1999, 2000] {
            let older = try fork.head(size)
            #expect(
                throws: ConsistencyProof.Rejection.fork(older: older, newer: try log.head(2000))
            ) { try tree.verifyExtends(older) }
        }
    }

    @Test func `a fork after a common beginning is refused`() throws {
        let log = try Self.log.get()
        let records =
            log.records.prefix(1500) + [Array("another\n".utf8)] + log.records[1501..<2000]
        let fork = try TestLog(Array(records), signer: log.signer)
        var tree = try Served().tree(2000, of: log)
        try tree.verifyExtends(fork.head(1500))
        #expect(throws: ConsistencyProof.Rejection.self) { try tree.verifyExtends(fork.head(1501)) }
    }

    @Test func `a record outside the tree is refused`() throws {
        let log = try Self.log.get()
        var tree = try Served().tree(300, of: log)
        for index in [-1, 300, Int.max] {
            let error = InclusionProof.Rejection.outsideTree(index: index, size: 300)
            #expect(throws: error) { try tree.leaf(index) }
            #expect(throws: error) { try tree.inclusionProof(of: index) }
        }
    }

    @Test func `an empty tree has no records, and extends nothing but itself`() throws {
        let log = try Self.log.get()
        var tree = try Served().tree(0, of: log)
        #expect(throws: InclusionProof.Rejection.outsideTree(index: 0, size: 0)) {
            try tree.leaf(0)
        }
        try tree.verifyExtends(log.head(0))
        #expect(throws: ConsistencyProof.Rejection.smaller(older: 1, newer: 0)) {
            try tree.verifyExtends(log.head(1))
        }
    }

    @Test func `an error of reading is passed on`() throws {
        struct Unreachable: Error {}
        let head = try Self.log.get().signedHead(300)
        #expect(throws: Unreachable.self) {
            _ = try TiledTree(head) { _ in throw Unreachable() }
        }
    }

    @Test func `the real subtrees make the root of the signed head`() throws {
        let signed = try SignedTreeHead(
            parsing: RealDocument.subtreesHead,
            signedBy: [.goChecksumDatabase]
        )
        let subtrees = try RealDocument.subtrees.map { try #require(LogHash(base64: $0.utf8)) }
        let expected = Subtree.covering(0..<signed.head.size)
        #expect(expected.count == subtrees.count)
        var hasher = try LogHasher.starting()
        #expect(try hasher.root(of: subtrees) == signed.head.root)
        for place in subtrees.indices {
            var bytes: [UInt8] = []
            subtrees[place].appendBytes(to: &bytes)
            for flipped in bytes.withEachBitFlipped {
                var altered = subtrees
                altered[place] = try #require(LogHash(bytes: flipped))
                let root = try hasher.root(of: altered)
                #expect(root != signed.head.root)
            }
        }
    }
}
