package import ToolchainCore

/// What became of the choice of a default Go.
package struct Selection: Sendable {
    package let version: GoVersion
    /// Its tree.
    package let goRoot: String
    /// Whether anything had to be changed.
    package let isChanged: Bool
    /// The launchers that run it: `go` and `gofmt`.
    package let launcherPaths: [String]
    /// The link of another store by which `go` was chosen before; nil where there was none.
    package let formerLink: String?
}

/// What became of the choice of a tool.
package struct ToolSelection: Sendable {
    package let tool: Installed<ToolBuild>
    /// The link by its plain name.
    package let link: String
    /// Whether anything had to be changed.
    package let isChanged: Bool
}
