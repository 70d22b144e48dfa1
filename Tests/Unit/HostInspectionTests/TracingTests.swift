import HostInspection
import TestSupport
import Testing

/// See docs/facts/debugging.md#tracing.
@Suite(.unitLimit)
struct TracingTests {
    static let sources = "\(packageDirectory)/Sources/CLinux"

    @Test func `the probe determines the tracing rules of this host`()
        async throws
    {
        let policy = TracingPolicy.detected(in: RootedFiles())
        let probe = TracingProbe.run()
        #expect(probe.launch != .notTried && probe.launch != .timedOut)
        if policy.yama == .absent, policy.status?.seccompMode == 0, policy.status?.tracer == 0 {
            #expect(
                probe == TracingProbe(launch: .works, attachToChild: .works, attachToOther: .works)
            )
        }
        // Many probes run concurrently, on Swift's threads.
        await withTaskGroup(of: TracingProbe.self) { group in
            for _ in 0..<16 { group.addTask { TracingProbe.run(limit: .seconds(30)) } }
            for await other in group { #expect(other == probe) }
        }
    }

    /// Runs the probe in a separate program that first installs a filter or drops privileges.
    private func probe(
        _ how: String,
        static isStatic: Bool,
        by prefix: [String] = []
    ) async throws -> CommandResult {
        let directory = try TemporaryDirectory()
        let source = try directory.write("main.c", Self.program)
        let program = "\(directory.path)/probe"
        try await run(
            "cc",
            (isStatic ? ["-static"] : []) + [
                "-pthread", "-Wall", "-Werror", "-o", program, source,
                "\(Self.sources)/tracing.c", "-I\(Self.sources)/include",
            ]
        ).expectSuccess()
        let command = prefix + [program, how]
        return try await run(command[0], Array(command.dropFirst()))
    }

    /// The results: 1 works, 2 refused with an errno, 3 killed by a signal, 4 timed out, 0 not tried.
    @Test(arguments: [
        ("none", "1/0 1/0 1/0"), ("EPERM", "2/1 2/1 2/1"), ("ENOSYS", "2/38 2/38 2/38"),
        ("kill", "3/31 3/31 3/31"), ("attach", "1/0 2/1 2/1"), ("hang", "4/0 0/0 0/0"),
        // Settings of the calling process.
        ("ignore", "1/0 1/0 1/0"), ("hidden", "1/0 1/0 1/0"),
        // Filters on the requests that Delve makes to a traced process, and on one that it does not
        // require.
        ("GETREGSET", "2/1 2/1 2/1"), ("PEEKDATA", "2/1 2/1 2/1"), ("POKEDATA", "2/1 2/1 2/1"),
        ("SETOPTIONS", "2/1 2/1 2/1"), ("SINGLESTEP", "2/1 1/0 1/0"), ("tgkill", "1/0 1/0 1/0"),
    ])
    func `the probe detects filters, even in a static program with threads`(
        how: String,
        expected: String
    ) async throws {
        for isStatic in [false, true] {
            let result = try await probe(how, static: isStatic)
            #expect(result.status == 0 && result.output == "\(expected) none left\n", "\(result)")
        }
    }

    @Test(.enabled(if: succeeds("/usr/bin/setpriv", ["--reuid", "65534", "/bin/true"])))
    func `an unprivileged user can trace without Yama`() async throws {
        let prefix = [
            "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--no-new-privs",
        ]
        let result = try await probe("none", static: true, by: prefix)
        if TracingPolicy.detected(in: RootedFiles()).yama == .absent {
            #expect(result.output == "1/0 1/0 1/0 none left\n", "\(result)")
        }
        let filtered = try await probe("attach", static: false, by: prefix)
        #expect(filtered.output == "1/0 2/1 2/1 none left\n", "\(filtered)")
    }

    static let program = """
        #include "tracing.h"
        #include <errno.h>
        #include <linux/filter.h>
        #include <linux/seccomp.h>
        #include <pthread.h>
        #include <signal.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/prctl.h>
        #include <sys/ptrace.h>
        #include <sys/syscall.h>
        #include <sys/wait.h>
        #include <unistd.h>
        static void *work(void *unused) { for (;;) free(malloc(100)); return unused; }
        int main(int count, char **arguments) {
            const char *how = count > 1 ? arguments[1] : "";
            unsigned action = 0;
            int only_attach = !strcmp(how, "attach"), hangs = !strcmp(how, "hang");
            if (!strcmp(how, "EPERM") || only_attach) action = SECCOMP_RET_ERRNO | EPERM;
            struct { const char *name; unsigned request; } requests[] = {
                {"GETREGSET", PTRACE_GETREGSET}, {"PEEKDATA", PTRACE_PEEKDATA},
                {"POKEDATA", PTRACE_POKEDATA}, {"SETOPTIONS", PTRACE_SETOPTIONS},
                {"SINGLESTEP", PTRACE_SINGLESTEP}, {"tgkill", 0},
            };
            unsigned only = PTRACE_ATTACH, call = SYS_ptrace;
            for (int index = 0; index < 6; index++) {
                if (strcmp(how, requests[index].name)) continue;
                only = requests[index].request;
                only_attach = strcmp(how, "tgkill") != 0;
                if (!only_attach) call = SYS_tgkill;
                action = SECCOMP_RET_ERRNO | EPERM;
            }
            if (!strcmp(how, "ENOSYS")) action = SECCOMP_RET_ERRNO | ENOSYS;
            if (!strcmp(how, "kill")) action = SECCOMP_RET_KILL_PROCESS;
            if (hangs) action = SECCOMP_RET_USER_NOTIF;
            if (!strcmp(how, "ignore")) signal(SIGCHLD, SIG_IGN);
            if (!strcmp(how, "hidden")) prctl(PR_SET_DUMPABLE, 0);
            pthread_t thread;
            for (int index = 0; index < 2; index++) pthread_create(&thread, NULL, work, NULL);
            if (action) {
                struct sock_filter filter[] = {
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, only, 0, only_attach),
                    BPF_STMT(BPF_RET | BPF_K, action),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                };
                struct sock_fprog all = {sizeof filter / sizeof *filter, filter};
                prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                // No process ever responds to the notifications.
                long made = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                    hangs ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0, &all);
                if (made < 0) return 2;
            }
            struct clinux_tracing result;
            clinux_try_tracing(hangs ? 1000 : 20000, &result);
            printf("%d/%d %d/%d %d/%d", result.launch.outcome, result.launch.detail,
                   result.child.outcome, result.child.detail, result.other.outcome,
                   result.other.detail);
            int left = waitpid(-1, NULL, WNOHANG | __WALL);
            puts(left == -1 && errno == ECHILD ? " none left" : " SOME LEFT");
            return 0;
        }
        """

    // MARK: The checks

    static let works = TracingProbe(launch: .works, attachToChild: .works, attachToOther: .works)
    static let launchOnly = TracingProbe(
        launch: .works,
        attachToChild: .works,
        attachToOther: .refused(errno: 1)
    )
    static let nothing = TracingProbe(
        launch: .refused(errno: 1),
        attachToChild: .refused(errno: 1),
        attachToOther: .refused(errno: 1)
    )
    static let hanging = TracingProbe(
        launch: .timedOut,
        attachToChild: .notTried,
        attachToOther: .notTried
    )

    static func status(
        capabilities: String = "0",
        noNewPrivileges: Int = 0,
        seccomp: Int = 0,
        tracer: Int = 0
    ) -> String {
        "Name:\tx\nTracerPid:\t\(tracer)\nUid:\t1000\t1000\t1000\t1000\n"
            + "CapEff:\t\(capabilities)\nCapBnd:\t000001ffffffffff\n"
            + "NoNewPrivs:\t\(noNewPrivileges)\nSeccomp:\t\(seccomp)\n"
    }

    @Test(
        arguments: [
            (nil, status(), works, "ok", "ok", ""),
            ("0\n", status(), works, "ok", "ok", ""),
            ("1\n", status(), launchOnly, "ok", "degraded", "ptrace_scope=0"),
            // Scopes 1 and 2 do not restrict root.
            ("1\n", status(capabilities: "80000"), works, "ok", "ok", ""),
            ("2\n", status(), nothing, "blocked", "blocked", "ptrace_scope=1"),
            ("2\n", status(capabilities: "000001ffffffffff"), works, "ok", "ok", ""),
            ("3\n", status(capabilities: "80000"), nothing, "blocked", "blocked", "restart"),
            (nil, status(seccomp: 2), nothing, "blocked", "blocked", "seccomp"),
            // Docker's default profile is a filter, too, and allows ptrace.
            (nil, status(seccomp: 2), works, "ok", "ok", ""),
            (nil, status(), nothing, "blocked", "blocked", "SELinux"),
            (nil, status(tracer: 7), nothing, "unknown", "unknown", "strace"),
            (nil, "", hanging, "blocked", "unknown", "WSL"),
            ("x", status(), works, "ok", "ok", ""),
        ] as [(String?, String, TracingProbe, String, String, String)]
    )
    func `the probe decides the verdict and the kernel's settings the fix`(
        scope: String?,
        status: String,
        probe: TracingProbe,
        launch: String,
        attach: String,
        fix: String
    ) throws {
        let host = try HostFixture(["proc/self/status": status])
        if let scope { try host.directory.write("proc/sys/kernel/yama/ptrace_scope", scope) }
        let policy = TracingPolicy.detected(in: host.files)
        let checks = [policy.launchCheck(probe), policy.attachCheck(probe)]
        #expect(checks.map(\.verdict.rawValue) == [launch, attach])
        let fixes = checks.flatMap(\.fix).joined(separator: "\n")
        #expect(fix.isEmpty ? fixes.isEmpty : fixes.contains(fix), "\(fixes)")
        #expect(checks.allSatisfy { !$0.evidence.isEmpty })
    }

    @Test func `setcap is not suggested if it has no effect`() throws {
        let host = try HostFixture([
            "proc/self/status": Self.status(noNewPrivileges: 1),
            "proc/sys/kernel/yama/ptrace_scope": "1\n",
        ])
        let check = TracingPolicy.detected(in: host.files).attachCheck(Self.launchOnly)
        #expect(!check.fix.joined().contains("setcap"))
        #expect(check.evidence.contains { $0.contains("no_new_privs") })
    }

    @Test(
        arguments: [
            ([.ok, .ok], "ok", 0), ([.ok, .degraded], "degraded", 10),
            ([.degraded, .blocked, .ok], "blocked", 20), ([.ok, .unknown], "degraded", 10),
            ([], "unknown", 10),
        ] as [([DoctorCheck.Verdict], String, Int32)]
    )
    func `the verdict on the host is that of its worst check`(
        verdicts: [DoctorCheck.Verdict],
        expected: String,
        status: Int32
    ) {
        let checks = verdicts.map { DoctorCheck(.tracingLaunch, $0, "x", evidence: ["y"]) }
        #expect(checks.verdict.rawValue == expected && checks.verdict.exitStatus == status)
        // An unknown check that is not essential does not count.
        let other = [DoctorCheck(.forwarding, .unknown, "x", evidence: ["y"])]
        #expect(other.verdict == .ok)
    }
}
