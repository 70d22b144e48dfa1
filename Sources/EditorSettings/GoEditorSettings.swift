/// The settings of VS Code's Go extension that gotoolprov owns, and no others.
///
/// facts/debugging.md §5.2 and §5.3 say why these: absolute paths win over every other place where
/// the extension looks, and offline nothing is to be asked for or installed.
public struct GoEditorSettings: Hashable, Sendable {
    /// One setting as it should be.
    public struct Change: Hashable, Sendable {
        /// The keys that lead to it.
        public let path: [String]
        /// What it should be.
        public let value: SettingValue
    }

    /// The absolute path of the `go` command, if it is to be set.
    public var go: String?
    /// The absolute path of Delve, if it is to be set.
    public var delve: String?
    /// The absolute path of gopls, if it is to be set.
    public var gopls: String?
    /// What GOTOOLCHAIN should be for the extension's tools; nil leaves it.
    public var toolchainPolicy: String?
    /// The folder of Go, where `go.goroot` is to be set; it seldom is, as `go` knows its own.
    public var goRoot: String?
    /// Whether the extension should neither ask for newer tools nor install them.
    public var isOffline: Bool

    /// What to set; paths have to be absolute.
    ///
    /// - Parameters:
    ///   - go: The `go` command.
    ///   - delve: Delve.
    ///   - gopls: gopls.
    ///   - toolchainPolicy: GOTOOLCHAIN for the tools.
    ///   - goRoot: The folder of Go.
    ///   - isOffline: Whether nothing is to be asked for over a network.
    public init(
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

    /// All settings that are gotoolprov's.
    public static let ownedPaths: [[String]] = [
        [tools, "go"], [tools, "dlv"], [tools, "gopls"],
        [toolVariables, "GOTOOLCHAIN"],
        ["go.toolsManagement.checkForUpdates"], ["go.toolsManagement.autoUpdate"],
        [goRootKey],
    ]

    /// What is to be set.
    public var changes: [Change] {
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
    public func merged(into document: JSONCDocument) throws(SettingsRefusal) -> JSONCDocument {
        var document = document
        for change in changes {
            document = try document.setting(change.path, to: change.value)
        }
        return document
    }

    /// The settings file without what gotoolprov set.
    ///
    /// Where nothing but that has changed since, it is `original` again, byte for byte. Otherwise each
    /// owned setting that is still there becomes what it was, or goes if it was not there.
    ///
    /// - Parameters:
    ///   - document: The settings file as it is.
    ///   - original: As it was before gotoolprov changed it first.
    /// - Returns: The settings file as it should be.
    /// - Throws: ``SettingsRefusal`` where that cannot be done without harm.
    public static func removed(
        from document: JSONCDocument,
        original: JSONCDocument
    ) throws(SettingsRefusal) -> JSONCDocument {
        if try isMerged(original, document) { return original }
        var document = document
        for path in ownedPaths.reversed() {
            if let value = try original.value(at: path) {
                document = try document.setting(
                    path,
                    toSpelling: Array(original.bytes[value.range])
                )
                continue
            }
            document = try document.removing(path)
            let parent = path.dropLast()
            if !parent.isEmpty, try original.value(at: Array(parent)) == nil,
                try document.isEmptyObject(at: Array(parent))
            {
                document = try document.removing(Array(parent))
            }
        }
        return document
    }

    /// Whether `document` is what becomes of `original` by setting what is gotoolprov's.
    private static func isMerged(
        _ original: JSONCDocument,
        _ document: JSONCDocument
    ) throws(SettingsRefusal) -> Bool {
        var found: [(position: Int, path: [String], value: SettingValue)] = []
        for path in ownedPaths {
            if let value = try document.setting(at: path),
                let position = try document.value(at: path)?.range.lowerBound
            {
                found.append((position, path, value))
            }
        }
        // One merge makes them in their own order; several merges may have made them as they stand.
        return isReplay(found, of: original, document)
            || isReplay(found.sorted { $0.position < $1.position }, of: original, document)
    }

    private static func isReplay(
        _ settings: [(position: Int, path: [String], value: SettingValue)],
        of original: JSONCDocument,
        _ document: JSONCDocument
    ) -> Bool {
        var replayed = original
        do throws(SettingsRefusal) {
            for (_, path, value) in settings { replayed = try replayed.setting(path, to: value) }
        } catch {
            return false
        }
        return replayed.bytes == document.bytes
    }
}
