internal import ToolchainCore
internal import ToolchainHost

extension HostFacts {
    /// Checks that Go finds the version that go.mod and GOTOOLCHAIN require without a network.
    var goSwitchingCheck: DoctorCheck {
        let setting = settings["GOTOOLCHAIN"]
        let choice = setting.map { GoToolchainChoice($0.exactValue) }
        // With GO111MODULE=off, Go ignores both.
        let isOff = settings["GO111MODULE"]?.exactValue == "off"
        let module = isOff ? nil : self.module
        guard let current = search.defaultInstallation?.version else {
            return switchingOfUnknownGo(isOff ? nil : setting, module)
        }
        let name = current.toolchainName
        if current.line < .toolchainSwitching || isOff {
            guard let module, current < module.version, current.line < .toolchainSwitching else {
                return switching(.ok, ["`go` is \(name), and nothing newer is required"])
            }
            return switching(
                .degraded,
                [
                    requirement(module),
                    "`go` is \(name), which cannot switch versions:"
                        + " Go does since \(ReleaseLine.toolchainSwitching)",
                ],
                fix: [use(atLeast: module.version)]
            )
        }
        if let setting, let refusal = choice?.refusal { return refused(setting, refusal) }
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
            ?? !(search.defaultInstallation?.problems.contains(.lacksSettings) == true)
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

    /// Checks the same if the version of `go` is unknown, because it is missing or a shim.
    private func switchingOfUnknownGo(
        _ setting: GoSetting?,
        _ module: GoModuleFile?
    ) -> DoctorCheck {
        let requires = module.map { [requirement($0)] } ?? []
        let isMissing = search.goCommands.isEmpty
        let choice = isMissing ? nil : setting.map { GoToolchainChoice($0.exactValue) }
        if let setting, let refusal = choice?.refusal { return refused(setting, refusal) }
        if let setting, let choice, let name = choice.name {
            return switching(fromUnknownGoTo: name, choice, setting, module)
        }
        guard let module else { return switching(.ok, ["no go.mod or go.work applies here"]) }
        return isMissing
            ? switching(
                .degraded,
                requires + ["`go` is not on PATH"],
                fix: [use(atLeast: module.version)]
            )
            : switching(.unknown, requires + [Self.isUnknown], fix: ["go version"])
    }

    private static let isUnknown = "cannot determine the version of `go`"

    /// Checks the same for a shim: it runs some Go, which switches to the toolchain that GOTOOLCHAIN
    /// names or to a newer one.
    private func switching(
        fromUnknownGoTo name: String,
        _ choice: GoToolchainChoice,
        _ setting: GoSetting,
        _ module: GoModuleFile?
    ) -> DoctorCheck {
        let evidence =
            ["GOTOOLCHAIN is \(setting.value)"]
            + [module.map(requirement) ?? "no go.mod or go.work applies here"]
        let least = GoToolchainChoice.version(ofToolchain: name)
        var required = name
        var cause: GoModuleFile?
        if let module, let least, choice.switches, !module.isDefault {
            if module.version > least {
                required = module.toolchain
                cause = module
            }
        } else if let module, let least, let language = module.language, language > least {
            return switching(
                .degraded,
                evidence + [keeping(module, setting)],
                fix: [advice.removing(setting)]
            )
        }
        let found = availability(of: required, evidence, in: cause)
        // If the shim runs an installed Go of that version, Go does not switch.
        let isInstalled = search.installations.contains {
            $0.isUsable && $0.version?.toolchainName == required
        }
        guard found.verdict == .degraded, isInstalled else { return found }
        return switching(.unknown, found.evidence + [Self.isUnknown], fix: found.fix)
    }

    /// The check for a GOTOOLCHAIN with which every `go` command fails.
    private func refused(_ setting: GoSetting, _ refusal: String) -> DoctorCheck {
        switching(
            .degraded,
            ["GOTOOLCHAIN is \(setting.value): go: \(refusal)"],
            fix: [advice.removing(setting)]
        )
    }

    /// Returns what prevents Go from switching.
    private func keeping(_ module: GoModuleFile, _ setting: GoSetting?) -> String {
        if let setting, setting.exactValue == "local" {
            return "GOTOOLCHAIN=local prevents Go from switching"
        }
        if let setting, !setting.exactValue.contains("+"), setting.exactValue.hasPrefix("go") {
            return "GOTOOLCHAIN=\(setting.value) keeps Go at that version"
        }
        return module.isDefault
            ? "`toolchain default` prevents Go from switching"
            : "its go.env is missing, so Go does not switch"
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
            "switching to the required Go version",
            evidence: evidence,
            fix: fix
        )
    }

    /// The commands that change settings on this host.
    var advice: GoSettingAdvice {
        GoSettingJudge(
            settings: settings,
            search: search,
            environment: setting.environment,
            files: files
        ).advice
    }

    /// Returns a command that makes `go` run a sufficient version, preferably an installed one.
    func use(atLeast required: GoVersion) -> String {
        let compatible = search.installations.filter {
            $0.isUsable && $0.origin == .gotoolprov && $0.version?.isPreRelease == false
                && $0.version.map { $0 >= required } == true
        }.compactMap(\.version)
        // Prefer the newest patch release of the required line, else the oldest newer version.
        if let installed = compatible.last(where: { $0.line == required.line }) ?? compatible.first
        {
            return "gotoolprov use \(installed.toolchainName)"
        }
        let name = required.toolchainName
        return "gotoolprov ensure \(name) && gotoolprov use \(name)"
    }

    /// Checks that Go finds a toolchain by its name on PATH.
    private func availability(
        of name: String,
        _ evidence: [String],
        in module: GoModuleFile? = nil
    ) -> DoctorCheck {
        if search.defaultInstallation?.version?.toolchainName == name {
            return switching(.ok, evidence + ["`go` is \(name)"])
        }
        let shown = name.withVisibleControls
        guard let program = path.programs(name, in: files).first else {
            return switching(
                .degraded,
                evidence + ["\(shown) is not on PATH"],
                fix: fix(forMissing: name, in: module)
            )
        }
        let link = GoCommand(program, in: files).resolved(sdkRoot: setting.sdkRoot, in: files)
        let tree: GoInstallation
        switch link.target {
        case .root(let root), .launcher(root: let root?):
            guard let found = installation(at: root), found.isUsable else {
                return switching(
                    .degraded,
                    evidence + ["\(link.path) points to \(root), which has no working Go"],
                    fix: fix(forMissing: name, in: module)
                )
            }
            tree = found
        case .wrapper:
            guard let found = wrapped(by: link), found.isMarkedComplete else {
                return switching(
                    .degraded,
                    evidence + [
                        "\(link.path) is a golang.org/dl wrapper, and its Go was not downloaded"
                    ],
                    fix: ["\(name) download, or gotoolprov ensure \(name) --adopt"]
                )
            }
            tree = found
        case .launcher(root: nil), .snap, .windows, .unknown:
            return switching(.unknown, evidence + ["\(link.path) is \(link.words)"])
        }
        // Go compares the name with the version that it started: cmd/go/internal/toolchain, Select.
        guard let version = tree.version, version.toolchainName != name else {
            return switching(.ok, evidence + ["\(link.path) is on PATH"])
        }
        let other = version.toolchainName
        return switching(
            .degraded,
            evidence + [
                "\(link.path) starts \(other) in \(tree.root)"
                    + (version.line < .toolchainSwitching
                        ? "" : ": go: toolchain \(other) invoked to provide \(shown)")
            ],
            fix: fix(forOther: tree, behind: link, insteadOf: name, in: module)
        )
    }

    /// Returns the installation at `root`, even if the search did not find it.
    private func installation(at root: String) -> GoInstallation? {
        let real = files.withoutLinks(root)
        return search.installations.first { $0.root == real }
            ?? GoInstallation(
                at: root,
                host: platform?.platform,
                home: setting.environment.home,
                in: files
            )
    }

    /// Returns the tree of a golang.org/dl wrapper: it is in `~/sdk` and named after the real name of
    /// the wrapper.
    private func wrapped(by link: GoCommand) -> GoInstallation? {
        let program = files.withoutLinks(link.path) ?? link.path
        guard let home = setting.environment.home ?? passwordHome,
            let name = program.split(byte: "/").last
        else { return nil }
        return installation(at: "\(home)/sdk/\(name)")
    }

    /// Returns the fix for an executable that runs another version than its name.
    private func fix(
        forOther tree: GoInstallation,
        behind link: GoCommand,
        insteadOf name: String,
        in module: GoModuleFile?
    ) -> [String] {
        if tree.origin == .gotoolprov, tree.root.hasSuffix("/\(name)") {
            return ["gotoolprov verify --repair \(name)"]
        }
        let ensure = "gotoolprov ensure \(name)"
        return fix(forMissing: name, in: module).map { command in
            // `ensure` replaces a launcher, but not a file of another origin.
            guard case .root = link.target, command == ensure else { return command }
            return "rm \(ShellQuoting.quoted(link.path)) && \(ensure)"
        }
    }

    /// Returns the fix for a missing toolchain: install it, or stop requiring it.
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
