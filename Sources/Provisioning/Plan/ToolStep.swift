package import ToolchainCore

/// What `ensure` does for a tool, decided before anything is changed.
package struct ToolStep: Sendable {
    /// What is missing on this host.
    enum Need: Sendable {
        case nothing
        /// The link; the tool is there.
        case link
        /// The tool, of which there is an archive.
        case archive([ArchiveSource])
        /// The tool, which is built from its source. Where the Go that builds it has to be installed
        /// first, that is the step for it.
        case source([ArchiveSource], builder: GoStep?)
    }

    /// The request.
    package let request: ToolRequest
    /// What answers it.
    package let build: ToolBuild
    /// The Go versions that it is for; none where a version was requested without one.
    package let targets: [GoVersion]
    /// Why it is this version.
    package let reason: String
    let need: Need

    /// What will have been done.
    package var action: Outcome.Action {
        switch need {
        case .nothing: .present
        case .link: .link
        case .archive: .installed
        case .source: .built
        }
    }
}

/// What there is to plan tools with.
struct ToolStock {
    /// What is known of tools and Go versions.
    let catalog: Catalog
    /// The tools that are installed and can be used.
    let installed: [ToolBuild]
    /// The Go versions that gotoolprov installed and that can be used.
    let toolchains: [GoVersion]
    /// Whether a tool's link is as it should be.
    ///
    /// It throws where something else has the link's name.
    let hasLink: (ToolBuild) throws(Failure) -> Bool
    /// Where an archive may come from; it throws where no place has it.
    let sources: (PinnedArchive) throws(Failure) -> [ArchiveSource]
    /// What has to be done to have a Go.
    let toolchain: (GoVersion) throws(Failure) -> GoStep
    /// Whether archives may be requested from servers.
    let mayAskServers: Bool
}
