internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// The server of VS Code or a derived editor on the host that it works on.
///
/// Except for the settings file, the server's directory is only read
/// (docs/facts/debugging.md#editor-settings).
package struct EditorServer: Hashable, Sendable {
    /// The product that a server belongs to.
    ///
    /// Each editor built from VS Code's sources has its own directory name: `serverDataFolderName`
    /// in product.json. All except code-server use VS Code's layout.
    package enum Kind: String, CaseIterable, Sendable {
        /// VS Code over SSH or in WSL.
        case stable = "vscode-server"
        /// VS Code Insiders.
        case insiders = "vscode-server-insiders"
        /// VS Code in containers.
        case container = "vscode-remote"
        /// Builds of VS Code's open sources (Code - OSS).
        case openSource = "vscode-server-oss"
        /// The project OpenVSCode Server.
        case openVSCode = "openvscode-server"
        case vscodium = "vscodium-server"
        case vscodiumInsiders = "vscodium-server-insiders"
        case cursor = "cursor-server"
        case windsurf = "windsurf-server"
        case antigravity = "antigravity-ide-server"
        /// The former directory name of Antigravity.
        case oldAntigravity = "antigravity-server"
        case positron = "positron-server"
        case kiro = "kiro-server"
        case trae = "trae-server"
        case traeChina = "trae-cn-server"
        /// The project code-server.
        case codeServer = "code-server"
        /// An unknown editor whose directory has the layout of a server.
        case other
        /// A directory that the user specified.
        case named

        /// The directory in a home directory, or `nil` if it is found by its content or specified.
        var directory: String? {
            switch self {
            case .codeServer: ".local/share/code-server"
            case .other, .named: nil
            default: ".\(rawValue)"
            }
        }
    }

    /// The product that the server belongs to.
    package let kind: Kind
    /// The directory that contains all files of the server.
    package let directory: String
    /// The path of the machine settings; the file may not exist.
    package let settingsPath: String

    /// Creates a server of a given kind with VS Code's layout.
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

    /// Returns the servers in a home directory and in directories specified by the user.
    ///
    /// - Parameters:
    ///   - home: The home directory.
    ///   - directories: Directories of servers elsewhere, as set by `remote.SSH.serverInstallPath`.
    ///   - creating: Whether to include VS Code's own server if it does not exist yet.
    /// - Returns: The servers, those in specified directories last.
    /// - Throws: ``Failure`` if the directories cannot be read, or a specified one does not exist.
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
            // If the home directory cannot be listed, only servers with known names are found.
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

    /// Creates the server of code-server, whose directory corresponds to `data` of other servers.
    ///
    /// Its machine settings take precedence over the user's. If an earlier version of gotoolprov
    /// wrote to the user's settings, those are used, so that they can be removed.
    private static func codeServer(
        in directory: String,
        _ kind: Kind
    ) throws(FileError) -> EditorServer {
        func hasBackup(_ part: String) throws(FileError) -> Bool {
            let path = "\(directory)/\(part)/settings.json"
            return try FileSystem.kind(of: EditorSettingsKeeping(settingsPath: path).recordPath)
                != nil
        }
        let (user, machine) = (try hasBackup("User"), try hasBackup("Machine"))
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

    /// Whether a directory has the layout of a VS Code server.
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

    /// Returns the installed versions of the Go extension, as in the names of their directories, or
    /// `nil` if the directory cannot be read.
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
