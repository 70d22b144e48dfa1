internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// What VS Code, or something like it, keeps of itself on the host that it works on.
///
/// Only read: the servers look after themselves (docs/facts/debugging.md#editor-settings).
package struct EditorServer: Hashable, Sendable {
    /// Whose server it is.
    ///
    /// Each editor built from VS Code's sources names the directory differently: `serverDataFolderName` in
    /// its product.json. Below it all have VS Code's layout, but for code-server.
    package enum Kind: String, CaseIterable, Sendable {
        /// VS Code's, over SSH or in WSL.
        case stable = "vscode-server"
        /// VS Code Insiders'.
        case insiders = "vscode-server-insiders"
        /// VS Code's in containers.
        case container = "vscode-remote"
        /// Of builds of VS Code's open sources.
        case openSource = "vscode-server-oss"
        /// Of the project OpenVSCode Server.
        case openVSCode = "openvscode-server"
        case vscodium = "vscodium-server"
        case vscodiumInsiders = "vscodium-server-insiders"
        case cursor = "cursor-server"
        case windsurf = "windsurf-server"
        case antigravity = "antigravity-ide-server"
        /// Antigravity's, as the folder was called first.
        case oldAntigravity = "antigravity-server"
        case positron = "positron-server"
        case kiro = "kiro-server"
        case trae = "trae-server"
        case traeChina = "trae-cn-server"
        /// Of the project code-server.
        case codeServer = "code-server"
        /// Of an editor that is not known, in a folder that looks like such a server's.
        case other
        /// In a folder that its user has named.
        case named

        /// Where its folder is in a home; nil for one that is found by its content, or has to be named.
        var folder: String? {
            switch self {
            case .codeServer: ".local/share/code-server"
            case .other, .named: nil
            default: ".\(rawValue)"
            }
        }
    }

    /// Whose it is.
    package let kind: Kind
    /// The folder that holds all of it.
    package let folder: String
    /// The file for this host's settings; it may not exist.
    package let settingsPath: String

    /// A server from its kind and its folder, with VS Code's layout.
    package init(kind: Kind, folder: String) {
        self.init(
            kind: kind,
            folder: folder,
            settings: kind == .codeServer ? "Machine" : Self.machineFolder
        )
    }

    private init(kind: Kind, folder: String, settings: String) {
        self.kind = kind
        self.folder = folder
        settingsPath = "\(folder)/\(settings)/settings.json"
    }

    private static let machineFolder = "data/Machine"

    /// The servers that are in a home, and those in folders that are named.
    ///
    /// - Parameters:
    ///   - home: The home folder.
    ///   - folders: Folders of servers elsewhere: `remote.SSH.serverInstallPath` moves them.
    ///   - creating: Whether VS Code's own is to count even if it is not there yet.
    /// - Returns: The servers, the named ones last.
    /// - Throws: ``Failure`` if that cannot be determined, or a named directory does not exist.
    package static func found(
        in home: String,
        folders: [String] = [],
        creating: Bool = false
    ) throws(Failure) -> [EditorServer] {
        var servers: [EditorServer] = []
        do throws(FileError) {
            for kind in Kind.allCases {
                guard let name = kind.folder else { continue }
                let folder = "\(home)/\(name)"
                if try FileSystem.isDirectory(folder) || (creating && kind == .stable) {
                    servers.append(
                        try kind == .codeServer
                            ? codeServer(in: folder, kind)
                            : EditorServer(kind: kind, folder: folder)
                    )
                }
            }
            let known = Set(Kind.allCases.compactMap(\.folder))
            // A home that cannot be listed has no more of them than can be found by name.
            for name in ((try? FileSystem.names(in: home)) ?? []).sorted()
            where name.hasPrefix(".") && name.contains("-server") && !known.contains(name) {
                let folder = "\(home)/\(name)"
                if isServer(folder) { servers.append(EditorServer(kind: .other, folder: folder)) }
            }
            for folder in folders {
                guard try FileSystem.isDirectory(folder) else {
                    throw FileError("open", folder, .noSuchFileOrDirectory)
                }
                let isCodeServers =
                    !isServer(folder)
                    && (isFolder("\(folder)/Machine") || isFolder("\(folder)/User"))
                servers.append(
                    isCodeServers
                        ? try codeServer(in: folder, .named)
                        : EditorServer(kind: .named, folder: folder)
                )
            }
        } catch {
            throw Failure(
                .configuration,
                "cannot search for editor servers",
                facts: [.init("path", error.path), .init("because", error.errno)]
            )
        }
        return servers
    }

    /// That of code-server, whose folder is what is `data` in others: its machine settings win over the
    /// user's there.
    ///
    /// What an earlier gotoolprov wrote into the user's is followed up, so that it can be taken out.
    private static func codeServer(
        in folder: String,
        _ kind: Kind
    ) throws(FileError) -> EditorServer {
        func isOurs(_ part: String) throws(FileError) -> Bool {
            let path = "\(folder)/\(part)/settings.json"
            return try FileSystem.kind(of: EditorSettingsKeeping(settingsPath: path).recordPath)
                != nil
        }
        let (user, machine) = (try isOurs("User"), try isOurs("Machine"))
        let isUsers = user && !machine
        return EditorServer(kind: kind, folder: folder, settings: isUsers ? "User" : "Machine")
    }

    private static func isFolder(_ path: String) -> Bool {
        (try? FileSystem.isDirectory(path)) == true
    }

    /// Whether a folder is laid out as VS Code lays out a server's.
    private static func isServer(_ folder: String) -> Bool {
        if isFolder("\(folder)/\(machineFolder)") || isFolder("\(folder)/cli/servers") {
            return true
        }
        return ((try? FileSystem.names(in: "\(folder)/bin")) ?? []).contains { name in
            (try? FileSystem.kind(of: "\(folder)/bin/\(name)/product.json")) == .file
        }
    }

    /// The versions of the Go extension in it, as their folders are named; nil where that cannot be
    /// told.
    package func goExtensionVersions() -> [String]? {
        do {
            let extensions = "\(folder)/extensions"
            return try (FileSystem.names(in: extensions) ?? []).filter { name in
                try name.hasPrefix(Self.extensionPrefix)
                    && FileSystem.kind(of: "\(extensions)/\(name)/package.json") == .file
            }.map { String($0.dropFirst(Self.extensionPrefix.count)) }
        } catch {
            return nil
        }
    }

    private static let extensionPrefix = "golang.go-"
}
