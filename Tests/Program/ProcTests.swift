import TestSupport
import Testing

/// Hosts without /proc: image builds in a bare chroot, hardened services.
@Suite(.programLimit, .enabled(if: canMount, "needs root to unmount /proc"))
struct ProcTests {
    /// The development build, and the static executable if Scripts/test has built it: only the
    /// runtime of a static executable reads /proc at startup.
    static let programs = [nil, testVariable("GOTOOLPROV_TEST_STATIC")].prefix {
        $0 == nil || testVariable("GOTOOLPROV_TEST_STATIC") != nil
    }

    /// Runs the program in a mount namespace without /proc.
    func withoutProc(_ sandbox: Sandbox, _ arguments: String...) async throws -> CommandResult {
        try await run(
            "unshare",
            [
                "--mount", "sh", "-c",
                "umount -l /proc && test ! -e /proc/self && exec timeout 20 \"$@\"", "sh",
                sandbox.program,
            ] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    @Test(arguments: programs)
    func `without proc, every command works or reports unknown values`(
        program: String?
    ) async throws {
        let sandbox = try Sandbox(program: program)
        let archive = try ArchiveFixture.hostGo()
        let digest = try await sandbox.serve(archive.gzipped).digest

        let version = try await withoutProc(sandbox, "--version")
        #expect(version.status == 0 && version.output.hasPrefix("gotoolprov "), "\(version)")
        let help = try await withoutProc(sandbox, "ensure", "--help")
        #expect(help.status == 0 && help.output.contains("--mirror"), "\(help)")
        let usage = try await withoutProc(sandbox, "no-such-command")
        #expect(usage.status == 64, "\(usage)")

        let install = ["--mirror", sandbox.mirror, "--sha256", digest]
        let installed = try await withoutProc(
            sandbox,
            "ensure",
            "go1.99.1",
            install[0],
            install[1],
            install[2],
            install[3]
        )
        #expect(installed.status == 0, "\(installed)")
        #expect(installed.output.hasPrefix("go1.99.1  installed"), "\(installed)")
        let present = try await withoutProc(sandbox, "ensure", "go1.99.1")
        #expect(present.status == 0 && present.output.contains("present"), "\(present)")
        let listed = try await withoutProc(sandbox, "list")
        #expect(listed.status == 0 && listed.output.contains("go1.99.1"), "\(listed)")
        let verified = try await withoutProc(sandbox, "verify")
        #expect(verified.status == 0, "\(verified)")
        let status = try await withoutProc(sandbox, "status")
        #expect([0, 10, 20].contains(status.status), "\(status)")
        let report = try await withoutProc(sandbox, "report")
        #expect(report.status == 0 && report.output.hasPrefix("{"), "\(report)")
        let inspected = try await withoutProc(sandbox, "inspect", sandbox.program)
        #expect(inspected.status == 0, "\(inspected)")

        // Whether a process runs from the tree is unknown, which is not the same as "no".
        let kept = try await withoutProc(sandbox, "remove", "go1.99.1")
        #expect(kept.status == 75 && kept.error.contains("/proc"), "\(kept)")
        #expect(try await run("test", ["-d", "\(sandbox.sdkRoot)/go1.99.1"]).status == 0)
    }

    @Test(arguments: programs)
    func `without proc, doctor reports unknown values as unknown`(
        program: String?
    ) async throws {
        let sandbox = try Sandbox(program: program)
        let result = try await withoutProc(sandbox, "doctor")
        #expect(result.status == 10 || result.status == 20, "\(result)")
        for check in ["dlv.listeners", "host.inotify"] {
            let line = result.output.split(separator: "\n").first { $0.contains(check) }
            #expect(line?.contains("unknown") == true, "\(check): \(result)")
        }
    }

    /// The variable that the startup of the Swift runtime requires must not be inherited.
    @Test(arguments: programs)
    func `without proc, children inherit the environment unchanged`(program: String?) async throws {
        let sandbox = try Sandbox(program: program)
        let archive = ArchiveFixture.go("1.99.1", program: try bytes(of: "/usr/bin/env"))
        let installed = try await sandbox.install(try await sandbox.serve(archive.gzipped).digest)
        #expect(installed.status == 0, "\(installed)")
        let result = try await withoutProc(sandbox, "exec", "go1.99.1", "--", "env")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("HOME=\(sandbox.home)\n"), "\(result)")
        #expect(!result.output.contains("SWIFT"), "\(result)")
    }
}
