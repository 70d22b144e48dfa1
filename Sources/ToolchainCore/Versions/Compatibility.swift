/// Which Delve and gopls are compatible with which Go on one architecture.
///
/// `ensure`, `use`, `exec`, `doctor`, `report`, `inspect` and `vscode` all decide by it. The ranges come
/// from the catalogs.
package struct Compatibility: Sendable {
    private let tools: ToolCatalog
    private let architecture: GoArchitecture

    /// The catalogs' ranges, for a host of an architecture.
    package init(_ tools: ToolCatalog, on architecture: GoArchitecture) {
        self.tools = tools
        self.architecture = architecture
    }

    /// Whether a version of a tool is compatible with a Go.
    package enum Verdict: Hashable, Sendable {
        case compatible
        /// It is not; the reason is the predicate of a sentence about the tool: `requires go1.25 or newer`.
        case incompatible(reason: String)
        /// No catalog records it; the reason is the predicate of a sentence about the tool. Delve itself
        /// compares versions before it debugs.
        case unknown(reason: String)

        /// Whether it is; nil where that is unknown.
        package var isCompatible: Bool? {
            switch self {
            case .compatible: true
            case .incompatible: false
            case .unknown: nil
            }
        }

        /// Why not, or why that is unknown; nil where it is compatible.
        package var reason: String? {
            switch self {
            case .compatible: nil
            case .incompatible(let reason), .unknown(let reason): reason
            }
        }
    }

    // MARK: Delve

    /// Whether a Delve debugs what a Go builds.
    ///
    /// - Parameters:
    ///   - version: The Delve's version; nil where it is unknown.
    ///   - builder: The Go that built the Delve, where that is known.
    ///   - go: The Go that builds the programs.
    ///   - dwarfVersion: The version of DWARF in the program, 0 where it has none; nil where only its
    ///     Go is known. GOEXPERIMENT=nodwarf5 makes a Go write 4, and stripping leaves nothing.
    /// - Returns: The verdict; unknown where no range is recorded.
    package func verdict(
        delve version: ToolVersion?,
        builtBy builder: GoVersion?,
        debugging go: GoVersion,
        dwarfVersion: Int? = nil
    ) -> Verdict {
        guard let version else { return .unknown(reason: "has an unknown version") }
        guard tools.recordsRange(ofDelve: version) else {
            return .unknown(reason: "has no Go version range in the catalog")
        }
        return tools.refusal(
            ofDelve: version,
            builtBy: builder,
            debugging: go.lineForDelve,
            dwarfVersion: dwarfVersion,
            on: architecture
        ).map { .incompatible(reason: $0) } ?? .compatible
    }

    /// The newest Delve that debugs what a Go builds, and which Go must build it.
    ///
    /// - Throws: ``NoCompatibleVersion`` where no known Delve does.
    package func delve(debugging go: GoVersion) throws(NoCompatibleVersion) -> CompatibleTool {
        try tools.delve(for: go.lineForDelve, on: architecture)
    }

    /// The version of the newest Delve that debugs what a Go builds; nil where no known one does.
    package func newestDelve(debugging go: GoVersion) -> ToolVersion? {
        (try? delve(debugging: go))?.version
    }

    /// The requested version of Delve, for a Go or for none in particular.
    ///
    /// - Throws: ``NoCompatibleVersion`` with the version that is compatible.
    package func delve(
        _ version: ToolVersion,
        debugging go: GoVersion?
    ) throws(NoCompatibleVersion) -> CompatibleTool {
        try tools.delve(version, for: go?.lineForDelve, on: architecture)
    }

    // MARK: gopls

    /// Whether a gopls works with the `go` command of a Go.
    package func verdict(gopls version: ToolVersion, with go: GoVersion) -> Verdict {
        guard let oldest = tools.gopls[version]?.oldestLine else {
            return .unknown(reason: "has no Go version range in the catalog")
        }
        return oldest <= go.line
            ? .compatible : .incompatible(reason: "requires go\(oldest) or newer")
    }

    /// The newest gopls that works with the `go` command of a Go.
    ///
    /// - Throws: ``NoCompatibleVersion`` where no known gopls does.
    package func gopls(with go: GoVersion) throws(NoCompatibleVersion) -> CompatibleTool {
        try tools.gopls(for: go.line)
    }
}
