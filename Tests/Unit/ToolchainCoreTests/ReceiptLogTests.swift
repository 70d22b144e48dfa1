import TestSupport
import Testing

@testable import ToolchainCore

/// The record of the log in receipts.
@Suite(.unitLimit)
struct ReceiptLogTests {
    @Test func `a receipt keeps the record of the log`() throws {
        let version = try #require(GoVersion("1.99.1"))
        let digest = try #require(SHA256Digest(hexadecimal: String(repeating: "0f", count: 32)))
        let log = Receipt.LogRecord(
            name: "sum.golang.org",
            record: 38_532_769,
            treeSize: 40_000_000,
            hash: ModuleHash(digest)
        )
        let receipt = Receipt(
            of: .go(version),
            archive: PinnedArchive(
                .go(version),
                platform: GoPlatform(.amd64),
                fileName: version.archiveFileName(for: GoPlatform(.amd64)),
                digest: digest,
                byteCount: 5,
                voucher: .log
            ),
            archiveByteCount: 5,
            source: "/m/a",
            log: log,
            index: Receipt.IndexSummary(digest: digest, fileCount: 3, byteCount: 4),
            installedAt: "2026-11-23T01:02:03Z",
            installedBy: "gotoolprov 0"
        )
        let document = receipt.document.rendered
        let read = try Receipt(parsing: Array(document.utf8))
        #expect(read == receipt)
        #expect(read.log == log)
        #expect(read.voucher == "log")
        let invalid = document.replacing(text: "h1:", with: "h2:")
        #expect(throws: JSONError.self) { try Receipt(parsing: Array(invalid.utf8)) }
    }
}
