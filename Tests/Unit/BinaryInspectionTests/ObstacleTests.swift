import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

@testable import BinaryInspection

/// Programs that Delve cannot open, or not in the usual way, regardless of their debug information.
@Suite(.unitLimit)
struct ObstacleTests {
    func report(_ fixture: ELFFixture, path: String = "/tmp/x") throws -> BinaryReport {
        try BinaryReport(BinaryFile(bytes: fixture.bytes, path: path), host: .amd64)
    }

    func without(_ name: String, _ fixture: ELFFixture) -> ELFFixture {
        var fixture = fixture
        fixture.sections.removeAll { $0.name == name }
        return fixture
    }

    @Test(
        arguments: [
            (".symtab", "no symbol table"), (".debug_frame", "lacks .debug_frame"),
            (".debug_line", "lacks .debug_line"), (".debug_addr", "lacks .debug_addr"),
        ],
        ["; -N -l regabi", "; regabi"]
    )
    func `the other sections that Delve requires must exist`(
        _ part: (name: String, reason: String),
        flags: String
    ) throws {
        let fixture = ELFFixture.go(producerFlags: flags, debugVersion: 5)
        let report = try report(without(part.name, fixture))
        #expect(report.verdict == .none)
        #expect(report.reasons.first?.contains(part.reason) == true, "\(report.reasons)")
        #expect(report.behavior(of: .version("1.27.1")) == "Delve refuses to debug it.")
        #expect(report.buildCommand?.hasPrefix("GOARCH=amd64 CGO_ENABLED=0 go build") == true)
    }

    @Test func `frame information of C is sufficient, and DWARF 4 requires no addresses`() throws {
        var fixture = without(".debug_frame", .go())
        fixture.sections.append(.init(name: ".eh_frame", contents: [0]))
        #expect(try report(fixture).verdict == .full)
        #expect(try report(without(".debug_addr", .go(debugVersion: 4))).verdict == .full)
    }

    @Test func `a package without variables changes the verdict`() throws {
        let report = try report(.go(otherUnits: [("example.com/app/x", "; -N -l -dwarf=false")]))
        #expect(report.verdict == .optimized)
        #expect(report.reasons.contains { $0.contains("-dwarf=false") }, "\(report.reasons)")
    }

    @Test func `programs built by gccgo are rejected`() throws {
        var fixture = ELFFixture.go()
        let debug = DebugFixture()
        let place = try #require(fixture.sections.firstIndex { $0.name == ".debug_info" })
        fixture.sections[place].contents = Zlib.section(
            debug.unit("main.go", producer: "GNU Go 12.2.0 -mtune=generic -g")
        )
        let report = try report(fixture)
        #expect(report.verdict == .none)
        #expect(report.reasons.first?.hasPrefix("GNU Go 12.2.0 compiled it") == true)
        #expect(report.behavior(of: .unknown()) == "Delve refuses to debug it.")
    }

    @Test func `a core dump requires its executable`() throws {
        var fixture = ELFFixture.go()
        fixture.type = 4
        let core = try report(fixture, path: "/tmp/core it")
        #expect(core.verdict == .none)
        #expect(core.behavior(of: .unknown()).hasSuffix("dlv core EXE '/tmp/core it'"))
        #expect(core.buildCommand == nil && core.substitutions { _ in nil }.isEmpty)
        fixture.sections.removeAll { $0.name != ".text" }
        let other = try report(fixture)
        #expect(
            other.verdict == .unknown && other.behavior(of: .unknown()).contains("dlv core EXE")
        )
    }

    @Test func `an object file cannot be debugged`() throws {
        var fixture = ELFFixture.go()
        fixture.type = 1
        #expect(try report(fixture).verdict == .none)
    }

    @Test func `UPX is detected in Go programs, and by its marker at the end`() throws {
        var fixture = ELFFixture.go(producerFlags: nil)
        fixture.hasSectionHeaders = false
        #expect(try !report(fixture).reasons.contains { $0.contains("UPX") })
        var bytes = fixture.bytes + [UInt8](repeating: 0, count: 8192) + Array("UPX!".utf8)
        bytes += [UInt8](repeating: 0, count: 32)
        let packed = try BinaryReport(BinaryFile(bytes: bytes, path: "/tmp/x"), host: .amd64)
        #expect(packed.verdict == .none)
        #expect(packed.reasons.last?.contains("UPX") == true, "\(packed.reasons)")
    }

    @Test(arguments: [
        ("/tmp/go-build1234/b001/exe/app", true), ("/x/go-build1/b001/exe/app", true),
        ("/tmp/go-build1234/b001/app", false), ("/tmp/b001/exe/app", false),
        ("/tmp/go-build1/b001/exe/x/app", false),
        ("/c/d9/d9451008ef49969a2edefa213191cb96834e538ba0e7740bd9d7622f05b9fadd-d/app", true),
        ("/c/d8/d9451008ef49969a2edefa213191cb96834e538ba0e7740bd9d7622f05b9fadd-d/app", false),
    ])
    func `a program built by go run is recognized`(path: String, isOfRun: Bool) throws {
        let report = try report(.go(producerFlags: nil), path: path)
        #expect(report.reasons.contains { $0.contains("`go run`") } == isOfRun)
    }

    @Test func `a test program is built by go test`() throws {
        // Go 1.21 records the package without `.test`; the tables contain the file that `go test` generates.
        let modules = "path\ta.b/a\nmod\ta.b/a\t(devel)\t\n"
        var fixture = ELFFixture.go(producerFlags: nil, modules: modules)
        #expect(try report(fixture).buildCommand == "go build -gcflags='all=-N -l' a.b/a")
        fixture.sections[1].contents += Array("_testmain.go".utf8) + [0]
        let stripped = try report(fixture)
        #expect(stripped.isTest)
        #expect(stripped.buildCommand == "go test -c -gcflags='all=-N -l' a.b/a")

        let debug = DebugFixture(sourceFile: "_testmain.go")
        fixture = ELFFixture.go(producerFlags: "; regabi", modules: modules)
        let place = try #require(fixture.sections.firstIndex { $0.name == ".debug_line" })
        fixture.sections[place].contents = Zlib.section(debug.lineTable)
        let report = try report(fixture)
        #expect(report.isTest)
        #expect(report.buildCommand == "go test -c -gcflags='all=-N -l' a.b/a")
    }

    @Test func `Zstandard is reported, with the Delve that supports it`() throws {
        var fixture = ELFFixture.go()
        let place = try #require(fixture.sections.firstIndex { $0.name == ".debug_info" })
        fixture.sections[place].contents[0] = 2
        let report = try report(fixture)
        #expect(report.verdict == .unknown)
        #expect(report.reasons.first?.contains("Go 1.21") == true, "\(report.reasons)")
    }

    @Test func `obstacles to starting the program are reported`() throws {
        let report = try report(.go())
        func notes(_ mode: UInt32, _ isExecutable: Bool, _ hasCapabilities: Bool = false)
            -> [String]
        {
            report.notes(
                .init(mode: mode, isExecutable: isExecutable, hasCapabilities: hasCapabilities)
            )
        }
        #expect(notes(0o755, true).isEmpty)
        #expect(notes(0o644, false) == ["It is not executable (mode 644): chmod +x /tmp/x"])
        #expect(notes(0o755, false).first?.contains("noexec") == true)
        #expect(notes(0o4755, true).first?.contains("set-user-ID") == true)
        #expect(notes(0o755, true, true).first?.contains("capabilities") == true)
        #expect(
            report.behavior(of: .version("1.27.1"), isExecutable: false)
                == "Delve debugs it fully. It must be executable first."
        )
    }
}
