/// The settings of VS Code's Go extension that gotoolprov owns, and no others.
///
/// Absolute paths win over every other place where the extension looks, and offline nothing is to
/// be asked for or installed: docs/facts/debugging.md#tool-search-of-the-go-extension,
/// docs/facts/debugging.md#editor-settings.
package struct GoEditorSettings: Hashable, Sendable {
    /// One setting as it should be.
    package struct Change: Hashable, Sendable {
        /// The keys that lead to it.
        package let path: [String]
        /// What it should be.
        package let value: SettingValue
    }

    /// The absolute path of the `go` command, if it is to be set.
    package var go: String?
    /// The absolute path of Delve, if it is to be set.
    package var delve: String?
    /// The absolute path of gopls, if it is to be set.
    package var gopls: String?
    /// What GOTOOLCHAIN should be for the extension's tools; nil leaves it.
    package var toolchainPolicy: String?
    /// The directory of Go, where `go.goroot` is to be set; it seldom is, as `go` knows its own.
    package var goRoot: String?
    /// Whether the extension should neither ask for newer tools nor install them.
    package var isOffline: Bool

    /// What to set; paths have to be absolute.
    ///
    /// - Parameters:
    ///   - go: The `go` command.
    ///   - delve: Delve.
    ///   - gopls: gopls.
    ///   - toolchainPolicy: GOTOOLCHAIN for the tools.
    ///   - goRoot: The directory of Go.
    ///   - isOffline: Whether nothing is to be asked for over a network.
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

    /// All settings that gotoolprov may write.
    package static let ownedPaths: [[String]] = [
        [tools, "go"], [tools, "dlv"], [tools, "gopls"],
        [toolVariables, "GOTOOLCHAIN"],
        ["go.toolsManagement.checkForUpdates"], ["go.toolsManagement.autoUpdate"],
        [goRootKey],
    ]

    /// What is to be set.
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

    /// The settings file with these settings; not a byte of anything else is another.
    ///
    /// - Throws: ``SettingsRefusal`` where that cannot be done without harm.
    package func merged(into document: JSONCDocument) throws(SettingsRefusal) -> JSONCDocument {
        var document = document
        for change in changes {
            document = try document.setting(change.path, to: change.value)
        }
        return document
    }
}
