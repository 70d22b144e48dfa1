import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// The verdicts of docs/facts/debugging.md#verdicts-on-executables, for generated programs.
@Suite(.unitLimit)
struct BinaryReportTests {
    func report(_ fixture: ELFFixture, host: GoArchitecture? = .amd64) throws -> BinaryReport {
        try BinaryReport(BinaryFile(bytes: fixture.bytes, path: "/tmp/x"), host: host)
    }

    @Test(
        arguments: [
            ("; -N -l regabi", BinaryReport.Verdict.full), ("; regabi", .optimized),
            ("; -l regabi", .optimized), ("; -N regabi", .optimized), ("", .optimized),
            ("; -N -l -race regabi", .full), ("; -Nope -list", .optimized),
            // Flags given twice, and without debug information for variables.
            ("; -N=2 -l=2 regabi", .full), ("; -N -l -dwarf=false regabi", .lineOnly),
            ("; -dwarf=false regabi", .lineOnly),
        ],
        [4, 5]
    )
    func `the flags of package main determine the verdict`(
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
            #expect(report.sourceDirectory == "/src/app/cmd/a")
            #expect(report.moduleDirectory == "/src/app")
            #expect(report.isRaceEnabled == (row.flags.contains("-race") ? .yes : .no))
        }
    }

    @Test func `an optimized package of the module changes the verdict`() throws {
        let flags = "; -N -l regabi"
        let mixed = try report(
            .go(otherUnits: [("example.com/app/x", "; regabi"), ("example.com/apple", "; regabi")])
        )
        #expect(mixed.verdict == .optimized)
        #expect(mixed.debugging?.optimizedModuleUnitCount == 1)
        let fine = try report(
            .go(otherUnits: [("example.com/app/x", flags), ("example.com/b", "; regabi")])
        )
        #expect(fine.verdict == .full)
        #expect(fine.debugging?.moduleUnitCount == 1)
    }

    @Test func `without debug information, the line table determines the verdict`() throws {
        var fixture = ELFFixture.go(producerFlags: nil)
        #expect(try report(fixture).verdict == .lineOnly)
        fixture.sections[1].contents[0] = 0x77
        #expect(try report(fixture).verdict == .unknown)
        fixture.sections.remove(at: 1)
        #expect(try report(fixture).verdict == .none)
        fixture.sections.remove(at: 1)
        #expect(try report(fixture).verdict == .notGo)
    }

    @Test func `the line table of a program linked by a C linker is not used`() throws {
        var fixture = ELFFixture.go(producerFlags: nil)
        fixture.sections.append(.init(name: ".init_array", flags: ELFFixture.writable))
        #expect(try report(fixture).verdict == .none)
        fixture = .go()
        fixture.sections.append(.init(name: ".init_array", flags: ELFFixture.writable))
        #expect(try report(fixture).verdict == .full)
    }

    @Test func `the build information is found without section headers`() throws {
        var fixture = ELFFixture.go()
        fixture.hasSectionHeaders = false
        let report = try report(fixture)
        #expect(report.verdict == .none)
        #expect(report.goVersion == GoVersion("1.26.1"))
        #expect(report.buildInfo?.setting("-gcflags") == "all=-N -l")
    }

    @Test func `another machine is reported before anything else`() throws {
        var fixture = ELFFixture.go()
        fixture.machine = 183
        #expect(try report(fixture).verdict == .wrongArchitecture)
        #expect(try report(fixture, host: .arm64).verdict == .full)
        #expect(try report(fixture, host: nil).verdict == .full)
    }

    @Test func `the verdict on contradictory and damaged files is unknown`() throws {
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
        // Zstandard, a wrong checksum, a wrong size, and random bytes.
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

    @Test func `declared sizes are not trusted`() throws {
        var fixture = ELFFixture.go()
        let place = try #require(fixture.sections.firstIndex { $0.name == ".debug_info" })
        fixture.sections[place].contents = Zlib.section([1, 2, 3], declaring: 1 << 40)
        let report = try report(fixture)
        #expect(report.verdict == .unknown)
        #expect(report.reasons.first?.contains("larger") == true, "\(report.reasons)")
    }

    /// With files as arguments of `go build`, GOPATH, go.work and `replace`, the user's packages are not only in the
    /// main module.
    @Test(arguments: [
        ("path\tcommand-line-arguments\ndep\texample.com/app\t(devel)\t\n", "example.com/app/lib"),
        ("path\tcommand-line-arguments\ndep\tapp\t(devel)\t\n", "app/lib"),
        ("path\texample.com/app\n", "example.com/app/lib"), ("path\tapp/cmd/x\n", "app/lib"),
        ("", "example.com/app/lib"),
        ("path\ta.b/a\nmod\ta.b/a\t(devel)\t\ndep\ta.b/b\t(devel)\t\n", "a.b/b"),
        (
            "path\ta.b/a\nmod\ta.b/a\t(devel)\t\ndep\ta.b/b\tv1.0.0\n=>\t../b\t(devel)\t\n",
            "a.b/b/c"
        ),
        ("path\ta.b/a\nmod\ta.b/a\t(devel)\t\ndep\ta.b/b\tv1.0.0\n=>\t/src/b\t\t\n", "a.b/b"),
        ("path\ta.b/a.test\nmod\ta.b/a\t(devel)\t\n", "a.b/a_test"),
    ])
    func `all packages of the user affect the verdict`(modules: String, package: String) throws {
        for (flags, verdict) in [("; regabi", BinaryReport.Verdict.optimized), ("; -N -l", .full)] {
            let report = try report(.go(modules: modules, otherUnits: [(package, flags)]))
            #expect(report.verdict == verdict, "\(report.reasons)")
            #expect(report.debugging?.moduleUnitCount == 1)
        }
    }

    @Test(arguments: [
        ("path\tcommand-line-arguments\ndep\ta.b/b\tv1.0.0\th1:x\n", "a.b/b/c"),
        ("path\ta.b/a\nmod\ta.b/a\t(devel)\t\ndep\ta.b/a/in\tv1.0.0\th1:x\n", "a.b/a/in/c"),
        (
            "path\ta.b/a\nmod\ta.b/a\t(devel)\t\ndep\ta.b/b\tv1.0.0\n=>\tc.d/b\tv1.0.0\th1:x\n",
            "a.b/b"
        ),
        ("path\ta.b/a\n", "a.b/a/vendor/c.d/e"), ("path\ta.b/a\n", "vendor/golang.org/x/net"),
        ("path\ta.b/a\n", "net/http"), ("path\ta.b/a\nmod\ta.b/a\t(devel)\t\n", "c.d/e"),
    ])
    func `packages of others may be optimized`(modules: String, package: String) throws {
        let report = try report(.go(modules: modules, otherUnits: [(package, "; regabi")]))
        #expect(report.verdict == .full, "\(report.reasons)")
    }

    @Test(arguments: ["freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "illumos", "android"])
    func `another operating system is reported before anything else`(system: String) throws {
        let modules = "path\ta.b/a\nmod\ta.b/a\t(devel)\t\nbuild\tGOOS="
        for host in [GoArchitecture.amd64, nil] {
            let report = try report(.go(modules: "\(modules)\(system)\n"), host: host)
            #expect(report.verdict == .wrongArchitecture)
            #expect(report.reasons.first?.hasPrefix("it is for \(system)/amd64") == true)
            #expect(report.behavior(of: .unknown()).contains("another operating system"))
        }
        #expect(try report(.go(modules: "\(modules)linux\n")).verdict == .full)
    }

    @Test func `without GOOS, the headers determine the operating system`() throws {
        func system(_ change: (inout ELFFixture) -> Void) throws -> String? {
            var fixture = ELFFixture.go()
            change(&fixture)
            let report = try report(fixture)
            let isHere = report.operatingSystem == nil
            #expect(report.verdict == (isHere ? .full : .wrongArchitecture))
            return report.operatingSystem
        }
        func part(_ name: String, _ contents: [UInt8]) -> ELFFixture.Section {
            .init(name: name, flags: 2, address: 0x50_0000, contents: contents)
        }
        for (abi, name) in [(2, "netbsd"), (6, "solaris"), (9, "freebsd"), (12, "openbsd")] {
            #expect(try system { $0.abi = UInt8(abi) } == name)
        }
        #expect(try system { $0.abi = 3 } == nil)
        for (loader, name) in [
            ("/usr/libexec/ld-elf.so.2", "dragonfly"), ("/system/bin/linker64", "android"),
            ("/lib/amd64/ld.so.1", "solaris"), ("/usr/libexec/ld.so", "openbsd"),
            ("/lib64/ld-linux-x86-64.so.2", nil), ("/lib/ld.so.1", nil),
        ] {
            #expect(
                try system { $0.sections.append(part(".interp", Array(loader.utf8) + [0])) } == name
            )
        }
        func note(_ owner: String) -> [UInt8] {
            let little = ELFFixture()
            let padding = [UInt8](repeating: 0, count: 3 - owner.utf8.count % 4)
            return little.number(UInt64(owner.utf8.count + 1), 4) + little.number(4, 4)
                + little.number(1, 4) + Array(owner.utf8) + [0] + padding + [1, 2, 3, 4]
        }
        for (owner, name) in [("FreeBSD", "freebsd"), ("OpenBSD", "openbsd"), ("GNU", nil)] {
            let contents = note("Go") + note(owner)
            #expect(try system { $0.sections.append(part(".note.tag", contents)) } == name)
        }
    }

    @Test func `a library cannot be debugged by itself`() throws {
        var fixture = ELFFixture.go()
        fixture.type = 3
        let library = try report(fixture)
        #expect(library.verdict == .none)
        #expect(library.reasons.first?.contains("library") == true)
        #expect(library.behavior(of: .unknown()).contains("the program that loads it"))
        #expect(library.buildCommand == nil)
        fixture.sections.append(
            .init(name: ".interp", flags: 2, address: 0x50_0000, contents: [0x2F, 0x6C, 0])
        )
        #expect(try report(fixture).verdict == .full)
        fixture.sections.removeLast()
        // DF_1_PIE, as in a program without a dynamic loader.
        fixture.sections.append(
            .init(
                name: ".dynamic",
                flags: 2,
                address: 0x50_0000,
                contents: fixture.number(0x6FFF_FFFB, 8) + fixture.number(0x0800_0000, 8)
            )
        )
        #expect(try report(fixture).verdict == .full)
    }

    @Test func `the verdict on a packed program is unknown`() throws {
        var fixture = ELFFixture()
        fixture.hasSectionHeaders = false
        fixture.sections = [
            .init(name: "a", flags: 3, address: 0x40_0000, contents: Array("UPX!".utf8)),
            .init(name: "b", flags: 6, address: 0x70_0000, contents: [1, 2, 3]),
        ]
        let packed = try report(fixture)
        #expect(packed.verdict == .unknown)
        #expect(packed.reasons.last?.contains("UPX") == true, "\(packed.reasons)")
        #expect(packed.usesCgo == .unknown)
        #expect(packed.cgoEvidence == "it has no section headers and does not require libc")
        fixture.sections.removeFirst()
        let other = try report(fixture)
        #expect(other.verdict == .unknown)
        #expect(other.reasons.last?.contains("UPX") == false, "\(other.reasons)")
    }
}
