import LogFixtures
import TestSupport
import Testing

@testable import TransparencyLog

@Suite(.unitLimit)
struct ConsistencyTests {
    static let log = Result { try TestLog(count: 130, signer: LogSigner()) }
    static let fork = Result { try TestLog(count: 130, seed: "other", signer: LogSigner()) }

    @Test func `every tree extends every smaller one, and no fork of it`() throws {
        let (log, fork) = try (Self.log.get(), Self.fork.get())
        for size in 1...130 {
            let newer = try log.head(size)
            for oldSize in 1...size {
                let older = try log.head(oldSize)
                let proof = ConsistencyProof(hashes: try log.consistencyHashes(oldSize, size))
                try proof.verify(older, isPrefixOf: newer)

                let forked = try fork.head(oldSize)
                #expect(throws: ConsistencyProof.Rejection.fork(older: forked, newer: newer)) {
                    try proof.verify(forked, isPrefixOf: newer)
                }
                let forkedProof = ConsistencyProof(
                    hashes: try fork.consistencyHashes(oldSize, size)
                )
                #expect(throws: ConsistencyProof.Rejection.fork(older: forked, newer: newer)) {
                    try forkedProof.verify(forked, isPrefixOf: newer)
                }
            }
        }
    }

    @Test func `a proof that is altered, longer, shorter or of other sizes is refused`() throws {
        let log = try Self.log.get()
        let leaf = log.leaf(0)
        for size in 2...64 {
            let newer = try log.head(size)
            for oldSize in 1...size {
                let older = try log.head(oldSize)
                let hashes = try log.consistencyHashes(oldSize, size)
                let shorter = Array(hashes.dropLast())
                for wrong in [hashes + [leaf], [leaf] + hashes, shorter] where wrong != hashes {
                    #expect(throws: ConsistencyProof.Rejection.self) {
                        try ConsistencyProof(hashes: wrong).verify(older, isPrefixOf: newer)
                    }
                }
                for place in hashes.indices {
                    var altered = hashes
                    altered[place] = log.leaf(129)
                    #expect(throws: ConsistencyProof.Rejection.self) {
                        try ConsistencyProof(hashes: altered).verify(older, isPrefixOf: newer)
                    }
                }
                let proof = ConsistencyProof(hashes: hashes)
                if oldSize > 1 {
                    let other = TreeHead(size: oldSize - 1, root: older.root)
                    #expect(throws: ConsistencyProof.Rejection.self) {
                        try proof.verify(other, isPrefixOf: newer)
                    }
                }
                guard oldSize < size else { continue }
                let other = TreeHead(size: size + 1, root: try log.head(size + 1).root)
                #expect(throws: ConsistencyProof.Rejection.self) {
                    try proof.verify(older, isPrefixOf: other)
                }
            }
        }
    }

    @Test func `a tree that became smaller is refused`() throws {
        let log = try Self.log.get()
        #expect(throws: ConsistencyProof.Rejection.smaller(older: 9, newer: 8)) {
            try ConsistencyProof(hashes: []).verify(log.head(9), isPrefixOf: log.head(8))
        }
    }

    @Test func `every tree extends the empty one, without a proof`() throws {
        let log = try Self.log.get()
        let empty = try log.head(0)
        try ConsistencyProof(hashes: []).verify(empty, isPrefixOf: empty)
        try ConsistencyProof(hashes: []).verify(empty, isPrefixOf: log.head(5))
        #expect(throws: ConsistencyProof.Rejection.wrongLength(expected: 0, found: 1)) {
            try ConsistencyProof(hashes: [empty.root]).verify(empty, isPrefixOf: log.head(5))
        }
    }
}
