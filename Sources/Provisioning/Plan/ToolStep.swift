package import ToolchainCore

/// A planned step of `ensure`: the build that satisfies a tool request, and the change that it
/// requires.
package struct ToolStep: Sendable {
    /// What the step changes on this host.
    enum Change: Sendable {
        case nothing
        /// Write the link; the tool is already installed.
        case link
        /// Install the tool from an archive.
        case archive([ArchiveSource])
        /// Build the tool from source; `builder` is the step that installs the Go that builds it, or
        /// `nil` if that Go is installed.
        case source([ArchiveSource], builder: GoStep?)
    }

    /// Whether a tool is installed.
    var installs: Bool {
        switch change {
        case .archive, .source: true
        case .nothing, .link: false
        }
    }

    /// The request that the step satisfies.
    package let request: ToolRequest
    /// The selected build.
    package let build: ToolBuild
    /// The Go versions that the tool is for; empty if a version was requested without a Go.
    package let targets: [GoVersion]
    /// Why this version was selected.
    package let reason: String
    /// The change that the step makes.
    let change: Change

    /// The action that the outcome of this step reports.
    package var action: Outcome.Action {
        switch change {
        case .nothing: .present
        case .link: .link
        case .archive: .installed
        case .source: .built
        }
    }
}

/// The facts that a tool plan depends on.
struct ToolStock {
    /// The known tools and Go versions.
    let catalog: Catalog
    /// The usable installed tools.
    let installed: [ToolBuild]
    /// The usable Go versions that gotoolprov installed.
    let toolchains: [GoVersion]
    /// Whether a tool's link is up to date.
    ///
    /// Throws if a file of another origin has the link's name.
    let hasLink: (ToolBuild) throws(Failure) -> Bool
    /// Returns the sources of an archive; throws if there are none.
    let sources: (PinnedArchive) throws(Failure) -> [ArchiveSource]
    /// Plans the step that installs a Go.
    let toolchain: (GoVersion) throws(Failure) -> GoStep
    /// Whether archives may be requested from servers.
    let mayAskServers: Bool
}
