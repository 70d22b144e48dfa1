package import ToolchainCore

/// A Delve or gopls that lies on a host, as its binary says.
package struct FoundTool: Hashable, Sendable {
    /// The file.
    package let path: String
    /// `dlv`, `gopls`.
    package let tool: String
    /// `1.25.0`; nil where it cannot be told without running it.
    package let version: String?
    /// The Go that built it; nil where that cannot be told.
    package let builtWith: GoVersion?
    /// What keeps it from being run, such as a loader that is not there; nil where nothing does.
    package let problem: String?

    /// A tool from what its binary says.
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
