internal import ToolchainCore
internal import ToolchainHost

extension HostFacts {
    /// The free space, in bytes, and free inodes that building a medium-sized program takes.
    private static let leastByteCount = 100 << 20
    private static let leastFileCount = 1000

    /// The findings about the directories that builds write to.
    private struct Finding {
        var verdict = DoctorCheck.Verdict.ok
        var evidence: [String] = []
        var fix: [String] = []
        var remedies: [DoctorCheck.Remedy] = []

        mutating func add(_ found: DoctorCheck.Verdict, _ what: String, _ how: String? = nil) {
            verdict = max(verdict, found)
            evidence.append(what)
            if let how { fix.append(how) }
        }
    }

    /// Checks that Go and Delve can write and run the programs that they build.
    var temporaryDirectoryCheck: DoctorCheck {
        let title = "temporary and working directories"
        guard let directory = directory(.temporary) else {
            return DoctorCheck(
                .temporaryDirectory,
                .unknown,
                title,
                evidence: ["the directory for temporary files is unknown"]
            )
        }
        var finding = Finding()
        check(temporary: directory, &finding)
        if let working = self.directory(.working) {
            check(working: working, &finding)
        } else {
            finding.add(.degraded, "the working directory no longer exists", "cd")
        }
        return DoctorCheck(
            .temporaryDirectory,
            finding.verdict,
            title,
            evidence: finding.evidence,
            fix: finding.fix,
            remedies: finding.remedies
        )
    }

    private func check(temporary directory: DirectoryFacts, _ finding: inout Finding) {
        let given = settings["GOTMPDIR"]
        let variable = given?.exactValue ?? setting.environment["TMPDIR"]
        let name =
            given.map { "GOTMPDIR (\($0.source))" } ?? (variable == nil ? "the default" : "TMPDIR")
        let place = "\(directory.path), from \(name),"
        let isRelative = variable?.hasPrefix("/") == false
        let advice = advice
        // The default cannot be removed.
        let remove: String? =
            given.map(advice.removing) ?? (variable == nil ? nil : advice.unsetting("TMPDIR"))
        let elsewhere = remove ?? alternateCommand
        guard directory.exists else {
            if files.exists(directory.path) {
                finding.add(.degraded, "\(place) is not a directory: Go cannot build", elsewhere)
            } else {
                finding.add(
                    .degraded,
                    "\(place) does not exist: Go cannot build",
                    isRelative || directory.isClosed == true
                        ? elsewhere : "mkdir -p \(advice.quoted(directory.path))"
                )
            }
            return
        }
        if isRelative {
            finding.add(
                .degraded,
                "\(name) is relative: Go builds only where \(variable ?? "") exists",
                remove
            )
        }
        if directory.isClosed == true {
            finding.add(
                .degraded,
                "\(directory.path) is not writable: \(directory.refusal ?? "refused")",
                directory.mount?.isReadOnly == true || directory.refusal == Self.isFull
                    ? alternateCommand ?? remove : elsewhere
            )
        } else {
            checkSpace(in: directory, &finding)
        }
        switch directory.isNoExec {
        case false?:
            if finding.verdict == .ok {
                finding.add(.ok, "programs in \(directory.path) can be executed")
            }
        case nil:
            finding.add(
                .unknown,
                "cannot determine whether programs in \(directory.path) can be executed"
            )
        case true?:
            finding.add(
                .degraded,
                "programs in \(directory.path) cannot be executed (noexec): `go run` and `go test` fail",
                alternateCommand ?? "set GOTMPDIR to a directory on a mount without noexec"
            )
            // A value that the user has set is not changed automatically.
            if alternateCommand != nil, let alternate = self.directory(.alternateTemporary),
                given == nil,
                let file = settings.file, !settings.isFileUnreadable
            {
                finding.remedies.append(
                    .setGoVariable(name: "GOTMPDIR", directory: alternate.path, file: file)
                )
            }
        }
    }

    private static let isFull = "no space left on device"

    /// The command that makes Go use another directory for temporary files, or `nil` if ~/.cache is not
    /// suitable either.
    private var alternateCommand: String? {
        guard let alternate = directory(.alternateTemporary), alternate.isNoExec == false,
            alternate.isClosed != true,
            alternate.mount?.isReadOnly != true
        else { return nil }
        let advice = advice
        return "mkdir -p \(advice.quoted(alternate.path)) && "
            + advice.setting("GOTMPDIR", to: alternate.path, insteadOf: settings["GOTMPDIR"])
    }

    /// Checks that the directory has space for a build.
    private func checkSpace(in directory: DirectoryFacts, _ finding: inout Finding) {
        let fix = "delete files on \(directory.mount?.path ?? directory.path)"
        if let count = directory.availableByteCount, count < Self.leastByteCount {
            finding.add(
                .degraded,
                "\(ByteCount(count)) free in \(directory.path); a build requires"
                    + " \(ByteCount(Self.leastByteCount))",
                fix
            )
        }
        // Some file systems do not count inodes and report 0.
        if let count = directory.availableFileCount, count < Self.leastFileCount,
            directory.mount.map({ !["btrfs", "vfat", "9p", "fuse"].contains($0.kind) }) ?? true
        {
            finding.add(.degraded, "\(count) free inodes in \(directory.path)", fix)
        }
    }

    /// Checks the working directory, to which Delve writes `__debug_bin…`.
    private func check(working: DirectoryFacts, _ finding: inout Finding) {
        let elsewhere = "dlv debug --output /tmp/__debug_bin, or work in another directory"
        if working.isNoExec == true {
            finding.add(
                .degraded,
                "programs in \(working.path) cannot be executed (noexec): `dlv debug` builds there",
                "work in a directory on a mount without noexec, or use dlv debug --output"
            )
        }
        let refusal =
            working.refusal ?? (working.mount?.isReadOnly == true ? "read-only file system" : nil)
        if let refusal {
            finding.add(
                .degraded,
                "\(working.path) is not writable: \(refusal): `dlv debug` and `dlv test` write"
                    + " __debug_bin there",
                elsewhere
            )
        }
    }

    /// Checks that Go's build cache is writable, without which Go builds nothing.
    var goCacheCheck: DoctorCheck {
        let title = "Go build cache"
        let setting = settings["GOCACHE"]
        guard let directory = directory(.buildCache) else {
            // The check go.settings reports a GOCACHE that Go rejects.
            return DoctorCheck(
                .goCache,
                .degraded,
                title,
                evidence: [
                    setting.map { "GOCACHE is \($0.value) (\($0.source))" }
                        ?? "GOCACHE, XDG_CACHE_HOME and HOME are not set: Go cannot build"
                ],
                fix: setting == nil ? [advice.exporting("HOME", passwordHome ?? "/root")] : []
            )
        }
        var finding = Finding()
        let elsewhere =
            setting.map(advice.removing) ?? advice.exporting("GOCACHE", "/tmp/go-build")
        if !directory.exists, files.exists(directory.path) {
            finding.add(.degraded, "\(directory.path) is not a directory", elsewhere)
        } else if let refusal = directory.refusal
            ?? (directory.mount?.isReadOnly == true ? "read-only file system" : nil)
        {
            finding.add(
                .degraded,
                "\(directory.examined) is not writable: \(refusal): `go build`, `dlv debug` and"
                    + " `dlv test` fail",
                elsewhere
            )
        } else {
            checkSpace(in: directory, &finding)
        }
        return DoctorCheck(
            .goCache,
            finding.verdict,
            title,
            evidence: finding.evidence.isEmpty
                ? ["the cache is \(directory.path)"] : finding.evidence,
            fix: finding.fix
        )
    }

    /// The home directory of this user in /etc/passwd.
    var passwordHome: String? { UserNames(in: files).home(of: FileSystem.currentUser) }
}
