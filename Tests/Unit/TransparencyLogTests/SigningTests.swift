import LogFixtures
import TestSupport
import Testing

@testable import TransparencyLog

/// What the owner of a log computes, and signs.
@Suite(.unitLimit)
struct SigningTests {
    @Test func `a signing key has the form of golang_org_x_mod, and is read as it was written`()
        throws
    {
        let key = try SigningKey(name: "golog.example/x", seed: [UInt8](repeating: 7, count: 32))
        let seed = "AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
        #expect(key.text == "PRIVATE+KEY+\(key.verifier.label)+\(seed)")
        #expect(try SigningKey(parsing: key.text).verifier == key.verifier)
        #expect(!"\(key)".contains(seed) && !String(reflecting: key).contains(seed))
    }

    @Test func `generated keys differ`() throws {
        let keys = try (0..<3).map { _ in try SigningKey.generated(name: "golog.example") }
        #expect(Set(keys.map(\.verifier)).count == 3)
        let note = try SignedNote(parsing: keys[0].note("text\n"))
        #expect(try note.verified(by: [keys[0].verifier]).signers == [keys[0].verifier])
        #expect(throws: VerifiedNote.Rejection.self) { try note.verified(by: [keys[1].verifier]) }
    }

    @Test func `an altered signing key is rejected`() throws {
        let text = try SigningKey(name: "golog.example", seed: [UInt8](repeating: 7, count: 32))
            .text
        for other in [
            "", "\(text)\n", " \(text)", text.replacing("golog", with: "gulog"),
            text.replacing("PRIVATE", with: "PUBLIC"), String(text.dropLast(4)),
            text.replacing("+AQ", with: "+Ag"),
        ] {
            #expect(throws: SigningKey.Rejection.self) { try SigningKey(parsing: other) }
        }
    }

    @Test(arguments: [0, 1, 2, 255, 256, 257, 600, 65_536, 65_793])
    func `the head and the tiles of a tree are those of RFC 6962`(size: Int) throws {
        let log = try TestLog(count: size, signer: LogSigner())
        let tree = try RecordTree(log.records)
        // The empty tree of the referee is not that of the RFC.
        if size > 0 { #expect(try tree.head() == log.head(size)) }
        let tiles = tree.tiles(after: 0)
        #expect(Set(tiles.map(\.tile.path)) == Set(log.tiles(size).keys))
        for (tile, bytes) in tiles { #expect(bytes == log.tile(tile, in: size)) }
    }

    @Test(arguments: [(0, 1), (1, 2), (200, 256), (256, 257), (300, 600), (65_535, 65_793)])
    func `a grown tree has new tiles only`(old: Int, size: Int) throws {
        let log = try TestLog(count: size, signer: LogSigner())
        let before = Set(log.tiles(old).keys)
        let added = Set(try RecordTree(log.records).tiles(after: old).map(\.tile.path))
        #expect(added == Set(log.tiles(size).keys).subtracting(before))
    }

    @Test func `texts of records are read as they were written`() throws {
        let records = (0..<300).map { Array("record \($0)\nand more\n".utf8) }
        let bytes = RecordTile.document(records[256...], from: 256)
        #expect(RecordTile.records(bytes, from: 256) == Array(records[256...]))
        #expect(RecordTile.records(bytes, from: 0) == nil)
        #expect(RecordTile.records(bytes.dropLast(), from: 256) == nil)
        #expect(Tile(level: 0, index: 1234, width: 44).recordsPath == "tile/8/data/x001/234.p/44")
    }
}
