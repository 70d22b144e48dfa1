internal import ToolchainCore

extension GoTrap {
    /// What GOFLAGS does to programs: cmd/go, `go help environment`.
    static func flagTraps(_ settings: GoSettings) -> [GoTrap] {
        guard let flags = settings["GOFLAGS"] else { return [] }
        let place = "GOFLAGS is \(flags.value) (\(flags.source))"
        guard let words = FlagWords(flags.value, takesPattern: false).asFlags else {
            return [
                GoTrap(
                    kind: .flagsInvalid,
                    isHarmful: true,
                    evidence:
                        "\(place), which Go refuses: it takes `-flag=value`, separated by spaces",
                    fix: "go env -u GOFLAGS, or unset it"
                )
            ]
        }
        var traps: [GoTrap] = []
        if words.contains(where: \.stripsDebugInformation) {
            traps.append(
                GoTrap(
                    kind: .flagsStrip,
                    isHarmful: true,
                    evidence: "\(place): it leaves a debugger lines but no variables",
                    fix: "take -s, -w and -dwarf=false out of GOFLAGS; give them to release builds"
                        + " alone"
                )
            )
        }
        if words.last(where: { $0.name == "trimpath" })?.isOn == true {
            traps.append(
                GoTrap(
                    kind: .flagsTrimpath,
                    isHarmful: true,
                    evidence:
                        "GOFLAGS has -trimpath (\(flags.source)): breakpoints need substitutePath",
                    fix: "take -trimpath out of GOFLAGS, or set substitutePath in launch.json"
                )
            )
        }
        return traps
    }

    /// Whether what is built is for another machine: Delve starts it and fails, or hangs.
    static func targetTraps(_ settings: GoSettings, _ host: GoPlatform?) -> [GoTrap] {
        guard let host else { return [] }
        let wanted = [("GOOS", "linux"), ("GOARCH", host.architecture.rawValue)]
        return wanted.compactMap { name, own in
            guard let setting = settings[name], setting.value != own else { return nil }
            return GoTrap(
                kind: .targetForeign,
                isHarmful: true,
                evidence:
                    "\(name) is \(setting.value) (\(setting.source)): what is built does not run"
                    + " on this \(own == "linux" ? "system" : own) host",
                fix: setting.source == "environment" ? "unset \(name)" : "go env -u \(name)"
            )
        }
    }
}

extension FlagWords.Flag {
    /// Whether this flag of `go build` keeps debug information out of programs.
    fileprivate var stripsDebugInformation: Bool {
        guard let value else { return false }
        switch name {
        case "ldflags":
            return FlagWords(value).flags(valuesFollow: FlagWords.linkerValues).contains {
                ["s", "w"].contains($0.name) && $0.isOn
            }
        case "gcflags":
            return FlagWords(value).flags().contains { $0.name == "dwarf" && !$0.isOn }
        default: return false
        }
    }
}
