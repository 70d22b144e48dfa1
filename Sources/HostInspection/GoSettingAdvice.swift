internal import ToolchainCore

/// How a setting is changed in the place that it comes from, as commands that can be pasted.
struct GoSettingAdvice: Hashable, Sendable {
    /// The file that `go env -w` writes; nil where there is none.
    let userFile: String?
    /// Whether `go` can be run to change that file.
    let hasGo: Bool
    /// The version of the Go on PATH where gotoolprov installed it and can restore its go.env.
    let managedVersion: GoVersion?
    /// Whether the user's shell is fish, which has no `unset` and no `export`.
    let isFish: Bool
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
        case .environment:
            isFish ? "set -e \(setting.name)" : "unset \(setting.name)"
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
        let assignment = "\(setting.name)=\(ShellQuoting.quoted(value))"
        switch setting.place {
        case .environment:
            return isFish
                ? "set -gx \(setting.name) \(ShellQuoting.quoted(value))" : "export \(assignment)"
        case .userFile:
            return hasGo
                ? command("-w \(assignment)", for: setting.name)
                : Self.deletion(of: setting.name, in: setting.source)
        case .treeFile: return overriding(setting, with: value)
        }
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
        let text = value.map(ShellQuoting.quoted) ?? ""
        return command("-w \(setting.name)=\(text)", for: setting.name)
    }

    private func command(_ arguments: String, for name: String) -> String {
        let variables = overrides.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) " }
        return "\(variables.joined())go env \(arguments)"
    }

    private static func deletion(of name: String, in file: String) -> String {
        "sed -i '/^\(name)=/d' \(ShellQuoting.quoted(file))"
    }
}
