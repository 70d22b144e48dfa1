package import ToolchainCore

extension GoSettings {
    /// Returns the version that a `go` of `version` switches to because GOTOOLCHAIN names it, or `nil`
    /// if it does not switch.
    ///
    /// A name, alone or with `+auto` or `+path`, selects that version, even an older one. The
    /// requirements of go.mod are not considered.
    package func toolchain(replacing version: GoVersion) -> GoVersion? {
        guard version.line >= .toolchainSwitching,
            let name = self["GOTOOLCHAIN"]?.value.split(byte: "+").first, name.hasPrefix("go"),
            let other = GoVersion(name), other != version
        else { return nil }
        return other
    }
}
