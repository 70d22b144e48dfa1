import LogFixtures
import TestSupport
import Testing

@testable import TransparencyLog

@Suite(.unitLimit)
struct InclusionTests {
    static let log = Result { try TestLog(count: 130, signer: LogSigner()) }

    @Test func `every record of every tree is proven, and no other one`() throws {
        let log = try Self.log.get()
        for size in 1...130 {
            let head = try log.head(size)
            for index in 0..<size {
                let hashes = try log.inclusionHashes(index, size)
                let proof = InclusionProof(index: index, hashes: hashes)
                try proof.verify(log.leaf(index), in: head)

                let other = log.leaf((index + 1) % 130)
                #expect(throws: InclusionProof.Rejection.self) { try proof.verify(other, in: head) }
            }
        }
    }

    @Test func `a proof of another length, place or tree is refused`() throws {
        let log = try Self.log.get()
        for size in 1...70 {
            let head = try log.head(size)
            for index in 0..<size {
                let leaf = log.leaf(index)
                let hashes = try log.inclusionHashes(index, size)
                let longer = InclusionProof(index: index, hashes: hashes + [leaf])
                #expect(
                    throws: InclusionProof.Rejection.wrongLength(
                        expected: hashes.count,
                        found: hashes.count + 1
                    )
                ) { try longer.verify(leaf, in: head) }
                if !hashes.isEmpty {
                    let shorter = InclusionProof(index: index, hashes: hashes.dropLast())
                    #expect(throws: InclusionProof.Rejection.self) {
                        try shorter.verify(leaf, in: head)
                    }
                }
                for place in hashes.indices {
                    var altered = hashes
                    altered[place] = leaf
                    let proof = InclusionProof(index: index, hashes: altered)
                    #expect(throws: InclusionProof.Rejection.self) {
                        try proof.verify(leaf, in: head)
                    }
                }
                for place in [index - 1, index + 1, index ^ 1, size - 1 - index]
                where place != index {
                    let moved = InclusionProof(index: place, hashes: hashes)
                    #expect(throws: InclusionProof.Rejection.self) {
                        try moved.verify(leaf, in: head)
                    }
                }
                let proof = InclusionProof(index: index, hashes: hashes)
                for otherSize in [size - 1, size + 1] {
                    let other = try TreeHead(size: otherSize, root: log.head(otherSize).root)
                    #expect(throws: InclusionProof.Rejection.self) {
                        try proof.verify(leaf, in: other)
                    }
                }
            }
        }
    }

    @Test(arguments: [(-1, 1), (0, 0), (1, 1), (Int.max, Int.max), (Int.min, 5)])
    func `a record outside the tree is refused`(index: Int, size: Int) throws {
        let root = try Self.log.get().leaf(0)
        let proof = InclusionProof(index: index, hashes: [])
        #expect(throws: InclusionProof.Rejection.outsideTree(index: index, size: size)) {
            try proof.verify(root, in: TreeHead(size: size, root: root))
        }
    }

    @Test func `the largest tree has proofs of 63 hashes`() throws {
        let root = try Self.log.get().leaf(0)
        #expect(Path(to: 0, inTreeOf: Int.max).length == InclusionProof.mostHashes)
        #expect(Path(to: Int.max - 1, inTreeOf: Int.max).length == 62)
        let proof = InclusionProof(
            index: 0,
            hashes: [LogHash](repeating: root, count: InclusionProof.mostHashes)
        )
        #expect(throws: InclusionProof.Rejection.self) {
            try proof.verify(root, in: TreeHead(size: Int.max, root: root))
        }
    }
}
