internal import ToolchainCore

/// The action that one request requires, in view of all installations on the host.
package struct Alignment: Hashable, Sendable {
    /// The action that a request requires.
    package enum Action: String, Hashable, Sendable, CaseIterable {
        /// Nothing: the request is satisfied.
        case keep
        /// Install; no version of the tool is present.
        case install
        /// Install; an older version is present and is kept.
        case upgrade
        /// Restore files of a tree that is present but cannot be used.
        case repair
        /// Install; other versions are present and are kept.
        case sideBySide = "side-by-side"
        /// The request cannot be satisfied on this host.
        case blocked
    }

    /// The name of the tool: `go`, `dlv` or `gopls`.
    package let tool: String
    /// The request, as the user wrote it.
    package let request: String
    /// The origin of the request: `arguments`, a manifest, a go.mod.
    package let source: String
    /// The action that the request requires.
    package let action: Action
    /// The version that is kept or would be installed, or `nil` if none is known.
    package let version: String?
    /// Why this action is required.
    package let reason: String

    package init(
        tool: String,
        request: String,
        source: String,
        action: Action,
        version: String?,
        reason: String
    ) {
        self.tool = tool
        self.request = request
        self.source = source
        self.action = action
        self.version = version
        self.reason = reason
    }
}

extension Alignment {
    /// Returns the action for a tool whose requested version is not installed.
    ///
    /// - Parameters:
    ///   - tool: The name of the tool: `dlv` or `gopls`.
    ///   - request: The request, as the user wrote it.
    ///   - source: The origin of the request.
    ///   - version: The version that would be installed.
    ///   - reason: Why this version was selected.
    ///   - found: All tools on the host, managed and foreign.
    /// - Returns: The action.
    package static func toInstall(
        tool: String,
        request: String,
        source: String,
        version: String,
        reason: String,
        found: [FoundTool]
    ) -> Alignment {
        let others = found.filter { $0.tool == tool && $0.problem == nil }
        let known = others.compactMap { tool in
            tool.version.flatMap { GoVersion($0) }.map { (tool: tool, version: $0) }
        }
        let older = GoVersion(version).flatMap { requested in
            known.filter { $0.version < requested }.max { $0.version < $1.version }
        }
        var words = reason
        if let older {
            words += "; \(older.tool.path) (\(older.version)) is kept"
        } else if let other = others.first {
            words += "; \(other.path) (\(other.version ?? "unknown version")) is kept"
        }
        return Alignment(
            tool: tool,
            request: request,
            source: source,
            action: older != nil ? .upgrade : others.isEmpty ? .install : .sideBySide,
            version: version,
            reason: words
        )
    }
}
