import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// Debug information in a separate file.
@Suite(.unitLimit)
struct SplitDebugTests {
    @Test func `separate debug information is searched for as in Delve`() async throws {
        let directory = try TemporaryDirectory()
        let whole = try directory.write("whole.debug", ELFFixture.go().bytes)
        var fixture = ELFFixture.go(producerFlags: nil)
        let checksum = Self.crc32(try bytes(of: whole))
        fixture.sections.append(
            .init(
                name: ".gnu_debuglink",
                contents: Array("whole.debug".utf8) + [0] + fixture.number(checksum, 4)
            )
        )
        let path = try directory.write("program", fixture.bytes)
        let found = try BinaryReport(BinaryFile.opening(path), host: .amd64)
        #expect(found.verdict == .split, "\(found.reasons)")
        #expect(found.debugging?.splitFile == whole)

        let stale = try directory.write("whole.debug", ELFFixture.go(producerFlags: "").bytes)
        let mismatched = try BinaryReport(BinaryFile.opening(path), host: .amd64)
        #expect(mismatched.verdict == .lineOnly)
        #expect(mismatched.splitDebug?.finding == .mismatched(path: stale))

        #expect(try await run("rm", [stale]).status == 0)
        #expect(try BinaryReport(BinaryFile.opening(path)).splitDebug?.finding == .missing)

        fixture.sections.append(
            .init(
                name: ".note.gnu.build-id",
                contents: fixture.number(4, 4) + fixture.number(4, 4) + fixture.number(3, 4)
                    + Array("GNU".utf8) + [0, 0xAB, 0xCD, 0x0E, 0xF1]
            )
        )
        let place = try directory.write(
            "root/usr/lib/debug/.build-id/ab/cd0ef1.debug",
            ELFFixture.go().bytes
        )
        let byID = try BinaryReport(
            BinaryFile(bytes: fixture.bytes, path: "/nowhere/x"),
            host: .amd64,
            root: "\(directory.path)/root"
        )
        #expect(byID.debugging?.splitFile == place)
    }

    @Test func `Delve does not search usr-lib-debug by name`() throws {
        let directory = try TemporaryDirectory()
        let whole = ELFFixture.go().bytes
        let place = try directory.write("root/usr/lib/debug/opt/app/whole.debug", whole)
        var fixture = ELFFixture.go(producerFlags: nil)
        fixture.sections.append(
            .init(
                name: ".gnu_debuglink",
                contents: Array("whole.debug".utf8) + [0] + fixture.number(Self.crc32(whole), 4)
            )
        )
        let file = BinaryFile(bytes: fixture.bytes, path: "program")
        for (path, parent) in [("/opt/app/program", nil), ("program", "/opt/app")] {
            let report = try BinaryReport(
                file,
                path: path,
                directory: parent,
                host: .amd64,
                root: "\(directory.path)/root"
            )
            #expect(report.verdict == .lineOnly)
            #expect(report.splitDebug?.finding == .unsearched(path: place))
            #expect(report.reasons.contains { $0.contains("debug-info-directories") })
        }
        let other = try BinaryReport(file, host: .amd64, root: "\(directory.path)/root")
        #expect(other.splitDebug?.finding == .missing)
        try directory.write(
            "root/usr/lib/debug/opt/app/whole.debug",
            ELFFixture.go(producerFlags: "").bytes
        )
        let stale = try BinaryReport(file, directory: "/opt/app", root: "\(directory.path)/root")
        #expect(stale.splitDebug?.finding == .missing)
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt64 {
        var sum: UInt32 = ~0
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 0 ? 0 : 0xEDB8_8320) }
        }
        return UInt64(~sum)
    }
}
