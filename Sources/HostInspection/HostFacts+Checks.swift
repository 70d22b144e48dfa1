internal import ToolchainCore

extension HostFacts {
    /// Whether it is a WSL that Delve works on.
    var subsystemCheck: DoctorCheck {
        let title = "Delve works on this kernel"
        switch subsystem.generation {
        case .none:
            return DoctorCheck(.subsystem, .ok, title, evidence: ["Linux \(kernel), not WSL"])
        case .two:
            var evidence = ["WSL 2"] + subsystem.evidence
            if services.isSystemd == false { evidence.append("systemd does not run") }
            return DoctorCheck(.subsystem, .ok, title, evidence: evidence)
        case .one:
            return DoctorCheck(
                .subsystem,
                .blocked,
                title,
                evidence: ["WSL 1, where Delve hangs"] + subsystem.evidence,
                fix: ["on Windows: wsl --set-version DISTRIBUTION 2"]
            )
        case .unknown:
            return DoctorCheck(
                .subsystem,
                .unknown,
                title,
                evidence: subsystem.evidence,
                fix: ["on Windows: wsl --list --verbose tells the version"]
            )
        }
    }

    /// A Go with staging, and some for what is built with it.
    private static let leastByteCount = 1 << 30
    private static let leastFileCount = 30_000

    /// Whether SDKs can be kept where they are.
    var sdkFolderCheck: DoctorCheck {
        let title = "SDKs can be kept and run where they are"
        guard let folder = folder(.sdkRoot) else {
            return DoctorCheck(.sdkFolder, .unknown, title, evidence: ["no folder is known"])
        }
        let name = folder.mount.map { "\($0.kind) at \($0.path)" } ?? "an unknown file system"
        var evidence = ["\(folder.path) is on \(name)"]
        var fix: [String] = []
        var verdict = DoctorCheck.Verdict.ok
        func add(_ found: DoctorCheck.Verdict, _ what: String, _ how: String) {
            verdict = max(verdict, found)
            evidence.append(what)
            if !how.isEmpty { fix.append(how) }
        }
        let elsewhere = "set GOTOOLPROV_SDK_ROOT to a folder on another file system"
        switch folder.isNoExec {
        case true?: add(.blocked, "programs in it cannot be executed (noexec)", elsewhere)
        case nil: add(.unknown, "whether programs in it can be executed cannot be told", "")
        case false?: break
        }
        if folder.isClosed == true, folder.mount?.isReadOnly != true {
            add(
                .degraded,
                "this user may put nothing into \(folder.examined)",
                "set GOTOOLPROV_SDK_ROOT to a folder of your own"
            )
        }
        if folder.isWindowsDrive == true {
            let modes = folder.mount?.keepsModes == true ? "" : ", and modes do not stay"
            add(.degraded, "it is a drive of Windows: slow\(modes)", elsewhere)
        }
        if folder.isCaseInsensitive == true {
            add(.degraded, "names that differ in case only are one file", elsewhere)
        }
        if folder.mount?.isReadOnly == true {
            add(.degraded, "it is mounted read-only: nothing can be installed", elsewhere)
        }
        if let count = folder.availableByteCount, count < Self.leastByteCount {
            add(.degraded, "\(count >> 20) MiB are free; a Go and a build need 1 GiB", "make room")
        }
        if let count = folder.availableFileCount, count < Self.leastFileCount {
            add(
                .degraded,
                "\(count) more files can be made; a Go has 12,000",
                "make room for files"
            )
        }
        return DoctorCheck(.sdkFolder, verdict, title, evidence: evidence, fix: fix)
    }

    /// Whether what Go and Delve build can run where they put it.
    var temporaryFolderCheck: DoctorCheck {
        let title = "what Go and Delve build can run where they put it"
        guard let folder = folder(.temporary) else {
            return DoctorCheck(.temporaryFolder, .unknown, title, evidence: ["no folder is known"])
        }
        var evidence: [String] = []
        var fix: [String] = []
        var remedies: [DoctorCheck.Remedy] = []
        var verdict = DoctorCheck.Verdict.ok
        if !folder.exists || folder.isClosed == true {
            verdict = .degraded
            let name = settings["GOTMPDIR"] == nil ? "TMPDIR" : "GOTMPDIR"
            evidence.append(
                folder.exists
                    ? "this user may put nothing into \(folder.path)"
                    : "\(name) is \(folder.path), which is not there: Go cannot build"
            )
            fix.append(
                folder.exists
                    ? "set \(name) to a folder of your own"
                    : "mkdir -p \(ShellQuoting.quoted(folder.path)), or unset \(name)"
            )
        }
        switch folder.isNoExec {
        case false?: evidence.append("programs in \(folder.path) can be executed")
        case nil:
            verdict = max(verdict, .unknown)
            evidence.append("whether programs in \(folder.path) can be executed cannot be told")
        case true?:
            verdict = .degraded
            evidence.append(
                "programs in \(folder.path) cannot be executed (noexec): `go run` and `go test` fail"
            )
            if let spare = self.folder(.spareTemporary), spare.isNoExec == false {
                let quoted = ShellQuoting.quoted(spare.path)
                fix.append(
                    "mkdir -p \(quoted) && "
                        + (settings.file == nil ? "export" : "go env -w") + " GOTMPDIR=\(quoted)"
                )
                // A variable of the environment or one that is there already is the user's choice.
                if settings["GOTMPDIR"] == nil, let file = settings.file,
                    !settings.isFileUnreadable
                {
                    remedies.append(
                        .setGoVariable(name: "GOTMPDIR", folder: spare.path, file: file)
                    )
                }
            } else {
                fix.append("set GOTMPDIR to a folder whose programs can be executed")
            }
        }
        if let working = self.folder(.working), working.isNoExec == true {
            verdict = max(verdict, .degraded)
            evidence.append(
                "programs in \(working.path) cannot be executed (noexec): `dlv debug` builds there"
            )
            fix.append("work in a folder whose programs can be executed, or dlv debug --output")
        }
        return DoctorCheck(
            .temporaryFolder,
            verdict,
            title,
            evidence: evidence,
            fix: fix,
            remedies: remedies
        )
    }

    /// The Go trees that can be run.
    private var usable: [GoInstallation] { search.installations.filter(\.isUsable) }

    /// Whether there is a Go at all.
    var goPresentCheck: DoctorCheck {
        let flawed = search.installations.filter { !$0.isUsable }.map { installation in
            "\(installation.root): \(installation.flaws.map(\.words).joined(separator: "; "))"
        }
        return DoctorCheck(
            .goPresent,
            usable.isEmpty ? .degraded : .ok,
            "there is a Go that runs",
            evidence: usable.isEmpty && flawed.isEmpty
                ? ["none was found"] : usable.map(\.words) + flawed,
            fix: usable.isEmpty ? ["gotoolprov ensure go@latest"] : []
        )
    }

    /// Whether every Go has its go.env.
    var goFileCheck: DoctorCheck {
        let lacking = search.installations.filter { $0.flaws.contains(.lacksSettings) }
        return DoctorCheck(
            .goFile,
            lacking.isEmpty ? .ok : .degraded,
            "every Go from 1.21 on has its go.env",
            evidence: lacking.isEmpty
                ? ["\(usable.count) looked at"]
                : lacking.map { "\($0.root)/go.env is missing: Go neither switches nor downloads" },
            fix: lacking.map {
                $0.origin == .gotoolprov
                    ? "gotoolprov verify --repair \($0.version?.toolchainName ?? "")"
                    : "install \($0.root) again by what it came from (\($0.origin.name))"
            }
        )
    }

    /// Whether an exported GOROOT is in the way.
    var goRootCheck: DoctorCheck {
        let found = traps.filter { $0.kind == .goRootConflict || $0.kind == .goRootMissing }
        let value = settings["GOROOT"].map { "GOROOT is \($0.value)" }
        return DoctorCheck(
            .goRoot,
            found.isEmpty ? .ok : .degraded,
            "no GOROOT is in the way",
            evidence: found.isEmpty ? [value ?? "GOROOT is not set"] : found.map(\.evidence),
            fix: found.map(\.fix)
        )
    }

    /// Whether other settings mislead.
    var goSettingsCheck: DoctorCheck {
        let found = traps.filter { $0.kind != .goRootConflict && $0.kind != .goRootMissing }
        let isHarmful = found.contains(where: \.isHarmful)
        return DoctorCheck(
            .goSettings,
            isHarmful ? .degraded : .ok,
            "no setting of Go's spoils debugging",
            evidence: found.isEmpty ? ["none that is known to"] : found.map(\.evidence),
            fix: found.map(\.fix)
        )
    }

    /// The newest Go of gotoolprov's that could be used.
    private var suggestedVersion: String {
        usable.last { $0.origin == .gotoolprov && $0.version?.isPreRelease == false }?
            .version?.toolchainName ?? "VERSION"
    }

    /// Whether PATH finds a Go and the launchers.
    var goPathCheck: DoctorCheck {
        let title = "PATH finds Go and its launchers"
        var evidence: [String] = []
        var fix: [String] = []
        let folder = setting.goBin
        if let position = path.position(of: folder) {
            evidence.append("\(folder) is number \(position + 1) on PATH")
        } else {
            evidence.append("\(folder) is not on PATH")
            fix.append("in ~/.profile: PATH=\(ShellQuoting.quoted(folder)):\"$PATH\"")
        }
        if path.isRelative {
            evidence.append(
                "PATH has entries that depend on the working folder: whatever is called `go` or"
                    + " `dlv` there is run"
            )
            fix.append("take empty and relative entries out of PATH")
        }
        if let first = search.goCommands.first {
            let root = first.rootPath.map { ", of \($0)" } ?? ""
            evidence.append("`go` is \(first.path): \(first.words)\(root)")
            if let tree = search.defaultInstallation, !tree.isUsable {
                evidence.append(tree.flaws.map(\.words).joined(separator: "; "))
                fix.append("gotoolprov use \(suggestedVersion)")
            }
            if first.target == .windows {
                fix.append(
                    "gotoolprov use \(suggestedVersion); in /etc/wsl.conf: [interop] appendWindowsPath=false"
                )
            }
        } else {
            evidence.append("`go` is not on PATH: `dlv debug` and `dlv test` need it")
            fix.append("gotoolprov use \(suggestedVersion)")
        }
        return DoctorCheck(
            .goPath,
            fix.isEmpty ? .ok : .degraded,
            title,
            evidence: evidence,
            fix: fix
        )
    }
}

extension GoInstallation {
    /// `go1.21.13 in /usr/local/go`.
    var words: String {
        "\(version?.toolchainName ?? versionText ?? "a Go") in \(root) (\(origin.name))"
    }
}
