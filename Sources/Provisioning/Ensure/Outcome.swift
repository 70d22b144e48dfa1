package import ToolchainCore

/// The outcome of one request.
package struct Outcome: Sendable {
    /// The action that was taken or, with `--check`, would be.
    package enum Action: String, Sendable {
        /// Nothing: the requested version was already installed.
        case present
        /// The launcher of an installed Go was written.
        case launcher
        /// The link of an installed tool was written.
        case link
        /// A receipt was written for a foreign Go whose files match the archive.
        case adopted
        /// The Go or tool was installed from an archive.
        case installed
        /// The tool was built from source.
        case built
        /// A Go whose program or VERSION was missing was repaired.
        case repaired
    }

    /// Details about an installed tool.
    package struct ToolDetail: Sendable {
        /// The Go versions that the tool is for; empty if a version was requested without a Go.
        package let targets: [GoVersion]
        /// Why this version was selected.
        package let reason: String
    }

    /// The request, as the user wrote it.
    package let request: String
    /// The Go or tool that satisfies the request.
    package let installation: Installation
    package let action: Action
    /// The path of the tree.
    package let path: String
    /// The path of the launcher of a Go, or of the link of a tool.
    package let launcherPath: String
    /// The newest version that matches the request, if no source has it and an older one was selected.
    package var missing: GoVersion?
    /// What names the version, or `nil` for an exact request, and if it is only installed.
    package var source: GoNameSource?
    /// The newest version that matches the request, if the cooldown excludes it.
    package var cooling: CoolingGo?
    /// The tree that the launcher ran before, if it is a different one, or `nil`.
    package var formerGoRoot: String?
    /// The log that has proven, or would have to prove, an installed version that no catalog lists, in words:
    /// `the log`; `nil` for any other version.
    package var provingLog: String?
    /// The sites whose catalogs had expired, which the user accepted.
    package var expiredSites: [SiteName] = []
    /// The details of a tool, or `nil` for a Go.
    package var tool: ToolDetail?
}

extension Outcome {
    /// The version of a Go, or `nil` for a tool.
    package var goVersion: GoVersion? {
        if case .go(let version) = installation { version } else { nil }
    }

    /// The path of a tool's executable, or `nil` for a Go.
    package var program: String? {
        if case .tool(let build) = installation { "\(path)/bin/\(build.tool)" } else { nil }
    }
}

extension [Outcome] {
    /// Appends an outcome, unless an earlier request led to the same installation.
    ///
    /// - Parameter outcome: The outcome of the next request.
    /// - Returns: Whether it was appended.
    package mutating func appendNew(_ outcome: Outcome) -> Bool {
        guard !contains(where: { $0.installation == outcome.installation }) else { return false }
        append(outcome)
        return true
    }
}
