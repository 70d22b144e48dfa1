/// A request for a tool: a version, or the newest compatible one.
package struct ToolRequest: Hashable, Sendable {
    package let tool: Tool
    /// The requested version; nil for the newest that is compatible with each Go.
    package let version: ToolVersion?

    /// Creates a request.
    package init(tool: Tool, version: ToolVersion?) {
        self.tool = tool
        self.version = version
    }

    /// Returns whether `text` requests a tool rather than a Go.
    package static func isForTool(_ text: String) -> Bool {
        ToolBuild(name: text) != nil || Tool(text.prefix { $0 != "@" }) != nil
    }

    /// Parses `dlv`, `dlv@latest`, `dlv@1.25.0` or `dlv@v1.25.0`.
    ///
    /// - Throws: ``GoRequest/Rejection`` for anything else.
    package init(parsing text: String) throws(GoRequest.Rejection) {
        let parts = text.split(byte: "@", omittingEmpty: false)
        guard let tool = parts.first.flatMap({ Tool($0) }), parts.count <= 2 else {
            throw GoRequest.Rejection(
                reason: "is neither a Go version nor a tool",
                suggestion: "requests look like `go1.21.13`, `dlv`, `dlv@1.25.0`, `gopls`"
            )
        }
        guard parts.count == 2, parts[1] != "latest" else {
            self.init(tool: tool, version: nil)
            return
        }
        guard let version = ToolVersion(parts[1]) else {
            throw GoRequest.Rejection(
                reason: "does not name a version of \(tool)",
                suggestion:
                    "versions look like `\(tool)@1.25.0`; `\(tool)` alone selects the newest"
                    + " version compatible with each Go"
            )
        }
        self.init(tool: tool, version: version)
    }
}

extension ToolRequest: CustomStringConvertible {
    /// The shortest spelling of the same request.
    package var description: String {
        version.map { "\(tool)@\($0)" } ?? tool.name
    }
}
