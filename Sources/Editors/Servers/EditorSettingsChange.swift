package import ToolchainCore

/// The change to the settings of one editor server, as reported by `vscode settings`.
package struct EditorSettingsChange {
    package let server: EditorServer
    /// The planned or completed change, or `nil` if it failed.
    package private(set) var outcome: EditorMachineSettings.Outcome?
    /// Why the change failed.
    package private(set) var failure: Failure?
    /// Settings in the file that conflict with the written ones.
    package private(set) var remarks: [String] = []

    /// Changes the settings of one server, or plans to.
    ///
    /// - Parameters:
    ///   - server: The server whose settings are changed.
    ///   - purpose: The requested change.
    ///   - isCheck: Whether the change is only planned.
    ///   - followsLinks: Whether symbolic links may lead to a file outside the home directory.
    ///   - host: The host that the server is on.
    /// - Throws: ``Failure`` if there is no home directory. Any other failure is stored in
    ///   ``failure``.
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

    /// Returns the settings that conflict with the `go` command that the extension finds.
    private static func remarks(
        after outcome: EditorMachineSettings.Outcome,
        on host: EditorHost
    ) throws(Failure) -> [String] {
        guard let bytes = outcome.after, let document = try? JSONCDocument(bytes) else { return [] }
        return try EditorFoundGo(EditorToolSearch.Settings(in: document), on: host).remarks
    }
}
