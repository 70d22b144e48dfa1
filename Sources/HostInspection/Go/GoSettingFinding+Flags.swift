internal import ToolchainCore

extension GoSettingFinding {
    /// Returns findings about the effect of GOFLAGS on programs: see `go help environment`.
    static func flagFindings(_ settings: GoSettings, _ advice: GoSettingAdvice)
        -> [GoSettingFinding]
    {
        guard let setting = settings["GOFLAGS"] else { return [] }
        let flags = FlagWords(setting.exactValue, takesPattern: false)
        let words = flags.contents
        let found = words.map { FlagWords.Flag($0[...]) }
        var findings: [GoSettingFinding] = []
        if found.contains(where: { $0?.stripsDebugInformation == true }) {
            let kept = zip(words, found).compactMap { word, flag in
                flag?.stripsDebugInformation == true ? flag?.withDebugInformation : word
            }
            findings.append(
                GoSettingFinding(
                    kind: .flagsStrip,
                    severity: .harmful,
                    evidence:
                        "GOFLAGS is \(setting.value) (\(setting.source)): a debugger shows lines"
                        + " but no variables",
                    fix: advice.replacing(setting, with: joined(kept))
                )
            )
        }
        if found.last(where: { $0?.name == "trimpath" })??.isOn == true {
            let kept = zip(words, found).filter { $1?.name != "trimpath" }.map(\.0)
            findings.append(
                GoSettingFinding(
                    kind: .flagsTrimpath,
                    severity: .harmful,
                    evidence: "GOFLAGS has -trimpath (\(setting.source)): breakpoints require"
                        + " substitutePath in launch.json",
                    fix: advice.replacing(setting, with: joined(kept))
                )
            )
        }
        return findings
    }

    /// Joins words to a GOFLAGS value, in which Go supports quotes but no escapes.
    private static func joined(_ words: [String]) -> String {
        words.map { word in
            guard word.contains(where: \.isWhitespace) else { return word }
            return word.contains("'") ? "\"\(word)\"" : "'\(word)'"
        }.joined(separator: " ")
    }

    /// Returns findings about programs that are built for another platform, with which Delve fails or
    /// hangs.
    static func targetFindings(
        _ settings: GoSettings,
        _ host: GoPlatform?,
        _ advice: GoSettingAdvice
    ) -> [GoSettingFinding] {
        guard let host else { return [] }
        let expected = [("GOOS", "linux"), ("GOARCH", host.architecture.rawValue)]
        return expected.compactMap { name, own in
            guard let setting = settings[name], setting.exactValue != own else { return nil }
            return GoSettingFinding(
                kind: .targetForeign,
                severity: .harmful,
                evidence:
                    "\(name) is \(setting.value) (\(setting.source)): what is built does not run"
                    + " on this \(own == "linux" ? "system" : own) host",
                // `go env -w GOOS=` fails, because Go rejects unknown pairs of GOOS and GOARCH.
                fix: setting.place == .treeFile
                    ? advice.replacing(setting, with: own) : advice.removing(setting)
            )
        }
    }
}

extension FlagWords.Flag {
    /// The linker flags that omit debug information.
    private static let stripping: Set<String> = ["s", "w"]

    /// Whether this flag of `go build` makes programs without full debug information.
    fileprivate var stripsDebugInformation: Bool {
        guard let value else { return false }
        switch name {
        case "ldflags":
            return FlagWords(value).flags(valuesFollow: FlagWords.linkerValues).contains {
                Self.stripping.contains($0.name) && $0.isOn
            }
        case "gcflags":
            return FlagWords(value).flags().contains { $0.name == "dwarf" && !$0.isOn }
        default: return false
        }
    }

    /// The flag without the parts that omit debug information, or `nil` if nothing remains.
    fileprivate var withDebugInformation: String? {
        guard let value else { return nil }
        let flags = FlagWords(value)
        let rest =
            name == "ldflags"
            ? flags.without(Self.stripping, valuesFollow: FlagWords.linkerValues)
            : flags.without(["dwarf"])
        guard !rest.isEmpty else { return nil }
        return "-\(name)=" + (flags.pattern.map { "\($0)=" } ?? "") + rest
    }
}
