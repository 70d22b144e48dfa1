package import ToolchainCore

/// What becomes of one editor server's settings: what `vscode settings` reports.
package struct EditorSettingsChange {
    package let server: EditorServer
    /// What happens, or has happened; nil where that was refused.
    package private(set) var outcome: EditorMachineSettings.Outcome?
    /// Why it was refused.
    package private(set) var failure: Failure?
    /// What in the file works against what was written.
    package private(set) var remarks: [String] = []

    /// Changes the settings of one server, or plans to.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - purpose: What is to be done.
    ///   - isCheck: Whether nothing is written.
    ///   - followsLinks: Whether the file may be elsewhere than in the home, by symbolic links.
    ///   - host: The host.
    /// - Throws: ``Failure`` where there is no home; another failure is kept in ``failure``.
    package init(
        of server: EditorServer,
        _ purpose: EditorMachineSettings.Purpose,
        isCheck: Bool,
        followsLinks: Bool,
        on host: EditorHost
    ) throws(Failure) {
        self.server = server
        let settings = EditorMachineSettings(
            of: server,
            home: try host.home(),
            followsLinks: followsLinks
        )
        do throws(Failure) {
            let outcome = try isCheck ? settings.planned(purpose) : settings.perform(purpose)
            self.outcome = outcome
            if case .merge = purpose { remarks = try Self.remarks(after: outcome, on: host) }
        } catch {
            failure = error
        }
    }

    /// What in the settings file works against the `go` that the extension finds by it.
    private static func remarks(
        after outcome: EditorMachineSettings.Outcome,
        on host: EditorHost
    ) throws(Failure) -> [String] {
        guard let bytes = outcome.after, let document = try? JSONCDocument(bytes) else { return [] }
        return try EditorFoundGo(EditorToolSearch.Settings(in: document), on: host).remarks
    }
}
