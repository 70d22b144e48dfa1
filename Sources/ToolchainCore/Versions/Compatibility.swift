/// The rules that decide which Delve and gopls versions are compatible with a Go on one architecture.
///
/// `ensure`, `use`, `exec`, `doctor`, `report`, `inspect` and `vscode` all use these rules. The version
/// ranges come from the catalogs.
package struct Compatibility: Sendable {
    private let tools: ToolCatalog
    private let architecture: GoArchitecture

    /// Creates the rules for hosts with an architecture, from the version ranges of the catalogs.
    package init(_ tools: ToolCatalog, on architecture: GoArchitecture) {
        self.tools = tools
        self.architecture = architecture
    }

    /// Whether a version of a tool is compatible with a Go.
    package enum Verdict: Hashable, Sendable {
        case compatible
        /// The reason is the predicate of a sentence about the tool: `requires go1.25 or newer`.
        case incompatible(reason: String)
        /// No catalog has a version range for the tool.
        ///
        /// The reason is the predicate of a sentence about the tool. Delve itself compares versions
        /// before it debugs a program.
        case unknown(reason: String)

        /// Whether the tool is compatible; nil if that is unknown.
        package var isCompatible: Bool? {
            switch self {
            case .compatible: true
            case .incompatible: false
            case .unknown: nil
            }
        }

        /// Why the tool is incompatible, or why that is unknown; nil if it is compatible.
        package var reason: String? {
            switch self {
            case .compatible: nil
            case .incompatible(let reason), .unknown(let reason): reason
            }
        }
    }

    // MARK: Delve

    /// Returns whether a Delve can debug the programs that a Go builds.
    ///
    /// - Parameters:
    ///   - version: The version of Delve; nil if unknown.
    ///   - builder: The Go that built Delve, if known.
    ///   - go: The Go that builds the programs.
    ///   - dwarfVersion: The DWARF version of the program, 0 if it has no debug information; nil if only
    ///     its Go is known. GOEXPERIMENT=nodwarf5 selects DWARF 4, and stripping removes it all.
    /// - Returns: The verdict; ``Verdict/unknown(reason:)`` if no catalog has a range for `version`.
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

    /// Returns the newest Delve that can debug the programs a Go builds, and the oldest Go that can build
    /// that Delve.
    ///
    /// - Throws: ``NoCompatibleVersion`` if no known Delve can.
    package func delve(debugging go: GoVersion) throws(NoCompatibleVersion) -> CompatibleTool {
        try tools.delve(for: go.lineForDelve, on: architecture)
    }

    /// Returns the newest Delve that can debug the programs a Go builds; nil if no known Delve can.
    package func newestDelve(debugging go: GoVersion) -> ToolVersion? {
        (try? delve(debugging: go))?.version
    }

    /// Returns the requested version of Delve, and the oldest Go that can build it.
    ///
    /// - Parameters:
    ///   - version: The requested version.
    ///   - go: The Go whose programs it must be able to debug; nil for any.
    /// - Returns: The tool.
    /// - Throws: ``NoCompatibleVersion`` with the nearest compatible version.
    package func delve(
        _ version: ToolVersion,
        debugging go: GoVersion?
    ) throws(NoCompatibleVersion) -> CompatibleTool {
        try tools.delve(version, for: go?.lineForDelve, on: architecture)
    }

    // MARK: gopls

    /// Returns whether a gopls supports the `go` command of a Go.
    package func verdict(gopls version: ToolVersion, with go: GoVersion) -> Verdict {
        guard let oldest = tools.gopls[version]?.oldestLine else {
            return .unknown(reason: "has no Go version range in the catalog")
        }
        return oldest <= go.line
            ? .compatible : .incompatible(reason: "requires go\(oldest) or newer")
    }

    /// Returns the newest gopls that supports the `go` command of a Go.
    ///
    /// - Throws: ``NoCompatibleVersion`` if no known gopls does.
    package func gopls(with go: GoVersion) throws(NoCompatibleVersion) -> CompatibleTool {
        try tools.gopls(for: go.line)
    }
}
