internal import ToolchainCore

/// How a setting is changed in the place that it comes from, as commands that can be pasted.
struct GoSettingAdvice: Hashable, Sendable {
    /// The file that `go env -w` writes; nil where there is none.
    let userFile: String?
    /// Whether `go` can be run to change that file.
    let hasGo: Bool
    /// The version of the Go on PATH where gotoolprov installed it and can restore its go.env.
    let managedVersion: GoVersion?
    /// The user's shell.
    let shell: Shell

    /// A family of shells, by how they change the environment.
    enum Shell: Hashable, Sendable {
        case posix, fish, csh

        /// Tells it from SHELL.
        init(_ path: String?) {
            switch path?.split(byte: "/").last {
            case "fish": self = .fish
            case "csh", "tcsh": self = .csh
            default: self = .posix
            }
        }
    }

    /// What to set so that `go env` starts although other settings keep it from that.
    var overrides: [String: String] = [:]

    /// Values with which Go starts, for the settings without which `go env` may not.
    static let neutral = [
        "GO111MODULE": "on", "GOEXPERIMENT": "none", "GOFIPS140": "off", "GOFLAGS": "-v=false",
        "GOPATH": "/", "GOTOOLCHAIN": "local", "GOWORK": "off",
    ]

    /// What `go env` refuses to change, although Go reads it from the files.
    private static let unchangeable: Set<String> = ["GOROOT", "GOWORK"]

    /// Takes a setting away.
    func removing(_ setting: GoSetting) -> String {
        switch setting.place {
        case .environment: unsetting(setting.name)
        case .userFile:
            hasGo && !Self.unchangeable.contains(setting.name)
                ? command("-u \(setting.name)", for: setting.name)
                : Self.deletion(of: setting.name, in: setting.source)
        case .treeFile: restoring(setting) ?? overriding(setting, with: Self.usual[setting.name])
        }
    }

    /// Gives a setting another value; without one takes it away.
    func replacing(_ setting: GoSetting, with value: String?) -> String {
        guard let value, !value.isEmpty else { return removing(setting) }
        switch setting.place {
        case .environment: return exporting(setting.name, value)
        case .userFile:
            return hasGo
                ? command("-w \(setting.name)=\(quoted(value))", for: setting.name)
                : Self.deletion(of: setting.name, in: setting.source)
        case .treeFile: return overriding(setting, with: value)
        }
    }

    /// Gives a variable of Go's a value where `setting`, if there is one, does not hide it.
    func setting(_ name: String, to value: String, insteadOf setting: GoSetting?) -> String {
        // The environment comes before both files.
        guard setting?.place != .environment, hasGo, userFile != nil else {
            return exporting(name, value)
        }
        return command("-w \(name)=\(quoted(value))", for: name)
    }

    /// Takes a variable out of the environment.
    func unsetting(_ name: String) -> String {
        switch shell {
        case .posix: "unset \(name)"
        case .fish: "set -e \(name)"
        case .csh: "unsetenv \(name)"
        }
    }

    /// Puts a variable into the environment.
    func exporting(_ name: String, _ value: String) -> String {
        switch shell {
        case .posix: "export \(name)=\(quoted(value))"
        case .fish: "set -gx \(name) \(quoted(value))"
        case .csh: "setenv \(name) \(quoted(value))"
        }
    }

    /// A value as one word of the user's shell.
    func quoted(_ value: String) -> String {
        shell == .fish ? ShellQuoting.quotedForFish(value) : ShellQuoting.quoted(value)
    }

    /// What Go's own go.env has for a variable; nothing for all others.
    private static let usual = [
        "GOPROXY": "https://proxy.golang.org,direct", "GOSUMDB": "sum.golang.org",
        "GOTOOLCHAIN": "auto",
    ]

    /// The tree of gotoolprov's gets its go.env back.
    private func restoring(_ setting: GoSetting) -> String? {
        managedVersion.map { "gotoolprov verify --repair \($0.toolchainName)" }
    }

    /// The user's file comes before that of the tree; an empty value hides it.
    private func overriding(_ setting: GoSetting, with value: String?) -> String {
        guard hasGo, userFile != nil, !Self.unchangeable.contains(setting.name) else {
            return Self.deletion(of: setting.name, in: setting.source)
        }
        let text = value.map(quoted) ?? ""
        return command("-w \(setting.name)=\(text)", for: setting.name)
    }

    private func command(_ arguments: String, for name: String) -> String {
        let variables = overrides.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) " }
        // csh takes no variables in front of a command.
        let start = shell == .csh && !variables.isEmpty ? "env " : ""
        return "\(start)\(variables.joined())go env \(arguments)"
    }

    private static func deletion(of name: String, in file: String) -> String {
        "sed -i '/^\(name)=/d' \(ShellQuoting.quoted(file))"
    }
}
