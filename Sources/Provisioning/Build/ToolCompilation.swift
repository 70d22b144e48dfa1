package import ToolchainCore

/// The inputs and settings of a build from source.
package struct ToolCompilation: Sendable {
    /// The resulting build.
    package let build: ToolBuild
    /// The platform to build for.
    let platform: GoPlatform
    /// The path of the tree of the Go that builds the tool.
    let builderRoot: String
    /// The build tag of an experimental port, or `nil`.
    let tag: String?
    /// The sources of the source archive, in order of preference.
    let sources: [ArchiveSource]

    /// The arguments of `go build`, except for the output path.
    ///
    /// With these flags, the output is the same on every host and in every directory:
    /// docs/facts/debugging.md#reproducible-delve-builds.
    var flags: [String] {
        ["-mod=vendor", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"]
            + (tag.map { ["-tags=\($0)"] } ?? [])
    }

    /// The environment variables that affect the result.
    ///
    /// The build sets no other Go variables, so that the user's settings have no effect.
    var environment: [String: String] {
        var variables = [
            "CGO_ENABLED": "0", "GOOS": GoPlatform.operatingSystem,
            "GOARCH": platform.architecture.rawValue, "GOTOOLCHAIN": "local", "GOPROXY": "off",
            "GOENV": "off", "GOFLAGS": "", "GOWORK": "off", "GO111MODULE": "on", "GOSUMDB": "off",
        ]
        if platform.architecture == .amd64 { variables["GOAMD64"] = "v1" }
        return variables
    }

    /// The flags and environment, for receipts and catalogs.
    var record: Receipt.Compilation {
        Receipt.Compilation(
            flags: flags,
            environment: environment.map { "\($0)=\($1)" }.sorted()
        )
    }
}
