import TestSupport
import Testing

@testable import TransparencyLog

@Suite(.unitLimit)
struct TileTests {
    @Test(arguments: [
        (Tile(level: 0, index: 0), "tile/8/0/000"),
        (Tile(level: 0, index: 0, width: 1), "tile/8/0/000.p/1"),
        (Tile(level: 1, index: 999, width: 255), "tile/8/1/999.p/255"),
        (Tile(level: 2, index: 1000), "tile/8/2/x001/000"),
        (Tile(level: 0, index: 1_234_067), "tile/8/0/x001/x234/067"),
        (Tile(level: 7, index: Int.max), "tile/8/7/x009/x223/x372/x036/x854/x775/807"),
    ])
    func `a path is written and read`(tile: Tile, path: String) {
        #expect(tile.path == path)
        #expect(Tile(path: path) == tile)
    }

    @Test(arguments: [
        "", "tile", "tile/8/0", "tile/8/0/", "/tile/8/0/000", "tile/8/0/000/", "tile/7/0/000",
        "tile/8/00/000", "tile/8/8/000", "tile/8/-1/000", "tile/8/data/000", "tile/8/0/0",
        "tile/8/0/0000", "tile/8/0/00a", "tile/8/0/x000", "tile/8/0/x000/000", "tile/8/0/001/000",
        "tile/8/0/x001/x000", "tile/8/0/000.p", "tile/8/0/000.p/", "tile/8/0/000.p/0",
        "tile/8/0/000.p/256", "tile/8/0/000.p/01", "tile/8/0/000.p/1/000", "tile/8/0/.p/1",
        "tile/8/7/x009/x223/x372/x036/x854/x775/808",
        "tile/8/0/x001/x000/x000/x000/x000/x000/x000/000",
        "tile/8/0/+01", "tile/8/0/000?", "Tile/8/0/000",
    ])
    func `what is not the path of a tile is refused`(path: String) {
        #expect(Tile(path: path) == nil)
    }

    @Test func `a tree of 70,000 records has the tiles of C2SP's example`() {
        #expect(
            TileLayout(size: 70_000).edge.map(\.path) == [
                "tile/8/0/273.p/112", "tile/8/1/001.p/17", "tile/8/2/000.p/1",
            ]
        )
        #expect(TileLayout(size: 256).edge.map(\.path) == ["tile/8/1/000.p/1"])
        #expect(TileLayout(size: 0).edge.isEmpty)
    }

    @Test func `a record of today's log is proven by 7 tiles`() {
        #expect(
            TileLayout(size: 66_746_981).tiles(provingRecord: 24_929_362).map(\.path) == [
                "tile/8/0/x097/380", "tile/8/1/380", "tile/8/2/001", "tile/8/3/000.p/3",
                "tile/8/0/x260/730.p/101", "tile/8/1/x001/018.p/122", "tile/8/2/003.p/250",
            ]
        )
    }

    @Test func `no record of less than 2³² needs more than 8 tiles`() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let size = Int.random(in: 1..<(1 << 32), using: &generator)
            let record = Int.random(in: 0..<size, using: &generator)
            let tiles = TileLayout(size: size).tiles(provingRecord: record)
            #expect(tiles.count <= 8)
            #expect(Set(tiles).count == tiles.count)
        }
    }

    @Test func `layouts of the largest trees do not overflow`() {
        for size in [Int.max, Int.max - 1, 1 << 62, 1 << 56] {
            let layout = TileLayout(size: size)
            for record in [0, size / 2, size - 1] {
                for tile in layout.tiles(provingRecord: record) {
                    #expect(tile.level <= Tile.highestLevel)
                    #expect((1...Tile.fullWidth).contains(tile.width))
                    #expect(Tile(path: tile.path) == tile)
                }
                #expect(!layout.tiles(provingPrefix: record + 1).isEmpty)
            }
        }
    }
}
