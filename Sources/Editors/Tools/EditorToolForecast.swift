package import ToolchainCore

/// What the Go extension would install for a tool that it does not find, and whether that is right
/// (docs/facts/debugging.md#tools-of-the-go-extension).
package struct EditorToolForecast: Hashable, Sendable {
    /// What is known of a tool's releases; nil stands for not known.
    package struct Knowledge: Sendable {
        let newest: @Sendable () -> ReleaseNumber?
        let newestCompatible: @Sendable (GoVersion) -> ReleaseNumber?
        let isCompatible: @Sendable (ReleaseNumber, GoVersion) -> Bool?

        /// What is known.
        ///
        /// - Parameters:
        ///   - newest: The newest release, which is what `@latest` means.
        ///   - newestCompatible: The newest release for programs of a Go version.
        ///   - isCompatible: Whether a release is for programs of a Go version.
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

    /// Whether what it would install is right.
    package enum Verdict: Hashable, Sendable {
        case compatible
        /// It is not; this release would be, if one is known.
        case wrong(compatibleVersion: ReleaseNumber?)
        /// The extension installs nothing with a Go before 1.21.
        case goTooOld
        case unknown
    }

    package let tool: EditorToolSearch.Tool
    /// What the extension asks for, as `latest` or `v1.20.2`.
    package let requested: String
    /// Which release that is; nil where it is not known.
    package let release: ReleaseNumber?
    /// Whether that is right.
    package let verdict: Verdict

    // docs/facts/debugging.md#tools-of-the-go-extension
    /// The oldest Go that the extension installs tools with.
    package static let oldestInstalling = ReleaseLine(minor: 21).firstRelease
    private static let firstPins = ReleaseLine(minor: 19).firstRelease
    private static let secondPins = ReleaseLine(minor: 21)

    /// What happens for one version of Go; nil for `go`, which the extension does not install.
    ///
    /// - Parameters:
    ///   - tool: The tool.
    ///   - version: The Go that the extension finds.
    ///   - knowledge: What is known of the tool's releases.
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
            case false?: verdict = .wrong(compatibleVersion: knowledge.newestCompatible(version))
            case nil: verdict = .unknown
            }
        }
    }
}
