internal import ToolchainCore

/// The version that a request selects.
struct GoSelection {
    let version: GoVersion
    /// The newest version that matches the request, if it is not available offline.
    var missing: GoVersion?
    /// What names the version, or `nil` for an exact request, and if it is only installed.
    var source: GoNameSource?
    /// The newest matching version, if the cooldown excludes it.
    var cooling: CoolingGo?
}
