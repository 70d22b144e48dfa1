internal import BinaryInspection
package import ToolchainCore

/// A tool that the Go extension finds, with the version in its file.
package struct EditorToolFound {
    /// Whether the tool is compatible with the Go in use.
    package enum Verdict {
        case compatible
        /// Incompatible, with the reason and the newest compatible version, if known.
        case incompatible(reason: String, compatibleVersion: ToolVersion?)
        case unknown
    }

    /// The version of the tool, or `nil` if the file does not contain it.
    package let version: ToolVersion?
    /// Whether the tool is compatible with the Go that the extension finds.
    package let verdict: Verdict

    /// Reads the tool at a path; returns `nil` for `go`, which needs no compatible counterpart.
    ///
    /// - Parameters:
    ///   - tool: The expected tool.
    ///   - path: The path of the executable.
    ///   - go: The version of the Go that the extension finds.
    ///   - table: The known tool releases.
    ///   - architecture: The architecture of the host.
    init?(
        _ tool: EditorToolSearch.Tool,
        at path: String,
        for go: GoVersion?,
        _ table: ToolCatalog,
        on architecture: GoArchitecture
    ) {
        guard tool != .go else { return nil }
        let identity = ToolIdentity.read(at: path, as: tool.rawValue)
        let version = identity?.release { table }
        let compatibility = Compatibility(table, on: architecture)
        self.version = version
        guard let version, let go else {
            verdict = .unknown
            return
        }
        switch tool {
        case .go: return nil
        case .delve:
            switch compatibility.verdict(
                delve: version,
                builtBy: identity?.goVersion,
                debugging: go
            ) {
            case .compatible: verdict = .compatible
            case .unknown: verdict = .unknown
            case .incompatible(let reason):
                let compatibleVersion = compatibility.newestDelve(debugging: go)
                verdict = .incompatible(
                    reason: reason,
                    compatibleVersion: compatibleVersion == version ? nil : compatibleVersion
                )
            }
        case .gopls:
            switch compatibility.verdict(gopls: version, with: go) {
            case .compatible: verdict = .compatible
            case .unknown: verdict = .unknown
            case .incompatible(let reason):
                verdict = .incompatible(
                    reason: reason,
                    compatibleVersion: (try? compatibility.gopls(with: go))?.version
                )
            }
        }
    }

    /// The version and compatibility as text: `1.27.1, incompatible with Go 1.21.13: it needs
    /// go1.25 or newer; dlv@v1.25.0 is compatible`.
    package func words(for tool: EditorToolSearch.Tool, _ go: GoVersion?) -> String {
        guard let version else { return "unknown version" }
        guard let go else { return "\(version)" }
        switch verdict {
        case .compatible: return "\(version), compatible with Go \(go)"
        case .incompatible(let reason, let compatibleVersion):
            return "\(version), incompatible with Go \(go): it \(reason)"
                + (compatibleVersion.map { "; \(tool.rawValue)@v\($0) is compatible" } ?? "")
        case .unknown: return "\(version); compatibility with Go \(go) is unknown"
        }
    }

    /// The version and compatibility as JSON.
    package var json: JSONValue {
        var name = "unknown"
        var reason: String?
        var compatibleVersion: ToolVersion?
        switch verdict {
        case .compatible: name = "compatible"
        case .incompatible(let why, let better):
            (name, reason, compatibleVersion) = ("wrong", why, better)
        case .unknown: break
        }
        return [
            "version": JSONValue(version), "verdict": .string(name),
            "reason": JSONValue(reason), "compatibleVersion": JSONValue(compatibleVersion),
        ]
    }
}
