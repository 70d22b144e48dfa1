import TestSupport
import Testing

/// Directories, limits and processes that prevent Go and Delve from working.
@Suite(.programLimit)
struct DoctorHostTests {
    static let canChangeUser =
        canMount && succeeds("/usr/bin/setpriv", ["--reuid", "65534", "/bin/true"])
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(
        .enabled(if: canMount),
        arguments: [
            (
                "mount -t tmpfs -o size=64k none $2/m; head -c 70000 /dev/zero >$2/m/f || :",
                "no space"
            ),
            ("mount -t tmpfs -o nr_inodes=1 none $2/m", "no space"),
            ("mount -t tmpfs -o size=5m none $2/m", "MiB free"),
            ("mount -t tmpfs -o ro none $2/m", "read-only"),
            ("mount --bind /proc $2/m", "is not writable"),
        ]
    )
    func `an unwritable directory for temporary files is not ok`(
        script: String,
        evidence: String
    ) async throws {
        try sandbox.directory.write("home/m/.keep", "")
        let isolated =
            "unshare -m sh -ec '\(script); TMPDIR=$2/m exec \"$1\" doctor' sh \"$1\" \"$2\""
        let report = try await sandbox.doctor(isolated)
        #expect(report.verdict("host.temporary-directory") == "degraded")
        #expect(report.text("host.temporary-directory").contains(evidence), "\(report.checks)")
    }

    @Test(arguments: [
        ("TMPDIR", "/etc/passwd", "not a directory"), ("TMPDIR", "foo/bar", "does not exist"),
        ("GOTMPDIR", "foo/bar", "does not exist"), ("GOTMPDIR", "/etc/passwd", "not a directory"),
        ("GOCACHE", "/etc/passwd", "not a directory"),
    ])
    func `an invalid directory in a variable is named, and unsetting it helps`(
        variable: String,
        value: String,
        evidence: String
    ) async throws {
        let check = variable == "GOCACHE" ? "go.cache" : "host.temporary-directory"
        let report = try await sandbox.doctor("exec \"$1\" doctor", with: [variable: value])
        #expect(report.verdict(check) == "degraded")
        #expect(report.text(check).contains(evidence), "\(report.checks)")
        let fix = try #require(report.checks[check]?.fixes.first)
        #expect(fix == "unset \(variable)")
        let after = try await sandbox.doctor("\(fix); exec \"$1\" doctor", with: [variable: value])
        #expect(after.verdict(check) == "ok", "\(after.checks)")
    }

    @Test(.enabled(if: canChangeUser))
    func `the working or home directory of another user is not ok`() async throws {
        let asNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups"
        try await run("chmod", ["755", sandbox.directory.path, sandbox.home]).expectSuccess()
        let report = try await sandbox.doctor("exec \(asNobody) \"$1\" doctor")
        #expect(report.verdict("host.temporary-directory") == "degraded")
        #expect(report.text("host.temporary-directory").contains("__debug_bin"), "\(report.checks)")
        #expect(report.verdict("go.cache") == "degraded", "\(report.checks)")
        let bound =
            "unshare -m sh -ec 'mount -o bind,ro $2 $2; cd $2; exec \"$1\" doctor' sh \"$1\" \"$2\""
        let readOnly = try await sandbox.doctor(bound)
        #expect(readOnly.text("host.temporary-directory").contains("read-only file system"))
        #expect(readOnly.text("go.cache").contains("read-only file system"))
    }

    @Test func `without HOME there are verdicts, and Go has no cache directory`() async throws {
        let report = try await sandbox.doctor("exec \"$1\" doctor", removing: ["HOME"])
        #expect(report.checks.count > 15)
        #expect(report.verdict("go.cache") == "degraded", "\(report.checks)")
        let fix = try #require(report.checks["go.cache"]?.fixes.first)
        let after = try await sandbox.doctor("\(fix); exec \"$1\" doctor", removing: ["HOME"])
        #expect(after.verdict("go.cache") == "ok", "\(after.checks)")
    }

    @Test(arguments: [nil, "", "foo"] as [String?], ["status", "report"])
    func `without HOME, status and report agree with doctor`(
        home: String?,
        command: String
    ) async throws {
        let result = try await sandbox.gotoolprov(
            command,
            "--format",
            "json",
            with: ["HOME": home]
        )
        #expect(result.status == 0, "\(result)")
        // The home directory is the one in /etc/passwd.
        let user = try await shell(
            "awk -F: -v u=\"$(id -u)\" '$3 == u { print $6; exit }' /etc/passwd"
        )
        let root = "\"\(user.output.dropLast())/sdk\""
        #expect(result.output.contains(root), "\(root): \(result)")
    }

    @Test(.enabled(if: canChangeUser))
    func `an unreadable configuration does not prevent verdicts`() async throws {
        try sandbox.directory.write("home/.config/gotoolprov/gotoolprov.json", "{")
        let broken = try await sandbox.doctor("exec \"$1\" doctor")
        #expect(broken.checks.count > 15)
        try await run("chmod", ["700", "\(sandbox.home)/.config"]).expectSuccess()
        let report = try await sandbox.doctor(
            "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$1\" doctor"
        )
        #expect(report.checks.count > 15)
    }

    @Test func `limits that prevent go and dlv from starting are reported`() async throws {
        // Coverage and sanitizers themselves require more.
        let result = try await shell(
            "prlimit --as=700000000 \"$1\" doctor",
            sandbox.program,
            environment: sandbox.environment,
            in: sandbox.home
        )
        guard result.status < 128 else { return }
        let report = DoctorReport(result.output)
        #expect(report.verdict("host.limits") == "blocked", "\(result)")
        #expect(report.text("host.limits").contains("RLIMIT_AS"))
        let files = try await sandbox.doctor("exec prlimit --fsize=100000 \"$1\" doctor")
        #expect(files.verdict("host.limits") == "degraded")
    }

    @Test(.enabled(if: canMount))
    func `debugging is blocked with /proc of another PID namespace`() async throws {
        let report = try await sandbox.doctor("unshare --pid --fork \"$1\" doctor || :")
        for name in ["tracing.launch", "tracing.attach"] {
            #expect(report.verdict(name) == "blocked")
            #expect(report.text(name).contains("another PID namespace"), "\(report.checks)")
        }
        #expect(report.verdict("dlv.listeners") != "ok")
        // The suggested fix works.
        let mended = try await sandbox.doctor(
            "unshare -m --pid --fork sh -c 'mount -t proc proc /proc; \"$1\" doctor' sh \"$1\" || :"
        )
        #expect(!mended.text("tracing.launch").contains("another PID namespace"))
    }
}
