package import ToolchainCore

/// What one run has read of the official list of releases.
struct OfficialState: Sendable {
    /// The copy in the cache, or `nil` until it has been looked for.
    var kept: OfficialAnswer?
    /// The answer of the official site, or `nil` until it has been asked.
    var fetched: OfficialAnswer?
    /// Whether a failure to fetch the list was reported.
    var isReported = false
}

/// The official list, or why there is none.
package struct OfficialAnswer: Sendable {
    /// The list, or `nil` if none can be used.
    package var copy: OfficialCopy?
    /// Why there is no list, or only an older copy; `nil` if nothing went wrong.
    package var failure: Failure?
}

/// What the official list says about the archive of a version.
package struct OfficialArchive: Sendable {
    /// The digest and the size, or `nil` if the list does not have the archive or cannot be used.
    package let archive: OfficialReleases.Archive?
    /// The time of the list, or `nil` if none can be used.
    package let listedAt: UTCTime?
    /// Why the list cannot be used or is not a new one, on one line; `nil` otherwise.
    package let reason: String?
}
