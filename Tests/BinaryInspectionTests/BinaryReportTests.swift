import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// facts/debugging.md §4.4, on programs that are made for it.
@Suite(.timeLimit(.minutes(15)))
struct BinaryReportTests {
    func report(_ fixture: ELFFixture, host: GoArchitecture? = .amd64) throws -> BinaryReport {
        try BinaryReport(BinaryFile(bytes: fixture.bytes, path: "/tmp/x"), host: host)
    }

    @Test(
        arguments: [
            ("; -N -l regabi", BinaryReport.Verdict.full), ("; regabi", .optimised),
            ("; -l regabi", .optimised), ("; -N regabi", .optimised), ("", .optimised),
            ("; -N -l -race regabi", .full), ("; -Nope -list", .optimised),
        ],
        [4, 5]
    )
    func `the flags of the package main decide`(
        _ row: (flags: String, verdict: BinaryReport.Verdict),
        version: Int
    ) throws {
        for isCompressed in [true, false] {
            let report = try report(
                .go(producerFlags: row.flags, debugVersion: version, isCompressed: isCompressed)
            )
            #expect(report.verdict == row.verdict, "\(report.reasons)")
            #expect(report.debugging?.version == version)
            #expect(report.debugging?.isCompressed == isCompressed)
            #expect(report.sourceFolder == "/src/app/cmd/a")
            #expect(report.moduleFolder == "/src/app")
            #expect(report.isRaceEnabled == (row.flags.contains("-race") ? .yes : .no))
        }
    }

    @Test func `another package of the module that is optimised spoils it`() throws {
        let flags = "; -N -l regabi"
        let mixed = try report(
            .go(otherUnits: [("example.com/app/x", "; regabi"), ("example.com/apple", "; regabi")])
        )
        #expect(mixed.verdict == .optimised)
        #expect(mixed.debugging?.optimisedModuleUnitCount == 1)
        let fine = try report(
            .go(otherUnits: [("example.com/app/x", flags), ("example.com/b", "; regabi")])
        )
        #expect(fine.verdict == .full)
        #expect(fine.debugging?.moduleUnitCount == 1)
    }

    @Test func `without debug information the line table is left, or nothing`() throws {
        var fixture = ELFFixture.go(producerFlags: nil)
        #expect(try report(fixture).verdict == .lineOnly)
        fixture.sections[1].contents[0] = 0x77
        #expect(try report(fixture).verdict == .unknown)
        fixture.sections.remove(at: 1)
        #expect(try report(fixture).verdict == .none)
        fixture.sections.remove(at: 1)
        #expect(try report(fixture).verdict == .notGo)
    }

    @Test func `a line table is of no use where a C linker made the program`() throws {
        var fixture = ELFFixture.go(producerFlags: nil)
        fixture.sections.append(.init(name: ".init_array", flags: ELFFixture.writable))
        #expect(try report(fixture).verdict == .none)
        fixture = .go()
        fixture.sections.append(.init(name: ".init_array", flags: ELFFixture.writable))
        #expect(try report(fixture).verdict == .full)
    }

    @Test func `without section headers the build information is found all the same`() throws {
        var fixture = ELFFixture.go()
        fixture.hasSectionHeaders = false
        let report = try report(fixture)
        #expect(report.verdict == .none)
        #expect(report.goVersion == GoVersion("1.26.1"))
        #expect(report.buildInfo?.setting("-gcflags") == "all=-N -l")
    }

    @Test func `another machine is told before anything else`() throws {
        var fixture = ELFFixture.go()
        fixture.machine = 183
        #expect(try report(fixture).verdict == .wrongArchitecture)
        #expect(try report(fixture, host: .arm64).verdict == .full)
        #expect(try report(fixture, host: nil).verdict == .full)
    }

    @Test func `contradictions and damage are unknown`() throws {
        func verdict(_ change: (inout ELFFixture) -> Void) throws -> BinaryReport.Verdict {
            var fixture = ELFFixture.go()
            change(&fixture)
            return try report(fixture).verdict
        }
        let index = { (fixture: ELFFixture, name: String) in
            fixture.sections.firstIndex { $0.name == name } ?? 0
        }
        #expect(try verdict { $0.sections.remove(at: index($0, ".debug_info")) } == .unknown)
        #expect(try verdict { $0.sections.remove(at: index($0, ".debug_abbrev")) } == .unknown)
        #expect(try verdict { $0.sections.remove(at: index($0, ".debug_line")) } == .unknown)
        // Zstandard, a wrong checksum, a wrong size, garbage.
        #expect(try verdict { $0.sections[index($0, ".debug_info")].contents[0] = 2 } == .unknown)
        #expect(
            try verdict { fixture in
                let place = index(fixture, ".debug_info")
                let last = fixture.sections[place].contents.count - 1
                fixture.sections[place].contents[last] ^= 1
            } == .unknown
        )
        #expect(
            try verdict { $0.sections[index($0, ".debug_info")].contents[8] &+= 1 } == .unknown
        )
        #expect(
            try verdict {
                $0.sections[index($0, ".debug_info")].contents = Zlib.section(
                    [UInt8](repeating: 0xFF, count: 300)
                )
            } == .unknown
        )
    }

    @Test func `no size that a file claims is believed`() throws {
        var fixture = ELFFixture.go()
        let place = try #require(fixture.sections.firstIndex { $0.name == ".debug_info" })
        fixture.sections[place].contents = Zlib.section([1, 2, 3], declaring: 1 << 40)
        let report = try report(fixture)
        #expect(report.verdict == .unknown)
        #expect(report.reasons.first?.contains("larger") == true, "\(report.reasons)")
    }

    @Test func `the command keeps what does not hinder`() throws {
        let modules =
            "path\texample.com/app/cmd/a\nmod\texample.com/app\t(devel)\t\n"
            + "build\t-buildmode=exe\nbuild\t-race=true\nbuild\t-tags=a,b\n"
            + "build\t-ldflags=\"-s -w -X main.v='it s'\"\nbuild\t-trimpath=true\n"
            + "build\tCGO_ENABLED=1\nbuild\tGOARCH=amd64\nbuild\tGOAMD64=v3\n"
        let report = try report(.go(producerFlags: "; regabi", modules: modules))
        #expect(
            report.buildCommand
                == "GOARCH=amd64 GOAMD64=v3 CGO_ENABLED=1 go build -gcflags='all=-N -l' -race "
                + "-tags=a,b -ldflags='-X main.v='\\''it s'\\''' example.com/app/cmd/a"
        )
        #expect(report.usesCgo == .no)
        let installed = try self.report(
            .go(
                producerFlags: nil,
                modules: "path\texample.com/app/cmd/a\nmod\texample.com/app\tv1.2.3\th1:abc\n"
            )
        )
        #expect(
            installed.buildCommand
                == "go install -gcflags='all=-N -l' example.com/app/cmd/a@v1.2.3"
        )
    }

    @Test func `sources that are elsewhere need a rule`() throws {
        let report = try report(.go())
        #expect(
            report.substitutions { _ in false }
                == [BinaryReport.Substitution(from: "${workspaceFolder}", to: "/src/app")]
        )
        #expect(report.substitutions { $0 == "/src/app" }.isEmpty)
    }

    @Test func `debug information of its own is looked for where Delve does`() async throws {
        let folder = try TemporaryFolder()
        let whole = try folder.write("whole.debug", ELFFixture.go().bytes)
        var fixture = ELFFixture.go(producerFlags: nil)
        let checksum = Self.crc32(try bytes(of: whole))
        fixture.sections.append(
            .init(
                name: ".gnu_debuglink",
                contents: Array("whole.debug".utf8) + [0] + fixture.number(checksum, 4)
            )
        )
        let path = try folder.write("program", fixture.bytes)
        let found = try BinaryReport(BinaryFile.opening(path), host: .amd64)
        #expect(found.verdict == .split, "\(found.reasons)")
        #expect(found.debugging?.splitFile == whole)

        let stale = try folder.write("whole.debug", ELFFixture.go(producerFlags: "").bytes)
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
        let place = try folder.write(
            "root/usr/lib/debug/.build-id/ab/cd0ef1.debug",
            ELFFixture.go().bytes
        )
        let byID = try BinaryReport(
            BinaryFile(bytes: fixture.bytes, path: "/nowhere/x"),
            host: .amd64,
            root: "\(folder.path)/root"
        )
        #expect(byID.debugging?.splitFile == place)
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
