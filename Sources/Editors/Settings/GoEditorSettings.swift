/// The settings of VS Code's Go extension that gotoolprov manages.
///
/// Absolute paths take precedence over every other location that the extension searches. Offline,
/// the extension must neither query nor install tools:
/// docs/facts/debugging.md#tool-search-of-the-go-extension,
/// docs/facts/debugging.md#editor-settings.
package struct GoEditorSettings: Hashable, Sendable {
    /// A setting and its value.
    package struct Change: Hashable, Sendable {
        /// The keys that lead to the setting.
        package let path: [String]
        package let value: SettingValue
    }

    /// The absolute path of the `go` command, or `nil` to leave it unset.
    package var go: String?
    /// The absolute path of Delve, or `nil` to leave it unset.
    package var delve: String?
    /// The absolute path of gopls, or `nil` to leave it unset.
    package var gopls: String?
    /// The value of GOTOOLCHAIN for the extension's tools, or `nil` to leave it unset.
    package var toolchainPolicy: String?
    /// The value of `go.goroot`, or `nil` to leave it unset, which is usual because `go` knows its
    /// GOROOT.
    package var goRoot: String?
    /// Whether the extension is configured not to check for newer tools or install them.
    package var isOffline: Bool

    /// Creates settings from their values.
    ///
    /// - Parameters:
    ///   - go: The absolute path of the `go` command.
    ///   - delve: The absolute path of Delve.
    ///   - gopls: The absolute path of gopls.
    ///   - toolchainPolicy: The value of GOTOOLCHAIN for the extension's tools.
    ///   - goRoot: The absolute path for `go.goroot`.
    ///   - isOffline: Whether the extension must not use the network.
    package init(
        go: String? = nil,
        delve: String? = nil,
        gopls: String? = nil,
        toolchainPolicy: String? = "local",
        goRoot: String? = nil,
        isOffline: Bool = false
    ) {
        self.go = go
        self.delve = delve
        self.gopls = gopls
        self.toolchainPolicy = toolchainPolicy
        self.goRoot = goRoot
        self.isOffline = isOffline
    }

    static let tools = "go.alternateTools"
    static let toolVariables = "go.toolsEnvVars"
    static let goRootKey = "go.goroot"

    /// The paths of all settings that gotoolprov may write.
    package static let ownedPaths: [[String]] = [
        [tools, "go"], [tools, "dlv"], [tools, "gopls"],
        [toolVariables, "GOTOOLCHAIN"],
        ["go.toolsManagement.checkForUpdates"], ["go.toolsManagement.autoUpdate"],
        [goRootKey],
    ]

    /// The settings to write, in the order of ``ownedPaths``.
    package var changes: [Change] {
        let values: [SettingValue?] = [
            go.map { .text($0) }, delve.map { .text($0) }, gopls.map { .text($0) },
            toolchainPolicy.map { .text($0) },
            isOffline ? .text("off") : nil, isOffline ? .truth(false) : nil,
            goRoot.map { .text($0) },
        ]
        return zip(Self.ownedPaths, values).compactMap { path, value in
            value.map { Change(path: path, value: $0) }
        }
    }

    /// Returns a settings file with these settings.
    ///
    /// All other bytes are unchanged.
    ///
    /// - Throws: ``SettingsRefusal`` if the file cannot be changed safely.
    package func merged(into document: JSONCDocument) throws(SettingsRefusal) -> JSONCDocument {
        var document = document
        for change in changes {
            document = try document.setting(change.path, to: change.value)
        }
        return document
    }
}
