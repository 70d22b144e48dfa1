/// The module in which the `go` command downloads a toolchain and which Go's checksum database records:
/// `golang.org/toolchain v0.0.1-go1.27.1.linux-amd64`.
package struct ToolchainModule: Hashable, Sendable, CustomStringConvertible {
    /// The path of the module, which has a version for each toolchain.
    package static let path = "golang.org/toolchain"

    package let go: GoVersion
    package let platform: GoPlatform

    /// Creates the module of a Go version for a platform.
    package init(_ go: GoVersion, _ platform: GoPlatform) {
        self.go = go
        self.platform = platform
    }

    /// Parses a version of the module; nil for one that no toolchain of this operating system has.
    package init?(version: String) {
        let prefix = "v0.0.1-go"
        guard version.utf8.starts(with: prefix.utf8),
            let mark = version.range(ofFirst: ".\(GoPlatform.operatingSystem)-"),
            let architecture = GoArchitecture(rawValue: String(version[mark.upperBound...])),
            let go = GoVersion(
                String(version[..<mark.lowerBound].dropFirst(prefix.count))
            )
        else { return nil }
        self.init(go, GoPlatform(architecture))
        guard self.version.hasSameBytes(as: version) else { return nil }
    }

    /// The module's version: `v0.0.1-go1.27.1.linux-amd64`.
    ///
    /// The architecture is GOARCH, for example `arm` and not `armv6l` as in the name of the archive.
    package var version: String {
        "v0.0.1-\(go.toolchainName).\(GoPlatform.operatingSystem)-\(platform.architecture.rawValue)"
    }

    /// The path and the version, as at the start of a line of go.sum.
    package var description: String { "\(Self.path) \(version)" }
}
