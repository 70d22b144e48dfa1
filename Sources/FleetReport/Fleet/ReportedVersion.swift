internal import ToolchainCore

/// A tool and its version, as written in reports.
package struct ReportedVersion: Hashable, Sendable, CustomStringConvertible {
    /// The name of the tool: `go`, `dlv`, `gopls`.
    package internal(set) var tool: String
    /// The version, without a leading `go` or `v`.
    package internal(set) var version: String

    /// The tool and version in one word: `go1.21.0`, `dlv@1.25.0`.
    package var description: String { Drift.name(of: tool, version) }

    var isGo: Bool { tool == "go" }

    /// The command that removes an installation made by gotoolprov.
    var removalCommand: String { "gotoolprov remove \(description.inShell)" }

    /// The release line, or `nil` for tools and for versions that are not Go releases.
    var releaseLine: ReleaseLine? {
        guard isGo, let known = GoVersion(version), !known.isPreRelease else { return nil }
        return known.line
    }

    /// Sorts Go before tools, then newest first, with invalid versions last.
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
