public import ToolchainCore

/// A Delve or gopls that lies on a host, as its binary says.
public struct FoundTool: Hashable, Sendable {
    /// The file.
    public let path: String
    /// `dlv`, `gopls`.
    public let tool: String
    /// `1.25.0`; nil where it cannot be told without running it.
    public let version: String?
    /// The Go that built it; nil where that cannot be told.
    public let builtWith: GoVersion?
    /// What keeps it from being run, such as a loader that is not there; nil where nothing does.
    public let flaw: String?

    /// A tool from what its binary says.
    public init(
        path: String,
        tool: String,
        version: String?,
        builtWith: GoVersion?,
        flaw: String? = nil
    ) {
        self.path = path
        self.tool = tool
        self.version = version
        self.builtWith = builtWith
        self.flaw = flaw
    }
}
