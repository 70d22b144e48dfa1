package import ToolchainCore

/// A Delve or gopls executable on a host, identified from its binary.
package struct FoundTool: Hashable, Sendable {
    /// The path of the file.
    package let path: String
    /// The name: `dlv` or `gopls`.
    package let tool: String
    /// The version, such as `1.25.0`, or `nil` if it cannot be determined without running the tool.
    package let version: String?
    /// The Go that built it, or `nil` if unknown.
    package let builtWith: GoVersion?
    /// The reason that it cannot run, such as a missing loader, or `nil` if it can.
    package let problem: String?

    package init(
        path: String,
        tool: String,
        version: String?,
        builtWith: GoVersion?,
        problem: String? = nil
    ) {
        self.path = path
        self.tool = tool
        self.version = version
        self.builtWith = builtWith
        self.problem = problem
    }
}
