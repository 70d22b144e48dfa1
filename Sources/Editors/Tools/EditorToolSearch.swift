internal import ToolchainCore

/// Where the Go extension looks for its tools, and what it finds
/// (docs/facts/debugging.md#tool-search-of-the-go-extension).
package struct EditorToolSearch: Sendable {
    /// The tools without which there is no debugging and no completion.
    package enum Tool: String, CaseIterable, Sendable {
        case go
        case delve = "dlv"
        case gopls
    }

    /// Why the extension looks at a place.
    package enum Origin: String, Sendable {
        case alternateTools = "go.alternateTools"
        case goBin = "GOBIN"
        case toolsGoPath = "go.toolsGopath"
        case goPath = "GOPATH"
        case goRoot = "GOROOT"
        case path = "PATH"
        case usualPlace = "usual place"
    }

    /// A place that the extension looks at.
    package struct Candidate: Hashable, Sendable {
        /// The file.
        package let path: String
        /// Why there.
        package let origin: Origin
        /// Whether a program is there; nil where only VS Code can tell, as its variables are in it.
        package let isThere: Bool?
    }

    /// Settings of the extension that say where to look.
    package struct Settings: Hashable, Sendable {
        /// `go.alternateTools`.
        package var alternateTools: [String: String]
        /// `go.toolsEnvVars`.
        package var toolVariables: [String: String]
        /// `go.toolsGopath`.
        package var toolsGoPath: String?
        /// `go.gopath`.
        package var goPath: String?
        /// `go.goroot`.
        package var goRoot: String?

        /// Settings made by hand.
        ///
        /// - Parameters:
        ///   - alternateTools: `go.alternateTools`.
        ///   - toolVariables: `go.toolsEnvVars`.
        ///   - toolsGoPath: `go.toolsGopath`.
        ///   - goPath: `go.gopath`.
        ///   - goRoot: `go.goroot`.
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

        /// The settings in a settings file; of equal keys the last one counts, as in VS Code.
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

        /// `go.toolsEnvVars` as the extension passes them on, `~` being the home directory.
        package func toolVariables(home: String?) -> [String: String] {
            toolVariables.mapValues { $0.expandingHome(home) }
        }
    }

    private let settings: Settings
    private let variable: @Sendable (String) -> String?
    private let goVariable: @Sendable (String) -> String?
    private let isExecutable: @Sendable (String) -> Bool

    /// A search.
    ///
    /// - Parameters:
    ///   - settings: The extension's settings.
    ///   - variable: The environment that the editor's server has.
    ///   - goVariable: What `go env` says with ``Settings/toolVariables(home:)``: once the extension has
    ///     found `go`, it takes what is not in its environment from there.
    ///   - isExecutable: Whether a file is a program.
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

    /// The places in the extension's order; the first with a program is what it takes.
    package func candidates(for tool: Tool) -> [Candidate] {
        var candidates: [Candidate] = []
        var name = tool.rawValue
        if let alternate = settings.alternateTools[name], !alternate.isEmpty {
            let path = expanded(alternate)
            if path.hasPrefix("/") || path.contains("${") {
                candidates.append(candidate(path, .alternateTools))
            } else {
                // A bare name is looked for in the tool's place.
                name = path
            }
        }
        // What is relative depends on a working directory that nobody knows.
        func add(_ variables: String?, _ subdirectory: String, _ origin: Origin) {
            for directory in (variables ?? "").split(byte: ":") where directory.hasPrefix("/") {
                candidates.append(candidate("\(directory)\(subdirectory)/\(name)", origin))
            }
        }
        /// Settings may hold `~` and VS Code's variables.
        func add(setting: String?, _ subdirectory: String, _ origin: Origin) {
            for directory in (setting ?? "").split(byte: ":").map(expanded)
            where directory.hasPrefix("/") || directory.contains("${") {
                candidates.append(candidate("\(directory)\(subdirectory)/\(name)", origin))
            }
        }
        // What go says is known only once it has been found.
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
            // snap's own command does not pass on what it is told: golang/vscode-go#166.
            let snap = "/snap/bin/go"
            for index in candidates.indices
            where candidates[index].path.hasSameBytes(as: snap)
                && candidates[index].origin == .path && candidates[index].isThere == true
            {
                candidates[index] = Candidate(
                    path: "/snap/go/current/bin/go",
                    origin: .path,
                    isThere: true
                )
            }
            for path in ["/usr/local/go/bin/go", "/usr/local/bin/go"] {
                candidates.append(candidate(path, .usualPlace))
            }
        }
        return candidates
    }

    /// What the extension takes for a tool.
    package enum Result: Hashable, Sendable {
        case found(Candidate)
        /// Whether it takes this place, only VS Code can tell.
        case unknown(Candidate)
        case missing
    }

    /// What the extension takes for `tool`.
    package func result(for tool: Tool) -> Result {
        for candidate in candidates(for: tool) where candidate.isThere != false {
            return candidate.isThere == nil ? .unknown(candidate) : .found(candidate)
        }
        return .missing
    }

    private func candidate(_ path: String, _ origin: Origin) -> Candidate {
        Candidate(
            path: path,
            origin: origin,
            isThere: path.contains("${") ? nil : isExecutable(path)
        )
    }

    private func expanded(_ path: String) -> String { path.expandingHome(variable("HOME")) }
}

extension String {
    /// The path with the home directory in the place of `~`.
    func expandingHome(_ home: String?) -> String {
        guard hasSameBytes(as: "~") || hasPrefix("~/"), let home else { return self }
        return home + dropFirst()
    }
}
