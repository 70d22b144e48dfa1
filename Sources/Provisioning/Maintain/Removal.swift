package import ToolchainCore

/// What became of something that is no longer wanted.
package struct Removal: Sendable {
    /// What it is.
    package let installation: Installation
    /// Whether it was there.
    package let wasPresent: Bool
    /// Where its tree was or would have been.
    package let path: String
    /// Whether it was the Go that `use` chose, so that `go` and `gofmt` went with it.
    package let wasDefault: Bool
}
