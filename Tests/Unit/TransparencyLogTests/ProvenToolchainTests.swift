import LogFixtures
import TestSupport
import Testing
import ToolchainCore

@testable import TransparencyLog

/// A log of toolchains, from the answers it gives to what they prove.
@Suite(.unitLimit)
struct ProvenToolchainTests {
    static let count = 300
    static let log = Result {
        try TestLog(
            (0..<count).map { try ToolchainRecord(of: module($0), hash: hash($0)).text },
            signer: LogSigner()
        )
    }

    private static func module(_ number: Int) throws -> ToolchainModule {
        ToolchainModule(
            try #require(GoVersion("1.28.\(number / 2)")),
            GoPlatform(number.isMultiple(of: 2) ? .amd64 : .arm64)
        )
    }

    private static func hash(_ number: Int) throws -> ModuleHash {
        let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
        return ModuleHash(try #require(SHA256Digest(bytes: bytes)))
    }

    private static func tree(_ log: TestLog, _ size: Int = count) throws -> TiledTree {
        try TiledTree(log.signedHead(size)) { log.tile($0, in: size) }
    }

    @Test func `what the log answers is proven by its tiles`() throws {
        let log = try Self.log.get()
        var tree = try Self.tree(log)
        for number in [0, 1, 17, 255, 256, 299] {
            let lookup = try Lookup(parsing: log.lookup(number, in: Self.count))
            let proven = try ProvenToolchain(lookup, of: Self.module(number), in: &tree)
            #expect(proven.index == number)
            #expect(try proven.record.hash == Self.hash(number))
            #expect(proven.signedHead == tree.signedHead)
        }
    }

    @Test func `a file proves a toolchain without the log`() throws {
        let log = try Self.log.get()
        let proof = try LogProof(parsing: log.proof(200, in: Self.count).document)
        let proven = try ProvenToolchain(
            proof,
            of: Self.module(200),
            hash: Self.hash(200),
            signedBy: [log.signer.key]
        )
        #expect(proven.index == 200)
        #expect(proven.signedHead.head.size == Self.count)
    }

    @Test func `what tiles prove is written as a file that proves the same`() throws {
        let log = try Self.log.get()
        for size in [1, 2, 255, 256, 257, Self.count] {
            for number in Set([0, size / 2, size - 1]) {
                var reads: [Tile] = []
                var tree = try TiledTree(log.signedHead(size)) { tile in
                    reads.append(tile)
                    return log.tile(tile, in: size)
                }
                let module = try Self.module(number)
                let lookup = try Lookup(parsing: log.lookup(number, in: size))
                let proven = try ProvenToolchain(lookup, of: module, in: &tree)
                let document = proven.proof.document
                #expect(try document == log.proof(number, in: size).document)
                let again = try ProvenToolchain(
                    LogProof(parsing: document),
                    of: module,
                    hash: Self.hash(number),
                    signedBy: [log.signer.key]
                )
                #expect(again == proven)
                let expected = TileLayout(size: size).tiles(provingRecord: number)
                #expect(Set(reads) == Set(expected))
            }
        }
    }

    @Test func `an answer with any bit flipped proves nothing`() throws {
        let log = try Self.log.get()
        let module = try Self.module(17)
        var tree = try Self.tree(log)
        let answer = try log.lookup(17, in: Self.count)
        // The head in the answer is another matter: that of the tree counts.
        let count = "17\n".utf8.count + log.records[17].count + 1
        for flipped in answer.withEachBitFlipped
        where flipped.dropFirst(count) == answer.dropFirst(count) {
            #expect(throws: (any Error).self, "\(String(decoding: flipped, as: UTF8.self))") {
                try ProvenToolchain(Lookup(parsing: flipped), of: module, in: &tree)
            }
        }
    }

    @Test func `a file with any bit flipped proves nothing`() throws {
        let log = try Self.log.get()
        let (module, hash) = try (Self.module(200), Self.hash(200))
        for flipped in try log.proof(200, in: Self.count).document.withEachBitFlipped {
            #expect(throws: (any Error).self, "\(String(decoding: flipped, as: UTF8.self))") {
                try ProvenToolchain(
                    LogProof(parsing: flipped),
                    of: module,
                    hash: hash,
                    signedBy: [log.signer.key]
                )
            }
        }
    }

    @Test func `a proof of another record, version, architecture or hash is refused`() throws {
        let log = try Self.log.get()
        let keys = [log.signer.key]
        let proof = try log.proof(200, in: Self.count)
        for (module, hash) in try [
            (Self.module(202), Self.hash(200)), (Self.module(201), Self.hash(200)),
            (Self.module(200), Self.hash(201)), (Self.module(201), Self.hash(201)),
        ] {
            #expect(throws: InclusionProof.Rejection.self) {
                try ProvenToolchain(proof, of: module, hash: hash, signedBy: keys)
            }
        }
    }

    @Test func `a record that the log does not have is refused, also with a true head`() throws {
        let log = try Self.log.get()
        let module = try Self.module(17)
        var tree = try Self.tree(log)
        let forged = try ToolchainRecord(of: module, hash: Self.hash(18))
        let answer = try Array("17\n".utf8) + forged.text + [0x0A] + log.note(Self.count)
        #expect(throws: ProvenToolchain.Rejection.otherRecord(module, index: 17)) {
            try ProvenToolchain(Lookup(parsing: answer), of: module, in: &tree)
        }
        let asked = try Self.module(18)
        #expect(throws: ToolchainRecord.Rejection.missingLine(asked)) {
            let lookup = try Lookup(parsing: log.lookup(17, in: Self.count))
            _ = try ProvenToolchain(lookup, of: asked, in: &tree)
        }
    }

    @Test func `a record that a tree does not have yet is refused`() throws {
        let log = try Self.log.get()
        var tree = try Self.tree(log, 200)
        let lookup = try Lookup(parsing: log.lookup(200, in: Self.count))
        #expect(throws: InclusionProof.Rejection.outsideTree(index: 200, size: 200)) {
            try ProvenToolchain(lookup, of: Self.module(200), in: &tree)
        }
    }
}
