internal import HostInspection
internal import Provisioning
package import ToolchainCore

/// Which tools the Go extension finds with one server's settings: what `vscode tools` reports.
package struct EditorToolReport {
    /// What becomes of one tool.
    package struct Finding {
        package let tool: EditorToolSearch.Tool
        package let candidates: [EditorToolSearch.Candidate]
        package let result: EditorToolSearch.Result
        /// What it would install; nil for `go`, and where Go's version is not known.
        package let forecast: EditorToolForecast?
        /// What is there; nil for `go`, and where nothing is found.
        package let found: EditorToolFound?
    }

    /// The server; nil where there is none.
    package let server: EditorServer?
    /// The Go to judge by.
    package let version: GoVersion?
    package let findings: [Finding]
    /// What in the settings works against the `go` that is found.
    package let remarks: [String]

    /// Looks for tools as the extension does.
    ///
    /// - Parameters:
    ///   - server: The server whose settings count; nil where there is none.
    ///   - givenVersion: The Go to judge by; nil for that of the `go` that is found.
    ///   - table: What is known of tools.
    ///   - host: The host.
    /// - Throws: ``Failure`` where the host's settings or those of the server cannot be read.
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
