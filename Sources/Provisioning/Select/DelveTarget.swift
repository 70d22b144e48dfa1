package import BinaryInspection
package import ToolchainCore

/// What Delve is to debug, as far as that decides which Delve it has to be.
package struct DelveTarget: Hashable, Sendable {
    /// The Go that built the program, or that Delve will have build it.
    package let goVersion: GoVersion
    /// The version of DWARF in the program, 0 where it has none; nil where there is no program yet.
    package let dwarfVersion: Int?

    /// A program that a Go is yet to build.
    package init(builtBy goVersion: GoVersion) {
        self.goVersion = goVersion
        dwarfVersion = nil
    }

    /// A program; nil where it does not name a Go release.
    package init?(_ report: BinaryReport) {
        guard let version = report.goVersion else { return nil }
        goVersion = version
        // What cannot be read may be anything.
        dwarfVersion =
            report.verdict == .unknown ? nil : report.debugging.map { $0.version ?? 0 } ?? 0
    }
}
