import Testing

@testable import ToolchainCore

struct GoMilestonesTests {
    @Test(arguments: [
        (ReleaseLine.first, "1.0", "1.0"), (.toolchainSwitching, "1.21", "1.21.0"),
        (.goEnvFile, "1.21", "1.21.0"), (.dwarf5, "1.25", "1.25.0"),
        (.firstReleaseHasPatch, "1.21", "1.21.0"), (ReleaseLine(minor: 20), "1.20", "1.20"),
        (ReleaseLine(minor: 9), "1.9", "1.9"),
    ])
    func `a line has a name and a first release`(line: ReleaseLine, name: String, first: String) {
        #expect(line.description == name)
        #expect(line == GoVersion(name)?.line)
        #expect(line.firstRelease == GoVersion(first))
        #expect(line.firstRelease.description == first)
        #expect(!line.firstRelease.isLanguageVersion)
    }

    @Test(arguments: [("1.20.14", false), ("1.21rc1", true), ("1.21.0", true), ("1.100.0", true)])
    func `a milestone includes its pre-releases and all later versions`(
        version: String,
        isReached: Bool
    ) throws {
        let line = try #require(GoVersion(version)).line
        #expect((line >= .toolchainSwitching) == isReached)
    }

    @Test func `Go writes DWARF 5 since 1.25`() {
        #expect(ReleaseLine(minor: 24).dwarfVersion == 4)
        #expect(ReleaseLine(minor: 25).dwarfVersion == 5)
    }
}
