internal import ToolchainCore

/// Whether a Go version still gets fixes, and how many of them it lacks.
package struct Support: Hashable, Sendable {
    /// Whether it gets fixes.
    package enum State: String, JSONWord, CaseIterable {
        case supported
        /// Past its end of life.
        case eol
        /// A beta or a release candidate, which never gets any, of a line that is not past its end.
        case prerelease
        case unknown
        package static var unheardOf: State { .unknown }
    }

    /// Whether it gets fixes.
    package var state: State
    /// The day on which its end of life began, as exactly as it is known: `2026-08-19`.
    package var eolSince: String?
    /// The newest release of its line.
    package var newestPatch: String?
    /// How many releases of its line are newer.
    package var patchLag: Int?
    /// For how many days there has been a newer one.
    package var daysBehind: Int?

    /// A support from what is known about it.
    package init(
        _ state: State,
        eolSince: String? = nil,
        newestPatch: String? = nil,
        patchLag: Int? = nil,
        daysBehind: Int? = nil
    ) {
        self.state = state
        self.eolSince = eolSince
        self.newestPatch = newestPatch
        self.patchLag = patchLag
        self.daysBehind = daysBehind
    }
}
