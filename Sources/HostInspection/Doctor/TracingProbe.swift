internal import CLinux

/// The results of tracing test processes as Delve does: see docs/facts/debugging.md#tracing.
package struct TracingProbe: Hashable, Sendable {
    /// The result of one way of tracing.
    package enum Outcome: Hashable, Sendable {
        case works
        /// The kernel refused a request, such as `PTRACE_GETREGSET`, with this errno.
        case refused(errno: Int32, request: String? = nil)
        /// A signal killed the test process; SIGSYS comes from a seccomp filter.
        case killed(signal: Int32)
        /// The test did not finish in time.
        case timedOut
        /// The test could not be run, so the answer is unknown.
        case notTried
    }

    /// Tracing a child that requests it, as `dlv exec`, `debug` and `test` do.
    package let launch: Outcome
    /// Attaching to a child.
    package let attachToChild: Outcome
    /// Attaching to a process that is not a descendant, as `dlv attach` does.
    package let attachToOther: Outcome

    package init(launch: Outcome, attachToChild: Outcome, attachToOther: Outcome) {
        self.launch = launch
        self.attachToChild = attachToChild
        self.attachToOther = attachToOther
    }

    /// Traces test processes, all of which have exited when this function returns.
    ///
    /// - Parameter limit: The time limit; the test usually takes some ten milliseconds.
    /// - Returns: The outcomes.
    package static func run(limit: Duration = .seconds(5)) -> TracingProbe {
        let milliseconds =
            limit.components.seconds.multipliedReportingOverflow(by: 1000)
        var result = clinux_tracing()
        unsafe clinux_try_tracing(
            milliseconds.overflow
                ? 60000
                : Int32(
                    clamping: milliseconds.partialValue
                        + limit.components.attoseconds / 1_000_000_000_000_000
                ),
            &result
        )
        return TracingProbe(
            launch: outcome(result.launch),
            attachToChild: outcome(result.child),
            attachToOther: outcome(result.other)
        )
    }

    /// The names of the ptrace(2) requests that the test makes, by number.
    private static let names: [Int32: String] = [
        0: "PTRACE_TRACEME", 2: "PTRACE_PEEKDATA", 5: "PTRACE_POKEDATA", 7: "PTRACE_CONT",
        9: "PTRACE_SINGLESTEP", 12: "PTRACE_GETREGS", 13: "PTRACE_SETREGS", 16: "PTRACE_ATTACH",
        17: "PTRACE_DETACH", 0x4200: "PTRACE_SETOPTIONS", 0x4204: "PTRACE_GETREGSET",
        0x4205: "PTRACE_SETREGSET",
    ]

    private static func outcome(_ step: clinux_tracing_step) -> Outcome {
        switch step.outcome {
        case CInt(CLINUX_TRACING_WORKS.rawValue): .works
        case CInt(CLINUX_TRACING_REFUSED.rawValue):
            .refused(errno: step.detail, request: names[step.request])
        case CInt(CLINUX_TRACING_KILLED.rawValue): .killed(signal: step.detail)
        case CInt(CLINUX_TRACING_TIMED_OUT.rawValue): .timedOut
        default: .notTried
        }
    }
}

extension TracingProbe.Outcome {
    /// The errno of a refusal, or `nil` for any other outcome.
    var refusalError: Int32? {
        if case .refused(let errno, _) = self { errno } else { nil }
    }

    /// Whether the kernel refused a request to a process that was already traced.
    var isRefusedWhenTraced: Bool {
        guard case .refused(_, let request?) = self else { return false }
        return request != "PTRACE_TRACEME" && request != "PTRACE_ATTACH"
    }
}

extension TracingProbe.Outcome: CustomStringConvertible {
    /// A description of the outcome.
    package var description: String {
        switch self {
        case .works: "works"
        case .refused(let errno, let request):
            (request.map { "\($0) " } ?? "") + "refused (\(Self.name(ofError: errno)))"
        case .killed(let signal):
            "the test process was killed by \(signal == 31 ? "SIGSYS" : "signal \(signal)")"
        case .timedOut: "timed out"
        case .notTried: "not tried"
        }
    }

    private static func name(ofError errno: Int32) -> String {
        switch errno {
        case 1: "EPERM"
        case 3: "ESRCH"
        case 5: "EIO"
        case 13: "EACCES"
        case 38: "ENOSYS"
        default: "errno \(errno)"
        }
    }
}
