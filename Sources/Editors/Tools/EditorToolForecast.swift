package import ToolchainCore

/// The version that the Go extension would install for a missing tool, and whether it is compatible
/// (docs/facts/debugging.md#tools-of-the-go-extension).
package struct EditorToolForecast: Hashable, Sendable {
    /// What is known about the releases of a tool; `nil` means unknown.
    package struct Knowledge: Sendable {
        let newest: @Sendable () -> ReleaseNumber?
        let newestCompatible: @Sendable (GoVersion) -> ReleaseNumber?
        let isCompatible: @Sendable (ReleaseNumber, GoVersion) -> Bool?

        /// Creates knowledge from its parts.
        ///
        /// - Parameters:
        ///   - newest: The newest release, which `@latest` resolves to.
        ///   - newestCompatible: Returns the newest release that is compatible with a version of
        ///     Go.
        ///   - isCompatible: Returns whether a release is compatible with a version of Go.
        package init(
            newest: @escaping @Sendable () -> ReleaseNumber?,
            newestCompatible: @escaping @Sendable (GoVersion) -> ReleaseNumber?,
            isCompatible: @escaping @Sendable (ReleaseNumber, GoVersion) -> Bool?
        ) {
            self.newest = newest
            self.newestCompatible = newestCompatible
            self.isCompatible = isCompatible
        }
    }

    /// Whether the version that would be installed is compatible.
    package enum Verdict: Hashable, Sendable {
        case compatible
        /// Incompatible, with the newest compatible release, if known.
        case incompatible(compatibleVersion: ReleaseNumber?)
        /// The extension does not install tools with a Go version before 1.21.
        case goTooOld
        case unknown
    }

    package let tool: EditorToolSearch.Tool
    /// The version that the extension requests, such as `latest` or `v1.20.2`.
    package let requested: String
    /// The release that the request resolves to, or `nil` if unknown.
    package let release: ReleaseNumber?
    /// Whether that release is compatible.
    package let verdict: Verdict

    // docs/facts/debugging.md#tools-of-the-go-extension
    /// The oldest version of Go that the extension installs tools with.
    package static let oldestInstalling = ReleaseLine(minor: 21).firstRelease
    private static let firstPins = ReleaseLine(minor: 19).firstRelease
    private static let secondPins = ReleaseLine(minor: 21)

    /// Predicts the installation for one version of Go; returns `nil` for `go`, which the extension
    /// does not install.
    ///
    /// - Parameters:
    ///   - tool: The tool to install.
    ///   - version: The version of the Go that the extension finds.
    ///   - knowledge: What is known about the releases of the tool.
    package init?(tool: EditorToolSearch.Tool, version: GoVersion, knowledge: Knowledge) {
        let pins: (before1_19: String, before1_21: String)
        switch tool {
        case .go: return nil
        case .delve: pins = ("v1.20.2", "v1.22.1")
        case .gopls: pins = ("v0.14.2", "v0.15.3")
        }
        self.tool = tool
        if version < Self.firstPins {
            requested = pins.before1_19
        } else if version.line < Self.secondPins {
            requested = pins.before1_21
        } else {
            requested = "latest"
        }
        let release = ReleaseNumber(requested) ?? knowledge.newest()
        self.release = release
        if version < Self.oldestInstalling {
            verdict = .goTooOld
        } else {
            switch release.flatMap({ knowledge.isCompatible($0, version) }) {
            case true?: verdict = .compatible
            case false?:
                verdict = .incompatible(compatibleVersion: knowledge.newestCompatible(version))
            case nil: verdict = .unknown
            }
        }
    }
}
