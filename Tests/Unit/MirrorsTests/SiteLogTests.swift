import Mirrors
import TestSupport
import Testing
import ToolchainCore
import TransparencyLog

/// A site's log only grows, and nothing else than what its key has signed is accepted as the log.
@Suite(.unitLimit)
struct SiteLogTests {
    let key: SigningKey

    init() throws {
        key = try SigningKey(name: "golog.example", seed: [UInt8](repeating: 7, count: 32))
    }

    private static func record(_ minor: Int, _ patch: Int = 1) throws -> ToolchainRecord {
        let version = try #require(GoVersion("1.\(minor).\(patch)"))
        let digest =
            [UInt8](repeating: UInt8(truncatingIfNeeded: minor), count: 31) + [UInt8(patch)]
        return try ToolchainRecord(
            of: ToolchainModule(version, GoPlatform(.amd64)),
            hash: try #require(ModuleHash(bytes: digest))
        )
    }

    /// The files of a log, as a mirror has them.
    private final class Files {
        var documents: [String: [UInt8]] = [:]

        func write(_ documents: [(path: String, bytes: [UInt8])]) {
            for (path, bytes) in documents { self.documents[path] = bytes }
        }

        func latest(_ key: SigningKey) throws -> SignedTreeHead? {
            try documents["latest"].map {
                try SignedTreeHead(parsing: $0, signedBy: [key.verifier])
            }
        }

        func log(_ key: SigningKey, kept: SignedTreeHead? = nil) throws -> SiteLog {
            try SiteLog(latest: latest(key), kept: kept) { self.documents[$0] }
        }

        /// Proves a record as a client does: the answer to its lookup, and tiles.
        func prove(_ record: ToolchainRecord, _ key: SigningKey, after seen: TreeHead?) throws {
            let path = try ToolchainRecord.lookupPath(of: record.module)
            let lookup = try Lookup(parsing: try #require(documents[path]))
            let head = try SignedTreeHead(lookup.note, signedBy: [key.verifier])
            var tree = try TiledTree(head) { self.documents[$0.path] }
            if let seen { try tree.verifyExtends(seen) }
            #expect(try ProvenToolchain(lookup, of: record.module, in: &tree).record == record)
        }
    }

    @Test func `a log that grows proves all records to new and old clients`() throws {
        let files = Files()
        let records = try (0..<300).map { try Self.record(30 + $0 / 100, $0 % 100) }
        var seen: TreeHead?
        for size in [1, 2, 255, 256, 257, 300] {
            var log = try files.log(key)
            try log.append(Array(records[..<size]), signedBy: key)
            let before = files.documents
            files.write(try log.tiles() + log.answers())
            // No tile is ever changed.
            for (path, bytes) in before where path.hasPrefix("tile/") {
                #expect(files.documents[path] == bytes, "\(path)")
            }
            for index in [0, size / 2, size - 1] {
                try files.prove(records[index], key, after: nil)
                try files.prove(records[index], key, after: seen)
            }
            seen = try #require(log.signedHead).head
            #expect(try files.log(key).records == Array(records[..<size]))
        }
        // Nothing new: nothing is signed or written.
        var log = try files.log(key)
        let before = files.documents
        #expect(try log.append(records.reversed(), signedBy: key) == 0)
        files.write(try log.tiles() + log.answers())
        #expect(files.documents == before)
    }

    @Test func `a run that was killed after it signed is completed, not contradicted`() throws {
        let files = Files()
        var log = SiteLog()
        try log.append([Self.record(30)], signedBy: key)
        files.write(try log.tiles() + log.answers())
        try log.append([Self.record(31)], signedBy: key)
        let kept = try #require(log.signedHead)
        // The records were not written: the mirror is an older copy.
        #expect(throws: SiteLog.Rejection.older(found: 1, signed: 2)) {
            try files.log(key, kept: kept)
        }
        files.write(try log.tiles())
        var completed = try files.log(key, kept: kept)
        #expect(completed.signedHead == kept)
        try completed.append([Self.record(29), Self.record(31)], signedBy: key)
        #expect(completed.records.map(\.module.go.description) == ["1.30.1", "1.31.1", "1.29.1"])
    }

    @Test func `a log that contradicts its key is refused`() throws {
        let files = Files()
        var log = SiteLog()
        try log.append([Self.record(30), Self.record(31)], signedBy: key)
        files.write(try log.tiles() + log.answers())
        var other = SiteLog()
        try other.append([Self.record(31)], signedBy: key)
        let contradiction = try #require(other.signedHead)
        #expect(throws: SiteLog.Rejection.self) { try files.log(key, kept: contradiction) }

        let path = "tile/8/data/000.p/2"
        let text = String(decoding: try #require(files.documents[path]), as: UTF8.self)
        files.documents[path] = Array(text.replacing("go1.30.1", with: "go1.30.2").utf8)
        #expect(throws: SiteLog.Rejection.self) { try files.log(key) }
        files.documents[path] = Array("0\nrecord\n\n".utf8)
        #expect(throws: SiteLog.Rejection.malformed(path: path)) { try files.log(key) }
        files.documents[path] = nil
        #expect(throws: SiteLog.Rejection.missing(path: path)) { try files.log(key) }
    }

    @Test func `another hash of a recorded toolchain is refused, and nothing is signed`() throws {
        var log = SiteLog()
        try log.append([Self.record(30)], signedBy: key)
        let before = log.signedHead
        let module = try Self.record(30).module
        let other = try ToolchainRecord(of: module, hash: Self.record(31).hash)
        #expect(throws: SiteLog.Rejection.self) {
            try log.append([Self.record(32), other], signedBy: key)
        }
        #expect(log.signedHead == before && log.records.count == 1)
    }
}
