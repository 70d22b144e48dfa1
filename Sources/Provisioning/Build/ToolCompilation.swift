package import ToolchainCore

/// How a tool is built from its source here.
package struct ToolCompilation: Sendable {
    /// What comes of it.
    package let build: ToolBuild
    /// What it is built for.
    let platform: GoPlatform
    /// The tree of the Go that builds it.
    let builderRoot: String
    /// The build tag of an experimental port.
    let tag: String?
    /// Where the source archive may be.
    let sources: [ArchiveSource]

    /// The arguments of `go build`, but for where the result goes.
    ///
    /// With these, any machine and any directory give the same bytes:
    /// docs/facts/debugging.md#reproducible-delve-builds.
    var flags: [String] {
        ["-mod=vendor", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"]
            + (tag.map { ["-tags=\($0)"] } ?? [])
    }

    /// The variables that bear upon the result.
    ///
    /// Whatever else Go reads is not set, so that the user's own settings do not count.
    var environment: [String: String] {
        var variables = [
            "CGO_ENABLED": "0", "GOOS": GoPlatform.operatingSystem,
            "GOARCH": platform.architecture.rawValue, "GOTOOLCHAIN": "local", "GOPROXY": "off",
            "GOENV": "off", "GOFLAGS": "", "GOWORK": "off", "GO111MODULE": "on", "GOSUMDB": "off",
        ]
        if platform.architecture == .amd64 { variables["GOAMD64"] = "v1" }
        return variables
    }

    /// How it is built, for receipts and catalogs.
    var record: Receipt.Compilation {
        Receipt.Compilation(
            flags: flags,
            environment: environment.map { "\($0)=\($1)" }.sorted()
        )
    }
}
