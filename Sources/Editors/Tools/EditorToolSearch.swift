internal import ToolchainCore

/// The search of the Go extension for its tools
/// (docs/facts/debugging.md#tool-search-of-the-go-extension).
package struct EditorToolSearch: Sendable {
    /// The tools that debugging and code completion require.
    package enum Tool: String, CaseIterable, Sendable {
        case go
        case delve = "dlv"
        case gopls
    }

    /// The reason why the extension searches a location.
    package enum Origin: String, Sendable {
        case alternateTools = "go.alternateTools"
        case goBin = "GOBIN"
        case toolsGoPath = "go.toolsGopath"
        case goPath = "GOPATH"
        case goRoot = "GOROOT"
        case path = "PATH"
        case defaultLocation = "usual place"
    }

    /// A file that the extension checks.
    package struct Candidate: Hashable, Sendable {
        /// The path of the file.
        package let path: String
        /// Why the extension checks it.
        package let origin: Origin
        /// Whether an executable exists, or `nil` if the path contains a VS Code variable.
        package let exists: Bool?
    }

    /// The settings of the extension that affect the search.
    package struct Settings: Hashable, Sendable {
        /// The value of `go.alternateTools`.
        package var alternateTools: [String: String]
        /// The value of `go.toolsEnvVars`.
        package var toolVariables: [String: String]
        /// The value of `go.toolsGopath`.
        package var toolsGoPath: String?
        /// The value of `go.gopath`.
        package var goPath: String?
        /// The value of `go.goroot`.
        package var goRoot: String?

        /// Creates settings from their values.
        ///
        /// - Parameters:
        ///   - alternateTools: The value of `go.alternateTools`.
        ///   - toolVariables: The value of `go.toolsEnvVars`.
        ///   - toolsGoPath: The value of `go.toolsGopath`.
        ///   - goPath: The value of `go.gopath`.
        ///   - goRoot: The value of `go.goroot`.
        package init(
            alternateTools: [String: String] = [:],
            toolVariables: [String: String] = [:],
            toolsGoPath: String? = nil,
            goPath: String? = nil,
            goRoot: String? = nil
        ) {
            self.alternateTools = alternateTools
            self.toolVariables = toolVariables
            self.toolsGoPath = toolsGoPath
            self.goPath = goPath
            self.goRoot = goRoot
        }

        /// Reads the settings in a settings file.
        ///
        /// Of duplicate keys the last one counts, as in VS Code.
        package init(in document: JSONCDocument) {
            func text(_ key: String) -> String? {
                guard case .text(let text) = document.lastSetting(at: [key]), !text.isEmpty else {
                    return nil
                }
                return text
            }
            alternateTools = document.texts(at: ["go.alternateTools"])
            toolVariables = document.texts(at: ["go.toolsEnvVars"])
            toolsGoPath = text("go.toolsGopath")
            goPath = text("go.gopath")
            goRoot = text("go.goroot")
        }

        /// Returns `go.toolsEnvVars` as the extension passes them on, with `~` expanded.
        package func toolVariables(home: String?) -> [String: String] {
            toolVariables.mapValues { $0.expandingHome(home) }
        }
    }

    private let settings: Settings
    private let variable: @Sendable (String) -> String?
    private let goVariable: @Sendable (String) -> String?
    private let isExecutable: @Sendable (String) -> Bool

    /// Creates a search.
    ///
    /// - Parameters:
    ///   - settings: The settings of the extension.
    ///   - variable: Returns an environment variable of the editor's server.
    ///   - goVariable: Returns a variable of `go env` with ``Settings/toolVariables(home:)`` set.
    ///     The extension uses these for variables that its environment lacks, once it has found
    ///     `go`.
    ///   - isExecutable: Returns whether a file is an executable.
    package init(
        settings: Settings,
        variable: @escaping @Sendable (String) -> String?,
        goVariable: @escaping @Sendable (String) -> String? = { _ in nil },
        isExecutable: @escaping @Sendable (String) -> Bool
    ) {
        self.settings = settings
        self.variable = variable
        self.goVariable = goVariable
        self.isExecutable = isExecutable
    }

    /// Returns the files that the extension checks, in order.
    ///
    /// It uses the first executable.
    package func candidates(for tool: Tool) -> [Candidate] {
        var candidates: [Candidate] = []
        var name = tool.rawValue
        if let alternate = settings.alternateTools[name], !alternate.isEmpty {
            let path = expanded(alternate)
            if path.hasPrefix("/") || path.contains("${") {
                candidates.append(candidate(path, .alternateTools))
            } else {
                // A bare name replaces the name of the tool in the search.
                name = path
            }
        }
        // Relative directories are skipped because the working directory is unknown.
        func add(_ variables: String?, _ subdirectory: String, _ origin: Origin) {
            for directory in (variables ?? "").split(byte: ":") where directory.hasPrefix("/") {
                candidates.append(candidate("\(directory)\(subdirectory)/\(name)", origin))
            }
        }
        /// Settings may contain `~` and VS Code variables.
        func add(setting: String?, _ subdirectory: String, _ origin: Origin) {
            for directory in (setting ?? "").split(byte: ":").map(expanded)
            where directory.hasPrefix("/") || directory.contains("${") {
                candidates.append(candidate("\(directory)\(subdirectory)/\(name)", origin))
            }
        }
        // `go env` is available only once `go` has been found.
        func addGo(_ name: String, _ subdirectory: String, _ origin: Origin) {
            if let value = variable(name) {
                add(value, subdirectory, origin)
            } else if tool != .go {
                add(setting: goVariable(name), subdirectory, origin)
            }
        }
        addGo("GOBIN", "", .goBin)
        if tool != .go {
            add(setting: settings.toolsGoPath, "/bin", .toolsGoPath)
            if let goPath = settings.goPath {
                add(setting: goPath, "/bin", .goPath)
            } else if variable("GOPATH") == nil, goVariable("GOPATH") == nil {
                add(variable("HOME").map { "\($0)/go" }, "/bin", .goPath)
            } else {
                addGo("GOPATH", "/bin", .goPath)
            }
        }
        if let goRoot = settings.goRoot {
            add(setting: goRoot, "/bin", .goRoot)
        } else {
            addGo("GOROOT", "/bin", .goRoot)
        }
        add(variable("PATH"), "", .path)
        if tool == .go {
            // The snap's own command does not pass on arguments: golang/vscode-go#166.
            let snap = "/snap/bin/go"
            for index in candidates.indices
            where candidates[index].path.hasSameBytes(as: snap)
                && candidates[index].origin == .path && candidates[index].exists == true
            {
                candidates[index] = Candidate(
                    path: "/snap/go/current/bin/go",
                    origin: .path,
                    exists: true
                )
            }
            for path in ["/usr/local/go/bin/go", "/usr/local/bin/go"] {
                candidates.append(candidate(path, .defaultLocation))
            }
        }
        return candidates
    }

    /// The result of the search for a tool.
    package enum Result: Hashable, Sendable {
        case found(Candidate)
        /// Depends on a path that contains a VS Code variable.
        case unknown(Candidate)
        case missing
    }

    /// Returns what the extension uses for `tool`.
    package func result(for tool: Tool) -> Result {
        for candidate in candidates(for: tool) where candidate.exists != false {
            return candidate.exists == nil ? .unknown(candidate) : .found(candidate)
        }
        return .missing
    }

    private func candidate(_ path: String, _ origin: Origin) -> Candidate {
        Candidate(
            path: path,
            origin: origin,
            exists: path.contains("${") ? nil : isExecutable(path)
        )
    }

    private func expanded(_ path: String) -> String { path.expandingHome(variable("HOME")) }
}

extension String {
    /// The path with `~` replaced by the home directory.
    func expandingHome(_ home: String?) -> String {
        guard hasSameBytes(as: "~") || hasPrefix("~/"), let home else { return self }
        return home + dropFirst()
    }
}
