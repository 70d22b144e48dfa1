package import ToolchainCore

/// What became of one request.
package struct Outcome: Sendable {
    /// What was done, or with `--check` would be.
    package enum Action: String, Sendable {
        /// Nothing: it was there.
        case present
        /// The Go was there; its launcher was written.
        case launcher
        /// The tool was there; its link was written.
        case link
        /// The Go was there from elsewhere; it is what the archive holds, and now has a receipt.
        case adopted
        /// It was taken from its archive.
        case installed
        /// The tool was built from its source.
        case built
        /// The Go was there and could not be used, as its program or VERSION was gone; now it is whole.
        case repaired
    }

    /// What is known of a tool beside.
    package struct ToolDetail: Sendable {
        /// The Go versions that it is for; none where a version was requested without one.
        package let targets: [GoVersion]
        /// Why it is this version.
        package let reason: String
    }

    /// The request, as it was written.
    package let request: String
    /// What answers it.
    package let installation: Installation
    package let action: Action
    /// Its tree.
    package let path: String
    /// The launcher of a Go, the link of a tool.
    package let launcherPath: String
    /// The newest version that answers the request, where no source has it and an older one took its
    /// place.
    package var missing: GoVersion?
    /// The tree of another store that the launcher ran before; nil where it ran none.
    package var formerGoRoot: String?
    /// Nil for a Go.
    package var tool: ToolDetail?
}

extension Outcome {
    /// The version of a Go; nil for a tool.
    package var goVersion: GoVersion? {
        if case .go(let version) = installation { version } else { nil }
    }

    /// The executable of a tool; nil for a Go.
    package var program: String? {
        if case .tool(let build) = installation { "\(path)/bin/\(build.tool)" } else { nil }
    }
}
