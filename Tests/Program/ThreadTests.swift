import TestSupport
import Testing

/// Hosts without threads: a seccomp filter that denies clone3, or RLIMIT_NPROC.
@Suite(.programLimit)
struct ThreadTests {
    let sandbox: Sandbox
    let digest: String

    init() async throws {
        sandbox = try Sandbox(program: testVariable("GOTOOLPROV_TEST_STATIC"))
        let archive = try ArchiveFixture.hostGo()
        digest = try await sandbox.serve(archive.gzipped).digest
    }

    static let deny = "\(packageDirectory)/Tests/Support/Servers/deny.py"

    /// The number of clone3(2), which is the same on all architectures.
    static let clone3 = "435"

    /// Runs the program with a failing clone3; exit status 124 means that it hangs.
    func withoutThreads(
        errno: Int = 1,
        _ arguments: String...,
        with changes: [String: String?] = [:]
    ) async throws -> CommandResult {
        var environment = sandbox.environment
        for (name, value) in changes { environment[name] = value }
        return try await run(
            "timeout",
            ["20", "python3", Self.deny, Self.clone3, "\(errno)", sandbox.program] + arguments,
            environment: environment,
            in: sandbox.home
        )
    }

    @Test(arguments: [1, 11])
    func `install, verify, repair and remove work without threads`(errno: Int) async throws {
        let pin = ["--mirror", sandbox.mirror, "--sha256", digest]
        let installed = try await withoutThreads(
            errno: errno,
            "ensure",
            "go1.99.1",
            pin[0],
            pin[1],
            pin[2],
            pin[3]
        )
        #expect(installed.status == 0, "\(installed)")
        let verified = try await withoutThreads(errno: errno, "verify")
        #expect(verified.status == 0, "\(verified)")

        try sandbox.directory.write("home/sdk/go1.99.1/bin/go", "damaged", mode: 0o755)
        let corrupted = try await withoutThreads(errno: errno, "verify")
        #expect(corrupted.status == 1, "\(corrupted)")
        let repaired = try await withoutThreads(
            errno: errno,
            "verify",
            "--repair",
            pin[0],
            pin[1]
        )
        #expect(repaired.status == 0, "\(repaired)")
        let removed = try await withoutThreads(errno: errno, "remove", "go1.99.1")
        #expect(removed.status == 0, "\(removed)")
    }

    @Test func `a damaged archive fails the same way without threads`() async throws {
        var bytes = try ArchiveFixture.hostGo().gzipped
        bytes[bytes.count - 6] ^= 1
        let digest = try await sandbox.serve(bytes).digest
        let result = try await withoutThreads(
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest
        )
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains("gzip"), "\(result)")
        let left = try await run("find", [sandbox.sdkRoot])
        #expect(left.output == "", "\(left)")
    }

    @Test(arguments: [(1, "seccomp"), (11, "ulimit -u")])
    func `a download without threads fails with the reason`(
        errno: Int,
        hint: String
    ) async throws {
        let result = try await withoutThreads(
            errno: errno,
            "ensure",
            "go1.99.1",
            "--mirror",
            "http://127.0.0.1:9/",
            "--sha256",
            digest,
            with: ["GOTOOLPROV_OFFLINE": nil]
        )
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("create a thread"), "\(result)")
        #expect(result.error.contains(hint), "\(result)")
        let left = try await run("find", [sandbox.sdkRoot])
        #expect(left.output == "", "\(left)")
    }

    /// Several archives are downloaded concurrently if threads are available.
    @Test func `several downloads without threads fail and do not hang`() async throws {
        try sandbox.pin(
            [("1.99.1", digest, nil), ("1.99.2", digest, nil)],
            in: "home/catalog.json"
        )
        let result = try await withoutThreads(
            "ensure",
            "go1.99.1",
            "go1.99.2",
            "--mirror",
            "http://127.0.0.1:9/",
            "--catalog",
            "catalog.json",
            with: ["GOTOOLPROV_OFFLINE": nil]
        )
        #expect(result.status == 78, "\(result)")
    }

    /// Runs the program as a separate user, because the limit counts all processes of a user.
    func withProcesses(
        _ limit: Int,
        as user: Int,
        _ arguments: String...,
        with changes: [String: String?] = [:]
    ) async throws -> CommandResult {
        var environment = sandbox.environment
        for (name, value) in changes { environment[name] = value }
        let script = """
            user=$1 limit=$2
            shift 2
            chown "$user" "$HOME"
            exec timeout 20 setpriv --reuid "$user" --regid "$user" --clear-groups \\
                prlimit --nproc="$limit" "$@"
            """
        return try await run(
            "sh",
            ["-c", script, "sh", "\(user)", "\(limit)", sandbox.program] + arguments,
            environment: environment,
            in: sandbox.home
        )
    }

    @Test(
        .enabled(if: isRoot, "needs root to become another user"),
        arguments: 1...4
    )
    func `a limit on processes does not prevent an installation`(limit: Int) async throws {
        let result = try await withProcesses(
            limit,
            as: 61_230 + limit,
            "ensure",
            "go1.99.1",
            "--mirror",
            sandbox.mirror,
            "--sha256",
            digest
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test(
        .enabled(if: isRoot, "needs root to become another user"),
        arguments: 1...6
    )
    func `a process limit that is too low for a download is an error`(
        limit: Int
    ) async throws {
        let result = try await withProcesses(
            limit,
            as: 61_250 + limit,
            "ensure",
            "go1.99.1",
            "--mirror",
            "http://127.0.0.1:9/",
            "--sha256",
            digest,
            with: ["GOTOOLPROV_OFFLINE": nil]
        )
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("ulimit -u"), "\(result)")
    }

    @Test func `a compiler that cannot start without threads is an error with the reason`()
        async throws
    {
        let sandbox = try Sandbox()
        try await sandbox.installShellGo()
        let catalog = try await sandbox.serveDelve(.delveSource())
        let result = try await run(
            "timeout",
            [
                "20", "python3", Self.deny, Self.clone3, "1", sandbox.program, "ensure",
                "dlv@1.24.0", "--mirror", sandbox.mirror, "--catalog", catalog,
            ],
            environment: sandbox.environment
        )
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("create a thread"), "\(result)")
        let left = try await run(
            "find",
            ["\(sandbox.sdkRoot)/.gotoolprov/staging", "-mindepth", "1"]
        )
        #expect(left.output == "", "\(left)")
    }

    /// libdispatch tries to raise the priority of its threads, and logs a failure to do so.
    @Test(.enabled(if: isRoot, "needs root to become another user"))
    func `a download at a low priority writes nothing to the system log`() async throws {
        let web = try await WebTests()
        let result = try await web.withServer(
            """
            chown 61240 "$HOME"
            nice -n 5 strace -f -qq -o trace -e trace=connect,setpriority \\
                setpriv --reuid 61240 --regid 61240 --clear-groups \\
                $ensure --mirror $url/plain/{file} -q || exit 9
            grep -c /dev/log trace
            """
        )
        #expect(result.status == 1, "\(result)")
        #expect(result.output.hasSuffix("\n0\n"), "\(result)")
    }
}
