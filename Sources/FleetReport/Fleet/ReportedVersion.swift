internal import ToolchainCore

/// A tool and its version, as reports name them.
package struct ReportedVersion: Hashable, Sendable, CustomStringConvertible {
    /// `go`, `dlv`, `gopls`.
    package internal(set) var tool: String
    /// The version, without `go` or `v` before it.
    package internal(set) var version: String

    /// `go1.21.0`, `dlv@1.25.0`.
    package var description: String { Drift.name(of: tool, version) }

    var isGo: Bool { tool == "go" }

    /// The command that removes what gotoolprov installed.
    var plainRemoval: String { "gotoolprov remove \(description.inShell)" }

    /// The Go line of the version; nil for tools and for versions that are not Go releases.
    var releaseLine: ReleaseLine? {
        guard isGo, let known = GoVersion(version), !known.isPreRelease else { return nil }
        return known.line
    }

    /// Orders by tool, Go first, then newest first, invalid versions last.
    static func isShownBefore(_ left: ReportedVersion, _ right: ReportedVersion) -> Bool {
        if left.tool != right.tool {
            if left.isGo || right.isGo { return left.isGo }
            return left.tool < right.tool
        }
        switch (GoVersion(left.version), GoVersion(right.version)) {
        case (let one?, let other?): return other < one
        case (.some, nil): return true
        case (nil, .some): return false
        case (nil, nil): return left.version < right.version
        }
    }
}
