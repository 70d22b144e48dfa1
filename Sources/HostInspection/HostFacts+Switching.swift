internal import ToolchainCore

extension HostFacts {
    /// Whether Go finds, without a network, the version that go.mod and GOTOOLCHAIN require.
    var goSwitchingCheck: DoctorCheck {
        let setting = settings["GOTOOLCHAIN"]
        let choice = setting.map { GoToolchainChoice($0.exactValue) }
        // With GO111MODULE=off Go looks at neither.
        let isOff = settings["GO111MODULE"]?.exactValue == "off"
        let module = isOff ? nil : self.module
        guard let current = search.defaultInstallation?.version else {
            guard let module else { return switching(.ok, ["no go.mod or go.work applies here"]) }
            let requires = [requirement(module)]
            return search.goCommands.isEmpty
                ? switching(
                    .degraded,
                    requires + ["`go` is not on PATH"],
                    fix: [use(atLeast: module.version)]
                )
                : switching(
                    .unknown,
                    requires + ["which version `go` is cannot be determined"],
                    fix: ["go version"]
                )
        }
        let name = current.toolchainName
        if current.line < .ofSwitching || isOff {
            guard let module, current < module.version, current.line < .ofSwitching else {
                return switching(.ok, ["`go` is \(name), and nothing newer is required"])
            }
            return switching(
                .degraded,
                [
                    requirement(module),
                    "`go` is \(name), which switches to no other: Go does since 1.21",
                ],
                fix: [use(atLeast: module.version)]
            )
        }
        if let setting, let refusal = choice?.refusal {
            return switching(
                .degraded,
                ["GOTOOLCHAIN is \(setting.value): go: \(refusal)"],
                fix: [advice.removing(setting)]
            )
        }
        let least = choice?.name.flatMap(GoToolchainChoice.version(ofToolchain:)) ?? current
        let leastName = choice?.name ?? name
        var evidence: [String] = []
        if let setting, choice?.name != nil { evidence.append("GOTOOLCHAIN is \(setting.value)") }
        guard let module else {
            return availability(of: leastName, evidence + ["no go.mod or go.work applies here"])
        }
        evidence.append(requirement(module))
        let switches =
            choice?.switches
            ?? !(search.defaultInstallation?.flaws.contains(.lacksSettings) == true)
        if switches, !module.isDefault {
            return module.version > least
                ? availability(of: module.toolchain, evidence, in: module)
                : availability(of: leastName, evidence)
        }
        guard let language = module.language, language > least else {
            return availability(of: leastName, evidence)
        }
        return switching(
            .degraded,
            evidence + [keeping(module, setting)],
            fix: [choice?.name == nil ? use(atLeast: language) : setting.map(advice.removing)]
                .compactMap(\.self)
        )
    }

    /// What keeps Go from switching.
    private func keeping(_ module: GoModuleFile, _ setting: GoSetting?) -> String {
        if let setting, setting.exactValue == "local" {
            return "GOTOOLCHAIN=local keeps Go from switching"
        }
        if let setting, !setting.exactValue.contains("+"), setting.exactValue.hasPrefix("go") {
            return "GOTOOLCHAIN=\(setting.value) keeps Go at that version"
        }
        return module.isDefault
            ? "`toolchain default` keeps Go from switching"
            : "its go.env is missing, and without it Go does not switch"
    }

    private func requirement(_ module: GoModuleFile) -> String {
        "\(module.path) requires \(module.toolchain.withVisibleControls)"
    }

    private func switching(
        _ verdict: DoctorCheck.Verdict,
        _ evidence: [String],
        fix: [String] = []
    ) -> DoctorCheck {
        DoctorCheck(
            .goSwitching,
            verdict,
            "Go finds the version that is required, without a network",
            evidence: evidence,
            fix: fix
        )
    }

    /// How settings are changed on this host.
    private var advice: GoSettingAdvice {
        GoSettingJudge(
            settings: settings,
            search: search,
            environment: setting.environment,
            files: files
        ).advice
    }

    /// The command that makes `go` a version that will do: one that is installed, if there is one.
    func use(atLeast wanted: GoVersion) -> String {
        let fitting = search.installations.filter {
            $0.isUsable && $0.origin == .gotoolprov && $0.version?.isPreRelease == false
                && $0.version.map { $0 >= wanted } == true
        }.compactMap(\.version)
        // The newest patch of the line that is asked for, else the oldest that is newer.
        if let installed = fitting.last(where: { $0.line == wanted.line }) ?? fitting.first {
            return "gotoolprov use \(installed.toolchainName)"
        }
        let name = wanted.toolchainName
        return "gotoolprov ensure \(name) && gotoolprov use \(name)"
    }

    /// Whether Go finds a toolchain by its name on PATH.
    private func availability(
        of name: String,
        _ evidence: [String],
        in module: GoModuleFile? = nil
    ) -> DoctorCheck {
        if search.defaultInstallation?.version?.toolchainName == name {
            return switching(.ok, evidence + ["`go` is \(name)"])
        }
        let shown = name.withVisibleControls
        guard let link = path.programs(name, in: files).first.map({ GoCommand($0, in: files) })
        else {
            return switching(
                .degraded,
                evidence + ["no \(shown) is on PATH"],
                fix: fix(forMissing: name, in: module)
            )
        }
        func isUsable(_ root: String) -> Bool {
            search.installations.contains { $0.root == root && $0.isUsable }
        }
        switch link.target {
        case .root(let root), .launcher(root: let root?):
            guard isUsable(root) else {
                return switching(
                    .degraded,
                    evidence + ["\(link.path) is for \(root), where no Go runs"],
                    fix: fix(forMissing: name, in: module)
                )
            }
        case .wrapper:
            let isComplete = search.installations.contains {
                $0.version?.toolchainName == name && $0.isMarkedComplete
            }
            guard isComplete else {
                return switching(
                    .degraded,
                    evidence + ["\(link.path) is golang.org/dl's wrapper, without its Go"],
                    fix: ["\(name) download, or gotoolprov ensure \(name) --adopt"]
                )
            }
        case .launcher(root: nil), .snap, .windows, .unknown:
            return switching(.unknown, evidence + ["\(link.path) is \(link.words)"])
        }
        return switching(.ok, evidence + ["\(link.path) is on PATH"])
    }

    /// How a toolchain that is missing gets there, or is not asked for.
    private func fix(forMissing name: String, in module: GoModuleFile?) -> [String] {
        let version = GoToolchainChoice.version(ofToolchain: name)
        // Only releases have archives: not `go1.28`, `go1.28.0-custom` or `gccgo-go1.28.0`.
        let isRelease =
            version.map {
                !$0.isLanguageVersion && !$0.description.contains("-") && $0.toolchainName == name
            } ?? false
        if isRelease { return ["gotoolprov ensure \(name)"] }
        guard let module else {
            return settings["GOTOOLCHAIN"].map { [advice.removing($0)] } ?? []
        }
        let release = module.version.description.split(byte: "-").first ?? ""
        let command = module.path.hasSuffix(".work") ? "work" : "mod"
        let edit =
            "GOTOOLCHAIN=local go \(command) edit -toolchain=go\(release)"
            + " \(ShellQuoting.quoted(module.path))"
        let isInstalled = !path.programs("go\(release)", in: files).isEmpty
        return [edit] + (isInstalled ? [] : ["gotoolprov ensure go\(release)"])
    }
}

extension ReleaseLine {
    /// The line from which on Go switches to what go.mod requires.
    static let ofSwitching: ReleaseLine =
        GoVersion("1.21")?.line ?? { preconditionFailure("1.21 is a line") }()
}
