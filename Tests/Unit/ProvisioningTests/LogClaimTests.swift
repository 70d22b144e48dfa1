import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import TransparencyLog

@testable import Provisioning

/// What the log says about the files of an unpacked archive.
@Suite(.unitLimit)
struct LogClaimTests {
    private let signer: LogSigner
    private let module: ToolchainModule
    private let hash: ModuleHash
    private let other: ModuleHash

    init() throws {
        signer = try LogSigner()
        module = ToolchainModule(try #require(GoVersion("1.99.1")), GoPlatform(.amd64))
        hash = try #require(ModuleHash(bytes: [UInt8](repeating: 1, count: 32)))
        other = try #require(ModuleHash(bytes: [UInt8](repeating: 2, count: 32)))
    }

    private func proof(at path: String = "/m/a.tlog-proof") throws -> LogClaim {
        .proof(try logProof(), key: signer.key, path: path)
    }

    private func logProof() throws -> LogProof {
        var records = (0..<5).map { Array("record \($0)\n".utf8) }
        records[2] = try ToolchainRecord(of: module, hash: hash).text
        return try TestLog(records, signer: signer).proof(2, in: records.count)
    }

    private var record: Receipt.LogRecord {
        Receipt.LogRecord(name: "log.example", record: 2, treeSize: 5, hash: hash)
    }

    @Test func `each kind of evidence proves the recorded hash`() throws {
        let proven = try ProvenToolchain(
            logProof(),
            of: module,
            hash: hash,
            signedBy: [signer.key]
        )
        for claim in [try proof(), .record(proven), .receipt(record)] {
            #expect(try claim.verified(hash: hash, of: module) == record)
            #expect(throws: LogClaim.Mismatch.self) {
                try claim.verified(hash: other, of: module)
            }
        }
    }

    @Test func `a mismatch has the hashes, the number of the record and the proof`() throws {
        #expect(throws: LogClaim.Mismatch(computed: other, expected: hash, record: 2)) {
            try LogClaim.receipt(record).verified(hash: other, of: module)
        }
        let mismatch = #expect(throws: LogClaim.Mismatch.self) {
            try proof().verified(hash: other, of: module)
        }
        #expect(mismatch?.proof == "/m/a.tlog-proof")
        #expect(mismatch?.computed == other)
        #expect(mismatch?.expected == nil)
        #expect(mismatch?.record == 2)
        #expect(mismatch?.because?.contains("does not match the tree") == true)
    }

    @Test(arguments: ["1.99.2", "1.98.1"])
    func `evidence for another version proves nothing`(version: String) throws {
        let requested = ToolchainModule(try #require(GoVersion(version)), module.platform)
        let proven = try ProvenToolchain(
            logProof(),
            of: module,
            hash: hash,
            signedBy: [signer.key]
        )
        for claim in [try proof(), .record(proven)] {
            #expect(throws: LogClaim.Mismatch.self) {
                try claim.verified(hash: hash, of: requested)
            }
        }
    }

    @Test func `evidence for another platform, or of another key, proves nothing`() throws {
        let requested = ToolchainModule(module.go, GoPlatform(.arm64))
        #expect(throws: LogClaim.Mismatch.self) {
            try proof().verified(hash: hash, of: requested)
        }
        let stranger = LogClaim.proof(
            try logProof(),
            key: try LogSigner(seed: 9).key,
            path: "/m/a.tlog-proof"
        )
        #expect(throws: LogClaim.Mismatch.self) { try stranger.verified(hash: hash, of: module) }
    }
}
