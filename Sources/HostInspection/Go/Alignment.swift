internal import ToolchainCore

/// Where a host stands against what is wanted of it: the plan for one request, in view of all that is there.
package struct Alignment: Hashable, Sendable {
    /// What there is to do.
    package enum Action: String, Hashable, Sendable, CaseIterable {
        /// Nothing.
        case keep
        /// Nothing of the kind is there.
        case install
        /// Something older of the kind is there, and stays.
        case upgrade
        /// Files of a tree that is there and cannot be used.
        case repair
        /// Others are there that are no answer, and stay.
        case sideBySide = "side-by-side"
        /// It cannot be done here.
        case blocked
    }

    /// `go`, `dlv`, `gopls`.
    package let tool: String
    /// The request, as it was written.
    package let request: String
    /// Where the request comes from: `arguments`, a manifest, a go.mod.
    package let source: String
    /// What there is to do.
    package let action: Action
    /// The version that is kept or would be installed; nil where none is known.
    package let version: String?
    /// Why.
    package let reason: String

    /// A step from its parts.
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
    /// What to do for a tool that is not there.
    ///
    /// - Parameters:
    ///   - tool: `dlv`, `gopls`.
    ///   - request: What was asked for, as it was written.
    ///   - source: Who asked.
    ///   - version: The version that would come.
    ///   - reason: Why it is this one.
    ///   - found: Every tool that was found, whoever put it there.
    /// - Returns: The step.
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
        let older = GoVersion(version).flatMap { wanted in
            known.filter { $0.version < wanted }.max { $0.version < $1.version }
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
