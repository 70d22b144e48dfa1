internal import BinaryInspection
package import ToolchainCore

/// A tool that the extension finds, as its file says.
package struct EditorToolFound {
    /// Whether it goes with a Go.
    package enum Verdict {
        case compatible
        /// It does not, and why; and which one would.
        case wrong(reason: String, compatibleVersion: ToolVersion?)
        case unknown
    }

    /// Its version; nil where the file does not tell.
    package let version: ToolVersion?
    /// Whether it goes with the Go that is found.
    package let verdict: Verdict

    /// Judges the tool at a path; nil for `go`, of which nothing has to fit.
    ///
    /// - Parameters:
    ///   - tool: What it is taken for.
    ///   - path: Where it is.
    ///   - go: The Go that the extension finds.
    ///   - table: What is known of tools.
    ///   - architecture: The host's.
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
                verdict = .wrong(
                    reason: reason,
                    compatibleVersion: compatibleVersion == version ? nil : compatibleVersion
                )
            }
        case .gopls:
            switch compatibility.verdict(gopls: version, with: go) {
            case .compatible: verdict = .compatible
            case .unknown: verdict = .unknown
            case .incompatible(let reason):
                verdict = .wrong(
                    reason: reason,
                    compatibleVersion: (try? compatibility.gopls(with: go))?.version
                )
            }
        }
    }

    /// `1.27.1, incompatible with Go 1.21.13: it needs go1.25 or newer; dlv@v1.25.0 is compatible`.
    package func words(for tool: EditorToolSearch.Tool, _ go: GoVersion?) -> String {
        guard let version else { return "unknown version" }
        guard let go else { return "\(version)" }
        switch verdict {
        case .compatible: return "\(version), compatible with Go \(go)"
        case .wrong(let reason, let compatibleVersion):
            return "\(version), incompatible with Go \(go): it \(reason)"
                + (compatibleVersion.map { "; \(tool.rawValue)@v\($0) is compatible" } ?? "")
        case .unknown: return "\(version); compatibility with Go \(go) is unknown"
        }
    }

    /// What a document says of it.
    package var json: JSONValue {
        var name = "unknown"
        var reason: String?
        var compatibleVersion: ToolVersion?
        switch verdict {
        case .compatible: name = "compatible"
        case .wrong(let why, let better): (name, reason, compatibleVersion) = ("wrong", why, better)
        case .unknown: break
        }
        return [
            "version": JSONValue(version), "verdict": .string(name),
            "reason": JSONValue(reason), "compatibleVersion": JSONValue(compatibleVersion),
        ]
    }
}
