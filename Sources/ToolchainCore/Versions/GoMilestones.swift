/// The Go release lines in which a behavior changed, each with its source.
extension ReleaseLine {
    /// The oldest line (go.dev/doc/devel/release).
    package static let first = ReleaseLine(minor: 0)
    /// The first release of a line has a patch number, as in `1.21.0`
    /// (docs/facts/edge-cases.md#go-version-names).
    static let firstReleaseHasPatch = ReleaseLine(minor: 21)
    /// The `go` command switches to the toolchain that GOTOOLCHAIN or go.mod selects (release notes of
    /// Go 1.21, "Toolchain"; docs/facts/go-toolchains.md#toolchains-on-path).
    package static let toolchainSwitching = ReleaseLine(minor: 21)
    /// Go's checksum database records the toolchains, which come from `cmd/distpack` as the archives do
    /// (release notes of Go 1.21, "Toolchain").
    package static let recordedInLog = ReleaseLine(minor: 21)
    /// A toolchain includes the file `go.env` (docs/facts/go-toolchains.md#the-file-goenv).
    package static let goEnvFile = ReleaseLine(minor: 21)
    /// Go's own executables do not require a C library (golang/go#18773; checked in the archives of 1.20
    /// and 1.21).
    package static let programsWithoutCLibrary = ReleaseLine(minor: 21)
    /// Archives are published for second-class ports (go.dev/dl).
    package static let archivesOfSecondClassPorts = ReleaseLine(minor: 21)
    /// Delve can debug programs on riscv64 (docs/facts/debugging.md#delve-and-go-versions).
    static let delveOnRISCV64 = ReleaseLine(minor: 24)
    /// GOCACHEPROG is supported (release notes of Go 1.24, "Go command").
    package static let cacheProgram = ReleaseLine(minor: 24)
    /// GOFIPS140 is supported (release notes of Go 1.24, "FIPS 140-3 compliance").
    package static let fipsModule = ReleaseLine(minor: 24)
    /// Debug information is DWARF 5; it was DWARF 4 before (docs/facts/debugging.md#debug-information).
    package static let dwarf5 = ReleaseLine(minor: 25)

    /// The DWARF version in programs that a Go of this line builds.
    package var dwarfVersion: Int { self >= .dwarf5 ? 5 : 4 }
}
