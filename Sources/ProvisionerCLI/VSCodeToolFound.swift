internal import BinaryInspection
internal import EditorSettings
internal import ToolchainCore

/// A tool that the extension finds, as its file says.
struct EditorToolFound {
    /// Whether it goes with a Go.
    enum Verdict {
        case fits
        /// It does not, and why; and which one would.
        case wrong(reason: String, fitting: ToolVersion?)
        case unknown
    }

    /// Its version; nil where the file does not tell.
    let version: ToolVersion?
    /// Whether it goes with the Go that is found.
    let verdict: Verdict

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
        _ table: ToolCatalogue,
        on architecture: GoArchitecture
    ) {
        guard tool != .go else { return nil }
        let identity = ToolIdentity.read(at: path, as: tool.rawValue)
        let version = identity?.release { table }
        self.version = version
        guard let version, let go else {
            verdict = .unknown
            return
        }
        switch tool {
        case .go: return nil
        case .delve:
            let refusal = table.refusal(
                ofDelve: version,
                builtBy: identity?.goVersion,
                debugging: go.lineForDelve,
                on: architecture
            )
            if table.delve[version]?.accepts == nil {
                verdict = .unknown
            } else if let refusal {
                let fitting = (try? table.delve(for: go.lineForDelve, on: architecture))?.version
                verdict = .wrong(reason: refusal, fitting: fitting == version ? nil : fitting)
            } else {
                verdict = .fits
            }
        case .gopls:
            if let oldest = table.gopls[version]?.oldestLine {
                verdict =
                    oldest <= go.line
                    ? .fits
                    : .wrong(
                        reason: "needs go\(oldest) or newer",
                        fitting: (try? table.gopls(for: go.line))?.version
                    )
            } else {
                verdict = .unknown
            }
        }
    }

    /// `1.27.1, which does not fit Go 1.21.13: it needs go1.25 or newer; dlv@v1.25.0 does`.
    func words(for tool: EditorToolSearch.Tool, _ go: GoVersion?) -> String {
        guard let version else { return "its version is not known" }
        guard let go else { return "\(version)" }
        switch verdict {
        case .fits: return "\(version), which fits Go \(go)"
        case .wrong(let reason, let fitting):
            return "\(version), which does not fit Go \(go): it \(reason)"
                + (fitting.map { "; \(tool.rawValue)@v\($0) does" } ?? "")
        case .unknown: return "\(version); whether that fits Go \(go) is not known"
        }
    }

    /// What a document says of it.
    var json: JSONValue {
        var name = "unknown"
        var reason: String?
        var fitting: ToolVersion?
        switch verdict {
        case .fits: name = "fits"
        case .wrong(let why, let better): (name, reason, fitting) = ("wrong", why, better)
        case .unknown: break
        }
        return [
            "version": JSONValue(version), "verdict": .string(name),
            "reason": JSONValue(reason), "fitting": JSONValue(fitting),
        ]
    }
}
