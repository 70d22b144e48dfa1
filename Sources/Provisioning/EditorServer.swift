internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost

/// What VS Code, or something like it, keeps of itself on the host that it works on.
///
/// Only read: the servers look after themselves (facts/debugging.md §5.3).
public struct EditorServer: Hashable, Sendable {
    /// Whose server it is.
    public enum Kind: String, CaseIterable, Sendable {
        /// VS Code's, over SSH or in WSL.
        case stable = "vscode-server"
        /// VS Code Insiders'.
        case insiders = "vscode-server-insiders"
        /// VS Code's in containers.
        case container = "vscode-remote"
        /// Of the project OpenVSCode Server.
        case openVSCode = "openvscode-server"
        /// Of the project code-server, which has no machine settings, only a user's.
        case codeServer = "code-server"
        /// In a folder that its user has named, laid out like VS Code's.
        case named

        /// Where its folder is in a home; nil for one that has to be named.
        var folder: String? {
            switch self {
            case .stable: ".vscode-server"
            case .insiders: ".vscode-server-insiders"
            case .container: ".vscode-remote"
            case .openVSCode: ".openvscode-server"
            case .codeServer: ".local/share/code-server"
            case .named: nil
            }
        }
    }

    /// Whose it is.
    public let kind: Kind
    /// The folder that holds all of it.
    public let folder: String

    /// A server from its kind and its folder.
    public init(kind: Kind, folder: String) {
        self.kind = kind
        self.folder = folder
    }

    /// The settings file that this host's settings belong in; it need not be there.
    public var settingsPath: String {
        kind == .codeServer
            ? "\(folder)/User/settings.json" : "\(folder)/data/Machine/settings.json"
    }

    /// The servers that are in a home, and those in folders that are named.
    ///
    /// - Parameters:
    ///   - home: The home folder.
    ///   - folders: Folders of servers elsewhere: `remote.SSH.serverInstallPath` moves them.
    ///   - creating: Whether VS Code's own is to count even if it is not there yet.
    /// - Returns: The servers, the named ones last.
    /// - Throws: ``Failure`` where that cannot be told, or a named folder is not there.
    public static func found(
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
                    servers.append(EditorServer(kind: kind, folder: folder))
                }
            }
            for folder in folders {
                guard try FileSystem.isDirectory(folder) else {
                    throw FileError("open", folder, .noSuchFileOrDirectory)
                }
                servers.append(EditorServer(kind: .named, folder: folder))
            }
        } catch {
            throw Failure(
                .configuration,
                "cannot look for editor servers",
                facts: [.init("path", error.path), .init("because", error.errno)]
            )
        }
        return servers
    }

    /// The versions of the Go extension in it, as their folders are named; nil where that cannot be
    /// told.
    public func goExtensionVersions() -> [String]? {
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
