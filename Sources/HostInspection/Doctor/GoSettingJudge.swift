internal import ToolchainCore
internal import ToolchainHost

/// Finds settings with values that make all or most `go` commands fail.
struct GoSettingJudge {
    let settings: GoSettings
    let search: GoSearch
    let environment: HostEnvironment
    let files: RootedFiles

    /// A setting that Go rejects.
    private struct Refusal {
        let setting: GoSetting
        /// The error that Go prints, or `nil` if Go may accept the value.
        let message: String?
        /// The consequence.
        let consequence: String
        /// Whether `go env`, which changes settings, fails, too.
        var isTotal = false
        var kind = GoSettingFinding.Kind.settingRefused
    }

    private var installation: GoInstallation? { search.defaultInstallation }

    private func isOlder(than line: ReleaseLine) -> Bool {
        installation?.version.map { $0.line < line } ?? false
    }

    /// The commands that change settings on this host.
    var advice: GoSettingAdvice { advice(refusals) }

    private func advice(_ refusals: [Refusal]) -> GoSettingAdvice {
        var advice = GoSettingAdvice(
            userFile: settings.file,
            hasGo: installation?.isUsable == true,
            managedVersion: installation.flatMap { $0.origin == .gotoolprov ? $0.version : nil },
            shell: GoSettingAdvice.Shell(environment["SHELL"])
        )
        var names = Set(refusals.filter(\.isTotal).map(\.setting.name))
        // The selected toolchain may be missing, or too old for the setting.
        if let value = settings["GOTOOLCHAIN"]?.exactValue,
            !["auto", "local", "path"].contains(value)
        {
            names.insert("GOTOOLCHAIN")
        }
        for name in names { advice.overrides[name] = GoSettingAdvice.neutral[name] }
        return advice
    }

    /// A finding for each setting that Go rejects.
    var findings: [GoSettingFinding] {
        let refusals = refusals
        let advice = advice(refusals)
        return refusals.map { refusal in
            let setting = refusal.setting
            let place = "\(setting.name) is \(setting.value) (\(setting.source))"
            return GoSettingFinding(
                kind: refusal.message == nil ? .settingUnverified : refusal.kind,
                severity: refusal.message == nil ? .unknown : .harmful,
                evidence: "\(place): \(refusal.consequence)"
                    + (refusal.message.map { ": \($0.withVisibleControls)" } ?? ""),
                fix: advice.removing(setting)
            )
        }
    }

    private static let all = "every `go` command fails"
    private static let builds = "every build fails"

    private var refusals: [Refusal] {
        [
            flags, module, path, experiment, standard, workspace, cache, cacheProgram, binaries,
            modules,
        ].compactMap(\.self)
    }

    private var flags: Refusal? {
        guard let setting = settings["GOFLAGS"] else { return nil }
        let flags = FlagWords(setting.exactValue, takesPattern: false)
        let version = installation?.version
        let refusal = GoFlagsRefusal(
            in: flags,
            go: version,
            isRunnable: isRunnable,
            contents: { path in environment.absolutePath(path).flatMap { files.bytes($0) } }
        )
        guard let refusal else { return nil }
        // A Go that is newer than the table may support more flags.
        let isNewer = version.map { $0.line > GoFlagTable.newestLine } ?? false
        let isDoubtful = isNewer && refusal.message.contains("unknown flag")
        return Refusal(
            setting: setting,
            message: isDoubtful ? nil : "go: \(refusal.message)",
            consequence: isDoubtful ? "this Go may refuse it: \(refusal.message)" : Self.all,
            isTotal: refusal.isTotal,
            kind: .flagsInvalid
        )
    }

    private func isRunnable(_ program: String) -> Bool {
        guard program.contains("/") else {
            return !SearchPath(environment["PATH"]).programs(program, in: files).isEmpty
        }
        return environment.absolutePath(program).map(files.isExecutable) ?? false
    }

    private var module: Refusal? {
        guard let setting = settings["GO111MODULE"],
            !["auto", "on", "off"].contains(setting.exactValue)
        else { return nil }
        return Refusal(
            setting: setting,
            message: "go: unknown environment setting GO111MODULE=\(setting.exactValue)",
            consequence: Self.all,
            isTotal: true
        )
    }

    private var path: Refusal? {
        guard let setting = settings["GOPATH"] else { return nil }
        for entry in setting.exactValue.split(byte: ":") where !entry.hasPrefix("/") {
            return Refusal(
                setting: setting,
                message: entry.hasPrefix("~")
                    ? "go: GOPATH entry cannot start with shell metacharacter '~': \"\(entry)\""
                    : "go: GOPATH entry is relative; must be absolute path: \"\(entry)\".",
                consequence: Self.all,
                isTotal: true
            )
        }
        return nil
    }

    private var experiment: Refusal? {
        guard let setting = settings["GOEXPERIMENT"], let installation else { return nil }
        let names = setting.exactValue.split(byte: ",").filter { $0 != "none" }
        guard !names.isEmpty else { return nil }
        // The supported experiments are the fields of a structure in the sources of that Go.
        let file = "\(installation.root)/src/internal/goexperiment/flags.go"
        guard let source = files.bytes(file) else {
            return Refusal(
                setting: setting,
                message: nil,
                consequence: "cannot determine whether this Go supports it without \(file)"
            )
        }
        var known: Set<String> = ["regabi"]
        for line in String(decoding: source, as: UTF8.self).split(byte: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count >= 2, words[1] == "bool", !line.hasPrefix("//") {
                known.insert(words[0].lowercased())
            }
        }
        for name in names {
            let bare = name.hasPrefix("no") ? String(name.dropFirst(2)) : name
            guard !known.contains(name), !known.contains(bare) else { continue }
            return Refusal(
                setting: setting,
                message: "go: unknown GOEXPERIMENT \(bare)",
                consequence: Self.all,
                isTotal: true
            )
        }
        return nil
    }

    /// GOFIPS140, which Go supports since 1.24.
    private var standard: Refusal? {
        guard let setting = settings["GOFIPS140"], !isOlder(than: .fipsModule) else { return nil }
        let value = setting.exactValue
        let isRelease = value.hasPrefix("v1.") && value.split(byte: ".").count >= 3
        guard !["off", "latest", "inprocess", "certified"].contains(value), !isRelease else {
            return nil
        }
        return Refusal(
            setting: setting,
            message:
                "go: invalid GOFIPS140: must be off, latest, inprocess, certified, or v1.Y.Z",
            consequence: Self.all,
            isTotal: true
        )
    }

    private var workspace: Refusal? {
        guard let setting = settings["GOWORK"], !["off", "auto"].contains(setting.exactValue)
        else { return nil }
        let path = setting.exactValue
        let message: String
        if !path.hasPrefix("/") {
            message = "go: invalid GOWORK: not an absolute path"
        } else if files.isDirectory(path) {
            message = "go: reading go.work: read \(path): is a directory"
        } else if files.bytes(path, limit: 1) == nil {
            message = "go: reading go.work: open \(path): no such file or directory"
        } else {
            return nil
        }
        return Refusal(
            setting: setting,
            message: message,
            consequence: Self.all,
            isTotal: !path.hasPrefix("/")
        )
    }

    private var cache: Refusal? {
        guard let setting = settings["GOCACHE"], !setting.exactValue.hasPrefix("/") else {
            return nil
        }
        return Refusal(
            setting: setting,
            message: setting.exactValue == "off"
                ? "build cache is disabled by GOCACHE=off, but required as of Go 1.12"
                : "build cache is required, but could not be located: GOCACHE is not an absolute"
                    + " path",
            consequence: Self.builds
        )
    }

    /// GOCACHEPROG, which Go supports since 1.24.
    private var cacheProgram: Refusal? {
        guard let setting = settings["GOCACHEPROG"], !isOlder(than: .cacheProgram) else {
            return nil
        }
        let program = FlagWords(setting.exactValue, takesPattern: false).contents.first
        guard let program, !isRunnable(program) else { return nil }
        return Refusal(
            setting: setting,
            message: "error starting GOCACHEPROG program \"\(program)\"",
            consequence: Self.builds
        )
    }

    private var binaries: Refusal? {
        guard let setting = settings["GOBIN"], !setting.exactValue.hasPrefix("/") else {
            return nil
        }
        return Refusal(
            setting: setting,
            message: "cannot install, GOBIN must be an absolute path",
            consequence: "`go install` fails"
        )
    }

    private var modules: Refusal? {
        guard let setting = settings["GOMODCACHE"], !setting.exactValue.hasPrefix("/") else {
            return nil
        }
        return Refusal(
            setting: setting,
            message: "go: GOMODCACHE entry is relative; must be absolute path:"
                + " \"\(setting.exactValue)\".",
            consequence: "every module download fails"
        )
    }
}
