package import ToolchainCore

/// The result of a removal.
package struct Removal: Sendable {
    /// The Go or tool to remove.
    package let installation: Installation
    /// Whether it was installed.
    package let wasPresent: Bool
    /// The path of its tree.
    package let path: String
    /// Whether it was the default Go, so that `go` and `gofmt` were removed, too.
    package let wasDefault: Bool
}
