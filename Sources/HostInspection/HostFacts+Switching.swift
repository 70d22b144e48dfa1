internal import ToolchainCore

extension HostFacts {
    /// Whether Go gets by without a network what go.mod asks for: facts/go-toolchains.md §2.
    var goSwitchingCheck: DoctorCheck {
        let title = "Go finds the version that go.mod asks for, without a network"
        guard let module else {
            return DoctorCheck(
                .goSwitching,
                .ok,
                title,
                evidence: ["no go.mod or go.work here asks for one"]
            )
        }
        let wanted = module.version
        let asks = "\(module.path) asks for \(wanted.toolchainName)"
        func check(
            _ verdict: DoctorCheck.Verdict,
            _ evidence: String,
            fix: String? = nil
        ) -> DoctorCheck {
            DoctorCheck(
                .goSwitching,
                verdict,
                title,
                evidence: [asks, evidence],
                fix: fix.map { [$0] } ?? []
            )
        }
        let use = "gotoolprov ensure \(wanted.toolchainName), then use \(wanted.toolchainName)"
        guard !search.goCommands.isEmpty else {
            return check(.degraded, "`go` is not on PATH", fix: use)
        }
        guard let current = search.defaultInstallation?.version else {
            return check(.unknown, "which version `go` is cannot be told", fix: "go version")
        }
        let setting = settings["GOTOOLCHAIN"]?.value
        // A name alone is that version and no other; only `+auto` and `+path` let Go go on from it.
        if current.line >= .ofSwitching, let setting, !setting.contains(byte: "+"),
            let fixed = GoVersion(setting), setting.hasPrefix("go")
        {
            guard fixed >= wanted else {
                return check(
                    .degraded,
                    "GOTOOLCHAIN=\(setting) keeps Go at that version",
                    fix: "go env -u GOTOOLCHAIN, or unset it"
                )
            }
            return availability(of: fixed, check)
        }
        if current >= wanted { return check(.ok, "`go` is \(current.toolchainName)") }
        if current.line < .ofSwitching {
            return check(
                .degraded,
                "`go` is \(current.toolchainName), which switches to no other: Go does since 1.21",
                fix: use
            )
        }
        if setting == "local" {
            return check(
                .degraded,
                "GOTOOLCHAIN=local keeps Go from switching",
                fix: "gotoolprov use \(wanted.toolchainName), or GOTOOLCHAIN=path"
            )
        }
        return availability(of: wanted, check)
    }

    /// Whether a version can be had by its name on PATH.
    private func availability(
        of version: GoVersion,
        _ check: (DoctorCheck.Verdict, String, String?) -> DoctorCheck
    ) -> DoctorCheck {
        let name = version.toolchainName
        let ensure = "gotoolprov ensure \(name)"
        if search.defaultInstallation?.version == version {
            return check(.ok, "`go` is \(name)", nil)
        }
        let link = search.versionCommands.first { $0.path.split(byte: "/").last == name }
        guard let link else {
            return check(.degraded, "nothing called \(name) is on PATH", ensure)
        }
        switch link.target {
        case .root(let root), .launcher(root: let root?):
            guard search.installations.contains(where: { $0.root == root && $0.isUsable }) else {
                return check(.degraded, "\(link.path) is for \(root), where no Go runs", ensure)
            }
        case .wrapper:
            guard
                search.installations.contains(where: {
                    $0.version == version && $0.isMarkedComplete
                })
            else {
                return check(
                    .degraded,
                    "\(link.path) is golang.org/dl's wrapper, and its Go is not there",
                    "\(name) download, or \(ensure) --adopt"
                )
            }
        case .launcher(root: nil), .snap, .windows, .unknown:
            return check(.unknown, "\(link.path) is \(link.words)", nil)
        }
        return check(.ok, "\(link.path) is on PATH", nil)
    }
}

extension ReleaseLine {
    /// The line from which on Go switches to what go.mod asks for.
    fileprivate static let ofSwitching: ReleaseLine =
        GoVersion("1.21")?.line ?? { preconditionFailure("1.21 is a line") }()
}
