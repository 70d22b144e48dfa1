internal import CLinux

/// What came of trying to trace processes, as Delve does: facts/debugging.md §3.1.
public struct TracingProbe: Hashable, Sendable {
    /// How one way of tracing went.
    public enum Outcome: Hashable, Sendable {
        /// It works.
        case works
        /// The kernel refused, with this errno.
        case refused(errno: Int32)
        /// A signal ended the process that tried; SIGSYS is a seccomp filter's.
        case killed(signal: Int32)
        /// It did not come to an end in time.
        case timedOut
        /// It could not be tried, so nothing is known.
        case notTried
    }

    /// A child that asks to be traced: `dlv exec`, `debug` and `test`.
    public let launch: Outcome
    /// Attaching to a child.
    public let attachToChild: Outcome
    /// Attaching to a process that is no descendant: `dlv attach`.
    public let attachToOther: Outcome

    /// A probe that is said to have ended so.
    public init(launch: Outcome, attachToChild: Outcome, attachToOther: Outcome) {
        self.launch = launch
        self.attachToChild = attachToChild
        self.attachToOther = attachToOther
    }

    /// Tries it with processes made for that, all of which have ended when this returns.
    ///
    /// - Parameter limit: How long it may take; some ten milliseconds are usual.
    /// - Returns: What came of it.
    public static func run(limit: Duration = .seconds(5)) -> TracingProbe {
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

    private static func outcome(_ step: clinux_tracing_step) -> Outcome {
        switch step.outcome {
        case CInt(CLINUX_TRACING_WORKS.rawValue): .works
        case CInt(CLINUX_TRACING_REFUSED.rawValue): .refused(errno: step.detail)
        case CInt(CLINUX_TRACING_KILLED.rawValue): .killed(signal: step.detail)
        case CInt(CLINUX_TRACING_TIMED_OUT.rawValue): .timedOut
        default: .notTried
        }
    }
}

extension TracingProbe.Outcome: CustomStringConvertible {
    /// The outcome in a few words.
    public var description: String {
        switch self {
        case .works: "works"
        case .refused(let errno): "refused: \(Self.name(ofError: errno))"
        case .killed(let signal):
            "ended: \(signal == 31 ? "SIGSYS" : "signal \(signal)") killed the process that tried"
        case .timedOut: "did not end in time"
        case .notTried: "could not be tried"
        }
    }

    private static func name(ofError errno: Int32) -> String {
        switch errno {
        case 1: "EPERM"
        case 3: "ESRCH"
        case 13: "EACCES"
        case 38: "ENOSYS"
        default: "errno \(errno)"
        }
    }
}
