internal import ToolchainCore

/// The kernel's rules about which processes can trace each other.
///
/// They explain the results of ``TracingProbe``.
package struct TracingPolicy: Hashable, Sendable {
    /// The value of Yama's `ptrace_scope`, 0 to 3.
    package enum Yama: Hashable, Sendable {
        /// The kernel does not include Yama, which is equivalent to 0.
        case absent
        /// The value in the file.
        case scope(Int)
        /// The file exists but has an unknown value or cannot be read.
        case unreadable
    }

    /// Yama's setting.
    package let yama: Yama
    /// The status of this process, or `nil` if /proc cannot be read.
    package let status: ProcessStatus?
    /// The processes that /proc shows; Delve requires those of its own PID namespace.
    package let view: ProcessView
    /// The AppArmor profile or SELinux context that confines this process, or `nil`.
    package let profile: String?

    /// Reads the rules from /proc.
    package static func detected(in files: RootedFiles) -> TracingPolicy {
        let file = "/proc/sys/kernel/yama/ptrace_scope"
        let yama: Yama =
            if let text = files.text(file) {
                Int(text).flatMap { (0...3).contains($0) ? .scope($0) : nil } ?? .unreadable
            } else {
                files.exists(file) ? .unreadable : .absent
            }
        return TracingPolicy(
            yama: yama,
            status: ProcessStatus(of: "self", in: files),
            view: ProcessView.detected(in: files),
            profile: profile(in: files)
        )
    }

    private static func profile(in files: RootedFiles) -> String? {
        for file in ["apparmor/current", "current"] {
            guard let text = files.text("/proc/self/attr/\(file)") else { continue }
            let name = text.prefix { $0 != "\0" && $0 != "\n" }
            if !name.isEmpty, name != "unconfined", name != "kernel" {
                return String(String(name).withVisibleControls.prefix(200))
            }
        }
        return nil
    }

    /// The known facts, one per line.
    package var evidence: [String] {
        var lines: [String] = []
        switch yama {
        case .absent: lines.append("this kernel has no Yama")
        case .scope(let scope): lines.append("kernel.yama.ptrace_scope is \(scope)")
        case .unreadable: lines.append("kernel.yama.ptrace_scope cannot be read")
        }
        guard let status else { return lines + ["/proc/self/status cannot be read"] }
        if let has = status.hasTracingCapability {
            lines.append("this process \(has ? "has" : "lacks") CAP_SYS_PTRACE")
        }
        if let mode = status.seccompMode, mode != 0 {
            lines.append("a seccomp filter is active (mode \(mode))")
        }
        if status.gainsNoPrivileges == true {
            lines.append("no_new_privs is set: file capabilities and setuid have no effect")
        }
        if let profile { lines.append("a security module confines this process: \(profile)") }
        if let tracer = status.tracer, tracer != 0 {
            lines.append("this process is traced by process \(tracer)")
        }
        return lines
    }

    /// Whether another process traces this one and its children, so that no other process can trace
    /// them.
    private var isTraced: Bool { (status?.tracer ?? 0) != 0 }

    /// Whether a seccomp filter is active.
    private var isFiltered: Bool { (status?.seccompMode ?? 0) != 0 }

    private var scope: Int {
        if case .scope(let scope) = yama { scope } else { 0 }
    }

    /// Checks that Delve can start and trace programs.
    package func launchCheck(_ probe: TracingProbe) -> DoctorCheck {
        let evidence = ["start and trace a program: \(probe.launch)"] + self.evidence
        let title = "tracing of new processes"
        func check(_ verdict: DoctorCheck.Verdict, fix: [String] = []) -> DoctorCheck {
            DoctorCheck(.tracingLaunch, verdict, title, evidence: evidence, fix: fix)
        }
        if let problem = view.problem {
            return DoctorCheck(
                .tracingLaunch,
                .blocked,
                title,
                evidence: [problem.evidence] + evidence,
                fix: [problem.fix]
            )
        }
        switch probe.launch {
        case .works: return check(.ok)
        case .notTried: return check(.unknown, fix: ["run gotoolprov where it can start processes"])
        case .timedOut: return check(.blocked, fix: Self.fixForHanging)
        case .refused, .killed:
            return isTraced && probe.launch.refusalError == 1
                ? check(.unknown, fix: Self.fixForTraced)
                : check(.blocked, fix: fix(refused: probe.launch, allowing: 1))
        }
    }

    /// Checks that Delve can attach to running programs.
    package func attachCheck(_ probe: TracingProbe) -> DoctorCheck {
        let evidence =
            [
                "attach to a child: \(probe.attachToChild)",
                "attach to a process that is not a descendant: \(probe.attachToOther)",
            ] + self.evidence
        let title = "attaching to running processes"
        func check(_ verdict: DoctorCheck.Verdict, fix: [String] = []) -> DoctorCheck {
            DoctorCheck(.tracingAttach, verdict, title, evidence: evidence, fix: fix)
        }
        if let problem = view.problem {
            return DoctorCheck(
                .tracingAttach,
                .blocked,
                title,
                evidence: [problem.evidence] + evidence,
                fix: [problem.fix]
            )
        }
        // If programs can be started and traced, only attaching fails.
        let refusal: DoctorCheck.Verdict = probe.launch == .works ? .degraded : .blocked
        switch probe.attachToOther {
        case .works: return check(.ok)
        case .notTried:
            return check(.unknown, fix: ["run gotoolprov where it can start processes"])
        case .timedOut: return check(.blocked, fix: Self.fixForHanging)
        case .refused, .killed:
            return isTraced && probe.attachToOther.refusalError == 1
                ? check(.unknown, fix: Self.fixForTraced)
                : check(refusal, fix: fix(refused: probe.attachToOther, allowing: 0))
        }
    }

    /// What a fix starts with whose command root types, and which a restart undoes.
    package static let untilRestart = "as root, for all users until the next restart"

    private static let fixForHanging = [
        "on WSL 1, convert the distribution (on Windows): wsl --set-version DISTRIBUTION 2"
    ]
    private static let fixForTraced = ["run gotoolprov outside of strace and debuggers"]

    /// Returns the fix for a refusal of the kernel.
    ///
    /// - Parameters:
    ///   - outcome: The outcome of the refused operation.
    ///   - maximum: The maximum `ptrace_scope` that allows the operation: with 1, a child can still
    ///     request to be traced, but attaching to another process fails.
    /// - Returns: Commands or instructions.
    private func fix(
        refused outcome: TracingProbe.Outcome,
        allowing maximum: Int
    ) -> [String] {
        if case .killed = outcome { return [Self.fixForFilter] }
        if outcome.refusalError == 38 || outcome.isRefusedWhenTraced && isFiltered {
            return [Self.fixForFilter]
        }
        // Yama allows processes with the capability, except in scope 3.
        let isYama = scope == 3 || scope > maximum && status?.hasTracingCapability != true
        guard isYama else {
            // Security modules fail with EACCES, seccomp filters mostly with EPERM.
            if let profile, !isFiltered || outcome.refusalError == 13 {
                return [
                    "as root, allow ptrace in the security module: \(profile);"
                        + " in an AppArmor profile: ptrace (trace, tracedby, read, readby),"
                ]
            }
            return isFiltered
                ? [Self.fixForFilter]
                : ["check SELinux, AppArmor and the hypervisor: neither Yama nor seccomp refuses"]
        }
        if scope == 3 {
            return [
                "set kernel.yama.ptrace_scope = \(maximum) in /etc/sysctl.d and restart the host:"
                    + " ptrace_scope 3 cannot be lowered while it runs"
            ]
        }
        var fixes = [
            "\(Self.untilRestart): sysctl -w kernel.yama.ptrace_scope=\(maximum)"
        ]
        if status?.canGainTracingCapability != false {
            fixes.append(
                "or as root, for one Delve only: setcap cap_sys_ptrace=ep DLV"
                    + " (lost when the file is replaced; no effect on a nosuid mount; doctor still"
                    + " reports the refusal, because it tests without the capability)"
            )
        }
        return fixes
    }

    private static let fixForFilter =
        "allow ptrace in the container's seccomp profile (Docker's default profile does on kernel 4.8"
        + " and later), or: docker run --cap-add SYS_PTRACE"
}
