/// A Go toolchain as the module that the `go` command downloads and Go's checksum database records:
/// `golang.org/toolchain v0.0.1-go1.27.1.linux-amd64`.
package struct ToolchainModule: Hashable, Sendable, CustomStringConvertible {
    /// The path of the module that every toolchain is a version of.
    package static let path = "golang.org/toolchain"

    /// The Go.
    package let go: GoVersion
    /// What it runs on.
    package let platform: GoPlatform

    /// The toolchain of a Go version for a platform.
    package init(_ go: GoVersion, _ platform: GoPlatform) {
        self.go = go
        self.platform = platform
    }

    /// The module's version: `v0.0.1-go1.27.1.linux-amd64`.
    ///
    /// The architecture is GOARCH, so it is `arm` for the archive `linux-armv6l`.
    package var version: String {
        "v0.0.1-\(go.toolchainName).\(GoPlatform.operatingSystem)-\(platform.architecture.rawValue)"
    }

    /// The path and the version, as a line of go.sum begins.
    package var description: String { "\(Self.path) \(version)" }
}
