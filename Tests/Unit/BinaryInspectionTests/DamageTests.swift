import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// Truncated and mutated files must not cause crashes or long run times, and a verdict that cannot be determined
/// must be unknown.
@Suite(.unitLimit)
struct DamageTests {
    static let bases: [(name: String, fixture: ELFFixture, verdict: BinaryReport.Verdict)] = [
        ("full", .go(), .full), ("optimized", .go(producerFlags: "; regabi"), .optimized),
        ("DWARF 5", .go(debugVersion: 5, isCompressed: false), .full),
        ("line-only", .go(producerFlags: nil), .lineOnly),
    ]

    func verdict(_ bytes: [UInt8]) -> BinaryReport.Verdict? {
        let file = BinaryFile(bytes: bytes)
        if let elf = try? ELFFile(file) { _ = ToolIdentity(of: file, elf) }
        return try? BinaryReport(file, host: .amd64).verdict
    }

    @Test(arguments: bases.indices)
    func `a truncated file is unknown or not an ELF file`(index: Int) {
        let base = Self.bases[index]
        let bytes = base.fixture.bytes
        #expect(verdict(bytes) == base.verdict)
        for count in 0..<bytes.count {
            let verdict = verdict(Array(bytes.prefix(count)))
            #expect(verdict == nil || verdict == .unknown, "\(base.name) cut to \(count)")
        }
    }

    @Test(arguments: bases.indices)
    func `thousands of mutated files do not get a better verdict`(index: Int) {
        let base = Self.bases[index]
        let bytes = base.fixture.bytes
        var random = SeededGenerator(seed: UInt64(index))
        var verdicts: [BinaryReport.Verdict?: Int] = [:]
        let clock = ContinuousClock()
        var slowest = Duration.zero
        for _ in 0..<5_000 {
            let changed = damaged(bytes, using: &random)
            let start = clock.now
            let verdict = verdict(changed)
            slowest = max(slowest, clock.now - start)
            verdicts[verdict, default: 0] += 1
            if base.verdict != .full { #expect(verdict != .full) }
            if base.verdict == .lineOnly { #expect(verdict != .optimized && verdict != .split) }
        }
        #expect(slowest < .seconds(2), "one took \(slowest)")
        #expect(verdicts[.unknown, default: 0] > 500, "\(verdicts)")
    }

    @Test func `files other than ELF are rejected`() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: (any Error).self) { try BinaryFile.opening("\(directory.path)/none") }
        #expect(throws: (any Error).self) { try BinaryFile.opening(directory.path) }
        #expect(throws: (any Error).self) { try BinaryFile.opening("/dev/null") }
        let empty = try BinaryFile.opening(try directory.write("empty", ""))
        #expect(throws: ELFFile.Rejection.notELF) { try BinaryReport(empty) }
        let script = try BinaryFile.opening(try directory.write("script", "#!/bin/sh\n"))
        #expect(throws: ELFFile.Rejection.notELF) { try BinaryReport(script) }
        let header = BinaryFile(bytes: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
        #expect(throws: ELFFile.Rejection.malformed) { try BinaryReport(header) }
    }

    @Test func `a file that shrinks while it is read is a short read`() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("program", ELFFixture.go().bytes)
        let file = try BinaryFile.opening(path)
        #expect(try await run("truncate", ["-s", "900", path]).status == 0)
        #expect(try BinaryReport(file, host: .amd64).verdict == .unknown)
    }
}
