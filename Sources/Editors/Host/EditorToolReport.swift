internal import HostInspection
internal import Provisioning
package import ToolchainCore

/// The tools that the Go extension finds with the settings of one server, as reported by `vscode
/// tools`.
package struct EditorToolReport {
    /// The result for one tool.
    package struct Finding {
        package let tool: EditorToolSearch.Tool
        package let candidates: [EditorToolSearch.Candidate]
        package let result: EditorToolSearch.Result
        /// What the extension would install; `nil` for `go`, or if the version of Go is unknown.
        package let forecast: EditorToolForecast?
        /// The tool that was found; `nil` for `go`, or if nothing was found.
        package let found: EditorToolFound?
    }

    /// The server whose settings apply, or `nil` if there is none.
    package let server: EditorServer?
    /// The version of Go that compatibility is checked against.
    package let version: GoVersion?
    package let findings: [Finding]
    /// Settings that conflict with the `go` command that was found.
    package let remarks: [String]

    /// Searches for the tools as the extension does.
    ///
    /// - Parameters:
    ///   - server: The server whose settings apply, or `nil` if there is none.
    ///   - givenVersion: The version of Go to check against, or `nil` for the one that is found.
    ///   - table: The known tool releases.
    ///   - host: The host to search.
    /// - Throws: ``Failure`` if the settings of the host or of the server cannot be read.
    package init(
        for server: EditorServer?,
        go givenVersion: GoVersion?,
        _ table: ToolCatalog,
        on host: EditorHost
    ) throws(Failure) {
        let settings =
            try server.map { server throws(Failure) in
                try EditorMachineSettings(of: server, home: host.home()).searchSettings()
            } ?? .init()
        let go = try EditorFoundGo(settings, on: host)
        let search = host.toolSearch(settings) { go.variable($0) }
        let version = givenVersion ?? go.version
        let architecture = try host.context.platform().platform.architecture
        self.server = server
        self.version = version
        remarks = go.remarks
        findings = EditorToolSearch.Tool.allCases.map { tool in
            let result = search.result(for: tool)
            var found: EditorToolFound?
            if case .found(let candidate) = result {
                found = EditorToolFound(
                    tool,
                    at: candidate.path,
                    for: version,
                    table,
                    on: architecture
                )
            }
            let forecast = version.flatMap {
                EditorToolForecast(
                    tool: tool,
                    version: $0,
                    knowledge: .of(tool, in: table, on: architecture)
                )
            }
            return Finding(
                tool: tool,
                candidates: search.candidates(for: tool),
                result: result,
                forecast: forecast,
                found: found
            )
        }
    }
}
