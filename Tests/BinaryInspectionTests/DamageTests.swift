import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// Files that are cut short or changed: nothing crashes, nothing takes long, and what cannot be told
/// is unknown.
@Suite(.timeLimit(.minutes(10)))
struct DamageTests {
    /// SplitMix64: the same changes in each run.
    struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

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
    func `a file that is cut short is unknown or no ELF file`(index: Int) {
        let base = Self.bases[index]
        let bytes = base.fixture.bytes
        #expect(verdict(bytes) == base.verdict)
        for count in 0..<bytes.count {
            let verdict = verdict(Array(bytes.prefix(count)))
            #expect(verdict == nil || verdict == .unknown, "\(base.name) cut to \(count)")
        }
    }

    @Test(arguments: bases.indices)
    func `thousands of changed files are looked into, and none gets better`(index: Int) {
        let base = Self.bases[index]
        let bytes = base.fixture.bytes
        var chance = Chance(state: UInt64(index))
        var verdicts: [BinaryReport.Verdict?: Int] = [:]
        let clock = ContinuousClock()
        var slowest = Duration.zero
        for _ in 0..<5_000 {
            let changed = Self.changed(bytes, &chance)
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

    /// One to eight changes of the sort that reach deep: single bits, bytes at the ends of the range,
    /// numbers that are huge, pieces that are moved.
    static func changed(_ bytes: [UInt8], _ chance: inout Chance) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...8, using: &chance) {
            let place = Int.random(in: 0..<result.count, using: &chance)
            switch Int.random(in: 0..<6, using: &chance) {
            case 0: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
            case 1: result[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &chance) ?? 0
            case 2:
                for index in place..<min(place + 8, result.count) { result[index] = 0xFF }
            case 3:
                let from = Int.random(in: 0..<result.count, using: &chance)
                let count = min(16, result.count - max(from, place))
                result.replaceSubrange(
                    place..<(place + count),
                    with: Array(result[from..<(from + count)])
                )
            case 4:
                // Headers and tables are at both ends.
                let near = Int.random(in: 0..<min(512, result.count), using: &chance)
                let index = Bool.random(using: &chance) ? near : result.count - 1 - near
                result[index] = UInt8.random(in: 0...255, using: &chance)
            default: result.removeLast(min(result.count / 2, place % 64))
            }
        }
        return result
    }

    @Test func `what is no file for this is refused`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: (any Error).self) { try BinaryFile.opening("\(folder.path)/none") }
        #expect(throws: (any Error).self) { try BinaryFile.opening(folder.path) }
        #expect(throws: (any Error).self) { try BinaryFile.opening("/dev/null") }
        let empty = try BinaryFile.opening(try folder.write("empty", ""))
        #expect(throws: ELFFile.Rejection.notELF) { try BinaryReport(empty) }
        let script = try BinaryFile.opening(try folder.write("script", "#!/bin/sh\n"))
        #expect(throws: ELFFile.Rejection.notELF) { try BinaryReport(script) }
        let header = BinaryFile(bytes: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
        #expect(throws: ELFFile.Rejection.malformed) { try BinaryReport(header) }
    }

    @Test func `a file that shrinks while it is read is a short read`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("program", ELFFixture.go().bytes)
        let file = try BinaryFile.opening(path)
        #expect(try await run("truncate", ["-s", "900", path]).status == 0)
        #expect(try BinaryReport(file, host: .amd64).verdict == .unknown)
    }
}
