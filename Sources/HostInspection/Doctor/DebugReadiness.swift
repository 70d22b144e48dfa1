package import ToolchainCore

/// The assessment of a host for debugging: see docs/reference/doctor.md.
///
/// It is computed from facts alone and reads nothing from the host.
package struct DebugReadiness: Hashable, Sendable {
    /// The checks, in the order in which to print them.
    package let checks: [DoctorCheck]

    /// The overall verdict.
    package var verdict: DoctorCheck.Verdict { checks.verdict }

    /// Assesses a host.
    ///
    /// - Parameters:
    ///   - facts: The facts about the host.
    ///   - compatibility: The compatibility rules, or `nil` if unknown.
    package init(_ facts: DebugFacts, compatibility: Compatibility?) {
        let host = facts.host
        let probe =
            facts.probe
            ?? TracingProbe(launch: .notTried, attachToChild: .notTried, attachToOther: .notTried)
        checks = [
            facts.policy.launchCheck(probe),
            facts.policy.attachCheck(probe),
            host.subsystemCheck,
            host.sdkDirectoryCheck,
            host.temporaryDirectoryCheck,
            host.goPresentCheck,
            host.goFileCheck,
            host.goCacheCheck,
            host.goRootCheck,
            host.goSettingsCheck,
            host.goPathCheck,
            host.goSwitchingCheck,
            host.delvePresentCheck,
            host.delveCompatibilityCheck(compatibility),
            .listeners(
                facts.listeners,
                areOthersHidden: facts.areOthersHidden,
                view: facts.policy.view,
                names: facts.names,
                hostName: facts.hostName
            ),
            facts.editor.check,
            facts.sshd.check,
            facts.watches.check,
            facts.limits.check,
        ]
    }
}

extension EditorPrerequisites {
    /// Checks that the VS Code server can run on this host.
    var check: DoctorCheck {
        let isRefused = requirements.contains { $0.isMet == false }
        let isUnknown = requirements.contains { $0.isMet == nil }
        return DoctorCheck(
            .editorServer,
            isRefused ? .degraded : isUnknown ? .unknown : .ok,
            "requirements of the VS Code server",
            evidence: requirements.filter {
                isRefused ? $0.isMet == false : $0.isMet != true || !isUnknown
            }
            .map { "\($0.what): \($0.found)" },
            fix: isRefused
                ? ["install what is missing, or debug with dlv in a terminal or through ssh -L"]
                : []
        )
    }
}

extension SecureShellServer {
    /// Checks that Remote-SSH can forward ports.
    var check: DoctorCheck {
        let verdict: DoctorCheck.Verdict =
            switch forwarding {
            case .allowed: .ok
            case .refused: .degraded
            case .depends, .absent, .unknown: .unknown
            }
        let fix =
            switch forwarding {
            case .refused: ["as root, in sshd_config: AllowTcpForwarding local"]
            case .depends: ["as root: sshd -T -C user=NAME | grep allowtcpforwarding"]
            case .unknown: ["as root: sshd -T | grep allowtcpforwarding"]
            case .allowed, .absent: [String]()
            }
        return DoctorCheck(
            .forwarding,
            verdict,
            "port forwarding by sshd",
            evidence: evidence,
            fix: fix
        )
    }
}

extension WatchLimits {
    /// The minimum number of watches, which covers a toolchain and a medium project; VS Code's
    /// documentation recommends 524288.
    private static let fewest = 65_536

    /// Checks that an editor can watch the files of a project.
    var check: DoctorCheck {
        let title = "file watches for editors"
        guard let watches else {
            return DoctorCheck(
                .inotify,
                .unknown,
                title,
                evidence: ["fs.inotify.max_user_watches cannot be read"]
            )
        }
        let isFew = watches < Self.fewest
        return DoctorCheck(
            .inotify,
            isFew ? .degraded : .ok,
            title,
            evidence: ["fs.inotify.max_user_watches is \(watches)"]
                + (instances.map { ["fs.inotify.max_user_instances is \($0)"] } ?? []),
            fix: isFew ? ["as root: sysctl -w fs.inotify.max_user_watches=524288"] : []
        )
    }
}
