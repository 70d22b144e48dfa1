package import ToolchainCore

/// The result of selecting the default Go.
package struct Selection: Sendable {
    package let version: GoVersion
    /// The path of the tree.
    package let goRoot: String
    /// Whether the selection changed anything.
    package let isChanged: Bool
    /// The paths of its launchers: `go` and `gofmt`.
    package let launcherPaths: [String]
    /// The default link of another store that `go` used before, or `nil`.
    package let formerLink: String?
}

/// The result of selecting a tool.
package struct ToolSelection: Sendable {
    package let tool: Installed<ToolBuild>
    /// The path of the link with the tool's plain name.
    package let link: String
    /// Whether the selection changed anything.
    package let isChanged: Bool
}
