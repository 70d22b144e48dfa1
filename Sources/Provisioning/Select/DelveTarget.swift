package import BinaryInspection
package import ToolchainCore

/// The properties of a program that determine which Delve can debug it.
package struct DelveTarget: Hashable, Sendable {
    /// The Go that built the program, or that Delve will build it with.
    package let goVersion: GoVersion
    /// The DWARF version of the program, 0 if it has no DWARF, or `nil` if unknown or not built yet.
    package let dwarfVersion: Int?

    /// Creates the target for a program that has not been built yet.
    package init(builtBy goVersion: GoVersion) {
        self.goVersion = goVersion
        dwarfVersion = nil
    }

    /// Creates the target for a program; `nil` if the program does not name a Go release.
    package init?(_ report: BinaryReport) {
        guard let version = report.goVersion else { return nil }
        goVersion = version
        // Unreadable debug information may have any version.
        dwarfVersion =
            report.verdict == .unknown ? nil : report.debugging.map { $0.version ?? 0 } ?? 0
    }
}
