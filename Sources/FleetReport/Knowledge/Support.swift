internal import ToolchainCore

/// The support state of a Go version, and how far it is behind.
package struct Support: Hashable, Sendable {
    /// Whether a version still receives fixes.
    package enum State: String, JSONWord, CaseIterable {
        case supported
        /// Past its end of life.
        case eol
        /// A beta or release candidate, which never receives fixes, of a line that is not past its
        /// end of life.
        case prerelease
        case unknown
        package static var unrecognized: State { .unknown }
    }

    /// Whether the version still receives fixes.
    package var state: State
    /// The day or month on which support ended: `2026-08-19` or `2026-08`.
    package var eolSince: String?
    /// The newest release of the same line.
    package var newestPatch: String?
    /// The number of newer releases of the same line.
    package var patchLag: Int?
    /// The number of days since the first newer release of the same line.
    package var daysBehind: Int?

    /// Creates a support state from its parts.
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
