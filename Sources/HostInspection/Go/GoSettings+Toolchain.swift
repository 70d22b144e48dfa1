package import ToolchainCore

extension GoSettings {
    /// The version that `go` of `version` becomes because GOTOOLCHAIN names another one; nil where it
    /// stays what it is, as far as these settings go.
    ///
    /// A name, alone or with `+auto` or `+path`, is that version, newer or older. What go.mod asks for
    /// is another matter.
    package func toolchain(replacing version: GoVersion) -> GoVersion? {
        guard version.line >= .toolchainSwitching,
            let name = self["GOTOOLCHAIN"]?.value.split(byte: "+").first, name.hasPrefix("go"),
            let other = GoVersion(name), other != version
        else { return nil }
        return other
    }
}
