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
        /// Antigravity's, as the directory was called first.
        case oldAntigravity = "antigravity-server"
        case positron = "positron-server"
        case kiro = "kiro-server"
        case trae = "trae-server"
        case traeChina = "trae-cn-server"
        /// Of the project code-server.
        case codeServer = "code-server"
        /// Of an editor that is not known, in a directory that looks like such a server's.
        case other
        /// In a directory that its user has named.
        case named

        /// Where its directory is in a home; nil for one that is found by its content, or has to be named.
        var directory: String? {
            switch self {
            case .codeServer: ".local/share/code-server"
            case .other, .named: nil
            default: ".\(rawValue)"
            }
        }
    }

    /// Whose it is.
    package let kind: Kind
    /// The directory that holds all of it.
    package let directory: String
    /// The file for this host's settings; it may not exist.
    package let settingsPath: String

    /// A server from its kind and its directory, with VS Code's layout.
    package init(kind: Kind, directory: String) {
        self.init(
            kind: kind,
            directory: directory,
            settings: kind == .codeServer ? "Machine" : Self.machineDirectory
        )
    }

    private init(kind: Kind, directory: String, settings: String) {
        self.kind = kind
        self.directory = directory
        settingsPath = "\(directory)/\(settings)/settings.json"
    }

    private static let machineDirectory = "data/Machine"

    /// The servers that are in a home, and those in directories that are named.
    ///
    /// - Parameters:
    ///   - home: The home directory.
    ///   - directories: Directories of servers elsewhere: `remote.SSH.serverInstallPath` moves them.
    ///   - creating: Whether VS Code's own is to count even if it is not there yet.
    /// - Returns: The servers, the named ones last.
    /// - Throws: ``Failure`` if that cannot be determined, or a named directory does not exist.
    package static func found(
        in home: String,
        directories: [String] = [],
        creating: Bool = false
    ) throws(Failure) -> [EditorServer] {
        var servers: [EditorServer] = []
        do throws(FileError) {
            for kind in Kind.allCases {
                guard let name = kind.directory else { continue }
                let directory = "\(home)/\(name)"
                if try FileSystem.isDirectory(directory) || (creating && kind == .stable) {
                    servers.append(
                        try kind == .codeServer
                            ? codeServer(in: directory, kind)
                            : EditorServer(kind: kind, directory: directory)
                    )
                }
            }
            let known = Set(Kind.allCases.compactMap(\.directory))
            // A home that cannot be listed has no more of them than can be found by name.
            for name in ((try? FileSystem.names(in: home)) ?? []).sorted()
            where name.hasPrefix(".") && name.contains("-server") && !known.contains(name) {
                let directory = "\(home)/\(name)"
                if isServer(directory) {
                    servers.append(EditorServer(kind: .other, directory: directory))
                }
            }
            for directory in directories {
                guard try FileSystem.isDirectory(directory) else {
                    throw FileError("open", directory, .noSuchFileOrDirectory)
                }
                let isCodeServers =
                    !isServer(directory)
                    && (isDirectory("\(directory)/Machine") || isDirectory("\(directory)/User"))
                servers.append(
                    isCodeServers
                        ? try codeServer(in: directory, .named)
                        : EditorServer(kind: .named, directory: directory)
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

    /// That of code-server, whose directory is what is `data` in others: its machine settings win over the
    /// user's there.
    ///
    /// What an earlier gotoolprov wrote into the user's is followed up, so that it can be taken out.
    private static func codeServer(
        in directory: String,
        _ kind: Kind
    ) throws(FileError) -> EditorServer {
        func isOurs(_ part: String) throws(FileError) -> Bool {
            let path = "\(directory)/\(part)/settings.json"
            return try FileSystem.kind(of: EditorSettingsKeeping(settingsPath: path).recordPath)
                != nil
        }
        let (user, machine) = (try isOurs("User"), try isOurs("Machine"))
        let isUsers = user && !machine
        return EditorServer(
            kind: kind,
            directory: directory,
            settings: isUsers ? "User" : "Machine"
        )
    }

    private static func isDirectory(_ path: String) -> Bool {
        (try? FileSystem.isDirectory(path)) == true
    }

    /// Whether a directory is laid out as VS Code lays out a server's.
    private static func isServer(_ directory: String) -> Bool {
        if isDirectory("\(directory)/\(machineDirectory)")
            || isDirectory("\(directory)/cli/servers")
        {
            return true
        }
        return ((try? FileSystem.names(in: "\(directory)/bin")) ?? []).contains { name in
            (try? FileSystem.kind(of: "\(directory)/bin/\(name)/product.json")) == .file
        }
    }

    /// The versions of the Go extension in it, as their directories are named; nil where that cannot be
    /// told.
    package func goExtensionVersions() -> [String]? {
        do {
            let extensions = "\(directory)/extensions"
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
