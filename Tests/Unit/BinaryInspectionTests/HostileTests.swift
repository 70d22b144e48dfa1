import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// Hostile programs that try to exhaust memory and time.
@Suite(.unitLimit)
struct HostileTests {
    func report(_ fixture: ELFFixture) throws -> BinaryReport {
        try BinaryReport(BinaryFile(bytes: fixture.bytes, path: "/tmp/x"), host: .amd64)
    }

    /// A line table of version 2 in which all files are in one directory.
    static func lineTable(directory: String, fileCount: Int, file: String = "x.go") -> [UInt8] {
        let little = ELFFixture()
        var header: [UInt8] = [1, 1, 0xFC, 10, 11, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0]
        header += Array(directory.utf8) + [0, 0]
        let entry = Array(file.utf8) + [0, 1, 0, 0]
        for _ in 0..<fileCount { header += entry }
        header += [0]
        let body = little.number(2, 2) + little.number(UInt64(header.count), 4) + header
        return little.number(UInt64(body.count), 4) + body
    }

    @Test(arguments: [
        (4000, 1, "x.go", false), (4000, 60_000, "x.go", true), (5000, 1, "x.go", true),
        (10, 1, String(repeating: "x", count: 5000), true),
    ])
    func `a line table with huge paths is not read, and a reason reports that`(
        directorySize: Int,
        fileCount: Int,
        file: String,
        isTooLarge: Bool
    ) throws {
        var fixture = ELFFixture.go(isCompressed: false)
        let index = try #require(fixture.sections.firstIndex { $0.name == ".debug_line" })
        let directory = "/" + String(repeating: "f", count: directorySize - 1)
        fixture.sections[index].contents = Self.lineTable(
            directory: directory,
            fileCount: fileCount,
            file: file
        )
        let report = try report(fixture)
        #expect(report.verdict == .full)
        #expect(report.sourceDirectory == (isTooLarge ? nil : directory))
        #expect(report.reasons.contains { $0.contains("too large to read") } == isTooLarge)
    }

    @Test func `the time is not the product of the numbers of packages and modules`() throws {
        let dependencies = (0..<4000).map { "dep\ta.b/m\($0)\t(devel)\t\n" }.joined()
        let names = (0..<20_000).map { "c.d/p\($0)" } + ["a.b/m7/x", "a.b/m8_test"]
        let fixture = ELFFixture.go(
            isCompressed: false,
            modules: "path\ta.b/app\nmod\ta.b/app\t(devel)\t\n\(dependencies)",
            otherUnits: names.map { (name: $0, flags: "; regabi") },
            sourceDirectory: "a.b/app"
        )
        let bytes = fixture.bytes
        let report = try BinaryReport(BinaryFile(bytes: bytes), host: .amd64)
        #expect(report.debugging?.unitCount == 20_004)
        #expect(report.debugging?.moduleUnitCount == 2)
        #expect(report.verdict == .optimized)
    }

    @Test func `only the first of very many modules are read, and a reason reports that`() throws {
        let dependencies = (0..<10_050).map { "dep\ta.b/m\($0)\tv1.0.0\th1:x\n" }.joined()
        let modules = "path\ta.b/app\nmod\ta.b/app\t(devel)\t\n\(dependencies)=>\t./x\t(devel)\t\n"
        let report = try report(.go(modules: modules))
        let info = try #require(report.buildInfo)
        #expect(info.dependencyCount == 10_050 && info.dependencies.count == 10_000)
        #expect(!info.dependencies.contains { $0.isLocal })
        let reason = "it names 10050 other modules, of which the first 10000 were read"
        #expect(report.reasons.contains(reason), "\(report.reasons)")
    }

    @Test func `the number of invalid headers of build information is limited`()
        throws
    {
        let fake: [UInt8] =
            [0xFF] + Array(" Go buildinf:".utf8) + [8, 2] + [UInt8](repeating: 0, count: 32)
        for (count, isFound) in [(1, true), (1000, false)] {
            var fixture = ELFFixture.go()
            let index = try #require(fixture.sections.firstIndex { $0.name == ".go.buildinfo" })
            let real = fixture.sections[index].contents
            fixture.sections[index].contents = (0..<count).flatMap { _ in fake } + real
            let info = try report(fixture).buildInfo
            #expect((info != nil) == isFound)
        }
    }

    @Test func `only the first parts of a very damaged file are reported`() throws {
        var fixture = ELFFixture.go()
        fixture.sections += (0..<100).map { index in
            ELFFixture.Section(
                name: ".data\(index)",
                flags: ELFFixture.readOnly,
                address: 0x50_0000 + UInt64(index) * 0x1000,
                contents: [UInt8](repeating: 0, count: 256)
            )
        }
        let bytes = fixture.bytes
        let elf = try ELFFile(BinaryFile(bytes: Array(bytes.prefix(bytes.count / 3))))
        #expect(elf.damage.count == 16, "\(elf.damage.count)")
    }

    @Test func `the memory for abbreviations is limited`() {
        var entry: [UInt8] = [1, 0x11, 0]
        for _ in 0..<255 { entry += [0x03, 0x08] }
        entry += [0, 0]
        var bytes: [UInt8] = []
        for _ in 0..<20_000 { bytes += entry }
        var table = AbbreviationTable(bytes)
        var found = 0
        for index in 0..<20_000 {
            let place = UInt64(index * entry.count)
            if table.attributes(ofCode: 1, tableAt: place) != nil { found += 1 }
        }
        #expect((10_000..<20_000).contains(found), "\(found)")
    }

    @Test(arguments: [
        ("a.b/m", ["a.b/m"]), ("a.b/m/x", ["a.b/m"]), ("a.b/mx", []), ("a.b", []),
        ("c.d/e/f/g", ["c.d/e", "c.d/e/f"]), ("c.d/e/fg", ["c.d/e"]), ("", []), ("/c.d/e", []),
        ("c.d/é/f", []),
    ])
    func `the modules that contain a package are found`(
        package: String,
        modules: [String]
    ) {
        let paths = ["c.d/e/f", "a.b/m", "c.d/e", "c.d/e"]
        let index = ModuleIndex(paths)
        #expect(index.modules(around: package).map { paths[$0] } == modules)
        #expect(Set(modules) == Set(paths.filter { package.isInside($0) }))
        #expect(index.module(at: package).map { paths[$0] == package } ?? !paths.contains(package))
    }

    @Test func `a path with very many components has no module`() {
        let long = [String](repeating: "a", count: 10_000).joined(separator: "/")
        let index = ModuleIndex([long, "a/a"])
        #expect(index.modules(around: long) == [1])
        #expect(index.module(at: long) == nil)
    }
}
