import HostInspection
import TestSupport
import Testing

@testable import ProvisionerCLI

/// The last line of `doctor`.
@Suite(.unitLimit)
struct DoctorSummaryTests {
    static func check(
        _ identifier: DoctorCheck.Identifier,
        _ verdict: DoctorCheck.Verdict,
        _ fix: String...
    ) -> DoctorCheck {
        DoctorCheck(identifier, verdict, "title", evidence: [], fix: fix)
    }

    static let launch = check(
        .tracingLaunch,
        .blocked,
        "\(TracingPolicy.untilRestart): sysctl -w kernel.yama.ptrace_scope=1",
        "or else"
    )
    static let attach = check(.tracingAttach, .blocked, "another")
    static let go = check(.goPresent, .degraded, "gotoolprov ensure go@latest")
    static let watches = check(.inotify, .degraded, "as root: sysctl -w fs.inotify.x=1")

    @Test(arguments: [
        ([], "nothing was checked"),
        ([check(.goPresent, .ok)], "debugging works; nothing to do"),
        // Advice on a check that passes is not needed.
        ([check(.goSettings, .ok, "unset GOFLAGS")], "debugging works; nothing to do"),
        (
            [check(.forwarding, .unknown, "as root: sshd -T")],
            "debugging works; the result of 1 check is unknown"
        ),
        (
            [check(.forwarding, .unknown), check(.goRoot, .unknown)],
            "debugging works; the results of 2 checks are unknown"
        ),
        (
            [check(.delveListeners, .unknown)],
            "the result of 1 essential check is unknown, so debugging may not work"
        ),
        (
            [check(.tracingLaunch, .unknown, "do this"), check(.tracingAttach, .unknown)],
            "the results of 2 essential checks are unknown, so debugging may not work;"
                + " start with: do this"
        ),
        ([go], "1 problem limits debugging; start with: gotoolprov ensure go@latest"),
        (
            [check(.forwarding, .unknown, "not first"), watches, go],
            "2 problems limit debugging; start with: sudo sysctl -w fs.inotify.x=1"
        ),
        (
            [check(.delveCompatibility, .unknown), go],
            "1 problem limits debugging, and the result of 1 essential check is unknown;"
                + " start with: gotoolprov ensure go@latest"
        ),
        (
            [go, launch],
            "1 problem blocks debugging; start with: sudo sysctl -w kernel.yama.ptrace_scope=1"
        ),
        ([go, attach, launch], "2 problems block debugging; start with: another"),
        // A worse check without advice does not hide the advice on another.
        (
            [check(.subsystem, .blocked), go],
            "1 problem blocks debugging; start with: gotoolprov ensure go@latest"
        ),
        ([check(.goCache, .degraded)], "1 problem limits debugging"),
    ])
    func `the last line says how the host stands and what to do first`(
        checks: [DoctorCheck],
        sentence: String
    ) {
        #expect(DoctorSummary(checks).sentence == sentence)
    }

    @Test func `what doctor can fix itself is its own option`() {
        let check = DoctorCheck(
            .temporaryDirectory,
            .degraded,
            "title",
            evidence: [],
            fix: ["go env -w GOTMPDIR=/home/dev/tmp"],
            remedies: [.setGoVariable(name: "GOTMPDIR", directory: "/d", file: "/f")]
        )
        #expect(
            DoctorSummary([check]).sentence
                == "1 problem limits debugging; start with: gotoolprov doctor --fix"
        )
    }
}
