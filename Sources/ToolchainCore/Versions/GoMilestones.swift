/// The lines of Go from which on something is so: each with what it is known from.
extension ReleaseLine {
    /// There is none before: go.dev/doc/devel/release.
    package static let first = ReleaseLine(minor: 0)
    /// Its first release has a third number: docs/facts/edge-cases.md#go-version-names.
    static let firstReleaseHasPatch = ReleaseLine(minor: 21)
    /// GOTOOLCHAIN, and switching to what go.mod requires: release notes of Go 1.21, "Toolchain";
    /// docs/facts/go-toolchains.md#toolchains-on-path.
    package static let toolchainSwitching = ReleaseLine(minor: 21)
    /// `go.env` is part of a tree: docs/facts/go-toolchains.md#the-file-goenv.
    package static let goEnvFile = ReleaseLine(minor: 21)
    /// Go's own programs need no C library: golang/go#18773; VERSION, archives and loaders of 1.20 and 1.21.
    package static let programsWithoutCLibrary = ReleaseLine(minor: 21)
    /// Second-class ports have archives: the list of go.dev/dl.
    package static let archivesOfSecondClassPorts = ReleaseLine(minor: 21)
    /// Programs that a Delve on riscv64 debugs: docs/facts/debugging.md#delve-and-go-versions.
    static let delveOnRISCV64 = ReleaseLine(minor: 24)
    /// GOCACHEPROG: release notes of Go 1.24, "Go command".
    package static let cacheProgram = ReleaseLine(minor: 24)
    /// GOFIPS140: release notes of Go 1.24, "FIPS 140-3 compliance".
    package static let fipsModule = ReleaseLine(minor: 24)
    /// Debug information is DWARF 5, and DWARF 4 before: docs/facts/debugging.md#debug-information.
    package static let dwarf5 = ReleaseLine(minor: 25)

    /// The DWARF version of programs that a Go of this line compiles.
    package var dwarfVersion: Int { self >= .dwarf5 ? 5 : 4 }
}
