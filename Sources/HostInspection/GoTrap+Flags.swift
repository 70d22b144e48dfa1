internal import ToolchainCore

extension GoTrap {
    /// What GOFLAGS does to programs: cmd/go, `go help environment`.
    static func flagTraps(_ settings: GoSettings) -> [GoTrap] {
        guard let flags = settings["GOFLAGS"] else { return [] }
        let place = "GOFLAGS is \(flags.value) (\(flags.source))"
        guard let words = BuildFlag.parsed(flags.value) else {
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

/// One flag of `go build` in GOFLAGS.
struct BuildFlag: Hashable {
    /// Its name without dashes.
    let name: String
    /// Its value; nil where it is only switched on.
    let value: String?

    /// Whether it is on, as flags that are true or false are.
    var isOn: Bool { value.map { ["1", "t", "T", "true", "TRUE", "True"].contains($0) } ?? true }

    /// Whether it keeps debug information out of programs.
    var stripsDebugInformation: Bool {
        guard let value else { return false }
        // `-gcflags=all=-dwarf=false`: a pattern of packages may come first.
        let words = value.split(byte: " ").flatMap { word -> [BuildFlag] in
            let flags =
                word.hasPrefix("-")
                ? word : word.split(byte: "=").dropFirst().joined(separator: "=")
            return BuildFlag(flags).map { [$0] } ?? []
        }
        // What follows -X is a value, whatever it looks like.
        var isValue = false
        return words.contains { flag in
            defer { isValue = flag.name == "X" && flag.value == nil }
            guard !isValue else { return false }
            switch (name, flag.name) {
            case ("ldflags", "s"), ("ldflags", "w"): return flag.isOn
            case ("gcflags", "dwarf"): return !flag.isOn
            default: return false
            }
        }
    }

    /// Reads `-name`, `--name` or `-name=value`; nil for what is no flag.
    init?(_ word: String) {
        guard word.hasPrefix("-") else { return nil }
        let text = word.dropFirst(word.hasPrefix("--") ? 2 : 1)
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "=")
        else { return nil }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(parts[0])
        value = parts.count == 2 ? String(parts[1]) : nil
    }

    /// Reads GOFLAGS: words by spaces, in which a word may be quoted from its first character on
    /// (cmd/internal/quoted); nil for what Go refuses.
    static func parsed(_ text: String) -> [BuildFlag]? {
        var flags: [BuildFlag] = []
        var rest = Array(text.utf8)[...]
        let isSpace: (UInt8) -> Bool = { [9, 10, 13, 32].contains($0) }
        while true {
            rest = rest.drop(while: isSpace)
            guard let first = rest.first else { return flags }
            let word: ArraySlice<UInt8>
            if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
                let inner = rest.dropFirst()
                guard let end = inner.firstIndex(of: first) else { return nil }
                word = inner[..<end]
                rest = rest[(end + 1)...]
                guard rest.first.map(isSpace) ?? true else { return nil }
            } else {
                word = rest.prefix { !isSpace($0) }
                rest = rest[word.endIndex...]
            }
            guard let flag = BuildFlag(String(decoding: word, as: UTF8.self)) else { return nil }
            flags.append(flag)
        }
    }
}
