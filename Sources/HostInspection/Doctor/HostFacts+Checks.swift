internal import ToolchainCore
internal import ToolchainHost

extension HostFacts {
    /// Checks that Delve works on this kernel, which excludes WSL 1.
    var subsystemCheck: DoctorCheck {
        let title = "WSL version"
        switch subsystem.generation {
        case .none:
            return DoctorCheck(
                .subsystem,
                .ok,
                title,
                evidence: ["Linux \(kernel), not WSL"] + subsystem.evidence
            )
        case .two:
            var evidence = ["WSL 2"] + subsystem.evidence
            if services.isSystemd == false { evidence.append("systemd is not running") }
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
                fix: ["on Windows: wsl --list --verbose (shows the version)"]
            )
        }
    }

    /// The free space, in bytes, and free inodes to install a Go and build with it.
    private static let leastByteCount = 1 << 30
    private static let leastFileCount = 30_000

    /// Checks that toolchains can be installed and run in the SDK directory.
    var sdkDirectoryCheck: DoctorCheck {
        let title = "SDK directory"
        guard let directory = directory(.sdkRoot) else {
            return DoctorCheck(
                .sdkDirectory,
                .unknown,
                title,
                evidence: ["the SDK directory is unknown"]
            )
        }
        let name = directory.mount.map { "\($0.kind) at \($0.path)" } ?? "an unknown file system"
        var evidence = ["\(directory.path) is on \(name)"]
        var fix: [String] = []
        var verdict = DoctorCheck.Verdict.ok
        func add(_ found: DoctorCheck.Verdict, _ what: String, _ how: String) {
            verdict = max(verdict, found)
            evidence.append(what)
            if !how.isEmpty { fix.append(how) }
        }
        let elsewhere = "set GOTOOLPROV_SDK_ROOT to a directory on another file system"
        switch directory.isNoExec {
        case true?: add(.blocked, "programs in it cannot be executed (noexec)", elsewhere)
        case nil: add(.unknown, "cannot determine whether programs in it can be executed", "")
        case false?: break
        }
        if directory.isClosed == true, directory.mount?.isReadOnly != true {
            add(
                .degraded,
                "\(directory.examined) is not writable: \(directory.refusal ?? "refused")",
                "set GOTOOLPROV_SDK_ROOT to a writable directory"
            )
        }
        if directory.isWindowsDrive == true {
            let modes = directory.mount?.keepsModes == true ? "" : " and does not keep file modes"
            add(.degraded, "it is on a Windows drive, which is slow\(modes)", elsewhere)
        }
        if directory.isCaseInsensitive == true {
            add(.degraded, "file names are not case-sensitive", elsewhere)
        }
        if directory.mount?.isReadOnly == true {
            add(.degraded, "it is mounted read-only: nothing can be installed", elsewhere)
        }
        if let count = directory.availableByteCount, count < Self.leastByteCount {
            add(
                .degraded,
                "\(ByteCount(count)) free; a toolchain and a build require"
                    + " \(ByteCount(Self.leastByteCount))",
                "free up disk space"
            )
        }
        if let count = directory.availableFileCount, count < Self.leastFileCount {
            add(
                .degraded,
                "\(count) free inodes; a toolchain has 12,000 files",
                "free up inodes"
            )
        }
        return DoctorCheck(.sdkDirectory, verdict, title, evidence: evidence, fix: fix)
    }

    /// The Go installations that can run on this host.
    var usable: [GoInstallation] { search.installations.filter(\.isUsable) }

    /// Checks that a working Go is installed.
    var goPresentCheck: DoctorCheck {
        let unusable = search.installations.filter { !$0.isUsable }.map { installation in
            "\(installation.root): \(installation.problems.map(\.words).joined(separator: "; "))"
        }
        // A shim or script may run a Go in a place that is not searched.
        let command = search.goCommands.first { [.unknown, .snap, .wrapper].contains($0.target) }
        var evidence = usable.map(\.words) + unusable
        if usable.isEmpty, let command {
            evidence.append(
                "`go` is \(command.path), \(command.words), and the Go that it runs was not found"
            )
        }
        return DoctorCheck(
            .goPresent,
            !usable.isEmpty ? .ok : command == nil ? .degraded : .unknown,
            "installed Go",
            evidence: evidence.isEmpty ? ["none found"] : evidence,
            fix: usable.isEmpty ? ["gotoolprov ensure go@latest"] : []
        )
    }

    /// Checks that every Go has its go.env.
    var goFileCheck: DoctorCheck {
        let incomplete = search.installations.filter { $0.problems.contains(.lacksSettings) }
        return DoctorCheck(
            .goFile,
            incomplete.isEmpty ? .ok : .degraded,
            "go.env of each Go since \(ReleaseLine.goEnvFile)",
            evidence: incomplete.isEmpty
                ? ["\(usable.count) checked"]
                : incomplete.map {
                    "\($0.root)/go.env is missing: Go neither switches versions nor downloads"
                        + " modules"
                },
            fix: incomplete.map {
                $0.origin == .gotoolprov
                    ? "gotoolprov verify --repair \($0.version?.toolchainName ?? "")"
                    : "reinstall \($0.root) from its source (\($0.origin.name))"
            }
        )
    }

    /// Checks that GOROOT does not conflict with the `go` that runs.
    var goRootCheck: DoctorCheck {
        let found = findings.filter(\.isAboutGoRoot)
        let value = settings["GOROOT"].map { "GOROOT is \($0.value)" }
        return DoctorCheck(
            .goRoot,
            found.verdict,
            "GOROOT",
            evidence: found.isEmpty ? [value ?? "GOROOT is not set"] : found.map(\.evidence),
            fix: found.map(\.fix)
        )
    }

    /// Checks the other Go settings.
    var goSettingsCheck: DoctorCheck {
        let found = findings.filter { !$0.isAboutGoRoot }
        return DoctorCheck(
            .goSettings,
            found.verdict,
            "Go settings",
            evidence: found.isEmpty ? ["none found"] : found.map(\.evidence),
            // If the check fails, omit fixes for notices, which would not resolve it.
            fix: found.filter { found.verdict == .ok || $0.severity != .notice }.map(\.fix)
        )
    }

    /// The command that makes `go` run a managed Go.
    private var useCommand: String {
        if let module { return use(atLeast: module.version) }
        let newest = usable.last { $0.origin == .gotoolprov && $0.version?.isPreRelease == false }
        return newest?.version.map { "gotoolprov use \($0.toolchainName)" }
            ?? "gotoolprov ensure go@latest && gotoolprov use go@latest"
    }

    /// Returns a command or instruction that adds a directory to PATH in the user's shell.
    private func pathCommand(_ directory: String) -> String {
        guard !directory.contains(":") else {
            return "set GOBIN to a path without a colon, which PATH cannot contain"
        }
        let quoted = ShellQuoting.quoted(directory)
        let shell = setting.environment["SHELL"]?.split(byte: "/").last
        let line = "export PATH=\(quoted):\"$PATH\""
        switch shell {
        case "fish": return "fish_add_path \(ShellQuoting.quotedForFish(directory))"
        case "csh", "tcsh": return "add to ~/.cshrc: setenv PATH \(quoted):\"$PATH\""
        case "zsh": return "add to ~/.zshrc: \(line)"
        default: return "add to ~/.profile: \(line)"
        }
    }

    /// Describes an entry of PATH that depends on the working directory.
    private static func words(forEntry entry: String) -> String {
        let shown = entry.withVisibleControls
        if entry.isEmpty { return "PATH has an empty entry, which means the working directory" }
        if entry.hasPrefix("~") {
            return "PATH has \(shown), which only bash expands: other programs do not find it"
        }
        if entry.hasPrefix("$") {
            return "PATH has \(shown), which nothing expands: it was quoted when PATH was set"
        }
        return
            "PATH has \(shown), which depends on the working directory: a `go` or `dlv` there runs"
    }

    /// Checks that PATH contains Go and the launchers.
    var goPathCheck: DoctorCheck {
        let title = "PATH"
        var evidence: [String] = []
        var fix: [String] = []
        let directory = setting.goBin
        if let position = goBinPosition {
            evidence.append("\(directory) is entry \(position + 1) of PATH")
        } else {
            evidence.append("\(directory) is not on PATH")
            fix.append(
                directory.contains(byte: ":")
                    ? "set GOBIN to a path without a colon, which PATH cannot contain"
                    : pathCommand(directory)
            )
        }
        if path.isRelative {
            evidence += path.relativeEntries.prefix(10).map(Self.words(forEntry:))
            let home = setting.environment.home ?? "/home/you"
            let isUnexpanded = path.relativeEntries.contains {
                $0.hasPrefix("~") || $0.hasPrefix("$HOME")
            }
            fix.append(
                "where PATH is set, "
                    + (isUnexpanded
                        ? "replace ~ and $HOME with \(home)" : "remove these entries")
            )
        }
        if let first = search.goCommands.first {
            let root = first.rootPath.map { ", runs \($0)" } ?? ""
            evidence.append("`go` is \(first.path): \(first.words)\(root)")
            if let tree = search.defaultInstallation, !tree.isUsable {
                evidence.append(tree.problems.map(\.words).joined(separator: "; "))
                fix.append(useCommand)
            }
            if first.target == .windows {
                fix.append(useCommand)
                fix.append("in /etc/wsl.conf: [interop] appendWindowsPath=false")
            }
        } else {
            evidence.append("`go` is not on PATH: `dlv debug` and `dlv test` require it")
            fix.append(useCommand)
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
    /// A description such as `go1.21.13 in /usr/local/go (/usr/local/go)`.
    package var words: String {
        "\(version?.toolchainName ?? versionText ?? "Go (unknown version)") in \(root)"
            + " (\(origin.name))"
    }
}

extension GoSettingFinding {
    /// Whether the check `go.goroot` reports it.
    fileprivate var isAboutGoRoot: Bool {
        [.goRootConflict, .goRootMissing, .goRootUnverified].contains(kind)
    }
}

extension [GoSettingFinding] {
    /// The verdict of a check with these findings.
    fileprivate var verdict: DoctorCheck.Verdict {
        switch map(\.severity).max() {
        case .harmful?: .degraded
        case .unknown?: .unknown
        case .notice?, nil: .ok
        }
    }
}
