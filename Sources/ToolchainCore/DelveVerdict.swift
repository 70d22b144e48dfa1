/// Whether a Delve debugs what a Go builds.
public enum DelveVerdict: Hashable, Sendable {
    /// It does.
    case accepts
    /// It does not, and why: the end of a sentence about that Delve.
    case refuses(reason: String)
    /// That is not known, and why: the end of a sentence about that Delve. It is then neither
    /// compatible nor incompatible: Delve itself checks.
    case unknown(reason: String)

    /// Whether it does; nil where that is not known.
    public var isAccepted: Bool? {
        switch self {
        case .accepts: true
        case .refuses: false
        case .unknown: nil
        }
    }

    /// Why it does not, or why that is not known; nil where it does.
    public var reason: String? {
        switch self {
        case .accepts: nil
        case .refuses(let reason), .unknown(let reason): reason
        }
    }
}

extension ToolCatalogue {
    /// Whether a Delve that is there debugs what a Go builds.
    ///
    /// - Parameters:
    ///   - version: Its version.
    ///   - builder: The Go that built it, where that is known.
    ///   - line: The Go that builds the programs.
    ///   - architecture: The host's.
    /// - Returns: The verdict; unknown where no range is recorded for the version, as for one that is
    ///   newer than this gotoolprov.
    public func verdict(
        onDelve version: ToolVersion,
        builtBy builder: GoVersion?,
        debugging line: ReleaseLine,
        on architecture: GoArchitecture
    ) -> DelveVerdict {
        guard recordsRange(ofDelve: version) else {
            return .unknown(
                reason: "is a version whose range of Go versions is not known to this gotoolprov"
            )
        }
        let refusal = refusal(
            ofDelve: version,
            builtBy: builder,
            debugging: line,
            on: architecture
        )
        return refusal.map { DelveVerdict.refuses(reason: $0) } ?? .accepts
    }
}
