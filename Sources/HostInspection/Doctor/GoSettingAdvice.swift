internal import ToolchainCore

/// Shell commands that change a setting in the place that it comes from.
struct GoSettingAdvice: Hashable, Sendable {
    /// The file that `go env -w` writes, or `nil` if there is none.
    let userFile: String?
    /// Whether `go` can change that file.
    let hasGo: Bool
    /// The version of the Go on PATH if gotoolprov installed it and can restore its go.env.
    let managedVersion: GoVersion?
    /// The user's shell.
    let shell: Shell

    /// A family of shells, by how they change the environment.
    enum Shell: Hashable, Sendable {
        case posix, fish, csh

        /// Determines the family from the value of SHELL.
        init(_ path: String?) {
            switch path?.split(byte: "/").last {
            case "fish": self = .fish
            case "csh", "tcsh": self = .csh
            default: self = .posix
            }
        }
    }

    /// The variables to set so that `go env` works despite invalid settings.
    var overrides: [String: String] = [:]

    /// Valid values of settings that make `go env` fail if they are invalid.
    static let neutral = [
        "GO111MODULE": "on", "GOEXPERIMENT": "none", "GOFIPS140": "off", "GOFLAGS": "-v=false",
        "GOPATH": "/", "GOTOOLCHAIN": "local", "GOWORK": "off",
    ]

    /// The variables that `go env -w` refuses to change, although Go reads them from the files.
    private static let unchangeable: Set<String> = ["GOROOT", "GOWORK"]

    /// Returns a command that removes a setting.
    func removing(_ setting: GoSetting) -> String {
        switch setting.place {
        case .environment: unsetting(setting.name)
        case .userFile:
            hasGo && !Self.unchangeable.contains(setting.name)
                ? command("-u \(setting.name)", for: setting.name)
                : Self.deletion(of: setting.name, in: setting.source)
        case .treeFile: restoring(setting) ?? overriding(setting, with: Self.standard[setting.name])
        }
    }

    /// Returns a command that changes a setting to `value`, or removes it if there is no value.
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

    /// Returns a command that sets a Go variable where the existing `setting`, if any, does not
    /// override it.
    func setting(_ name: String, to value: String, insteadOf setting: GoSetting?) -> String {
        // The environment overrides both files.
        guard setting?.place != .environment, hasGo, userFile != nil else {
            return exporting(name, value)
        }
        return command("-w \(name)=\(quoted(value))", for: name)
    }

    /// Returns a command that removes an environment variable.
    func unsetting(_ name: String) -> String {
        switch shell {
        case .posix: "unset \(name)"
        case .fish: "set -e \(name)"
        case .csh: "unsetenv \(name)"
        }
    }

    /// Returns a command that sets an environment variable.
    func exporting(_ name: String, _ value: String) -> String {
        switch shell {
        case .posix: "export \(name)=\(quoted(value))"
        case .fish: "set -gx \(name) \(quoted(value))"
        case .csh: "setenv \(name) \(quoted(value))"
        }
    }

    /// Returns a value quoted for the user's shell.
    func quoted(_ value: String) -> String {
        shell == .fish ? ShellQuoting.quotedForFish(value) : ShellQuoting.quoted(value)
    }

    /// The values in the go.env of a Go release.
    private static let standard = [
        "GOPROXY": "https://proxy.golang.org,direct", "GOSUMDB": "sum.golang.org",
        "GOTOOLCHAIN": "auto",
    ]

    /// Returns a command that restores the go.env of a managed tree.
    private func restoring(_ setting: GoSetting) -> String? {
        managedVersion.map { "gotoolprov verify --repair \($0.toolchainName)" }
    }

    /// Returns a command that overrides a setting of go.env in the user's file, with an empty value if
    /// there is none.
    private func overriding(_ setting: GoSetting, with value: String?) -> String {
        guard hasGo, userFile != nil, !Self.unchangeable.contains(setting.name) else {
            return Self.deletion(of: setting.name, in: setting.source)
        }
        let text = value.map(quoted) ?? ""
        return command("-w \(setting.name)=\(text)", for: setting.name)
    }

    private func command(_ arguments: String, for name: String) -> String {
        let variables = overrides.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) " }
        // csh does not support variable assignments before a command.
        let start = shell == .csh && !variables.isEmpty ? "env " : ""
        return "\(start)\(variables.joined())go env \(arguments)"
    }

    private static func deletion(of name: String, in file: String) -> String {
        "sed -i '/^\(name)=/d' \(ShellQuoting.quoted(file))"
    }
}
