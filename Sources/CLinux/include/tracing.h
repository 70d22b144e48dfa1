#ifndef CLINUX_TRACING_H
#define CLINUX_TRACING_H

/// The outcome of a step.
enum clinux_tracing_outcome {
    /// The step was not tried.
    CLINUX_TRACING_NOT_TRIED = 0,
    /// The step succeeded.
    CLINUX_TRACING_WORKS = 1,
    /// The kernel refused a request; `detail` is errno.
    CLINUX_TRACING_REFUSED = 2,
    /// A signal killed the tracer; `detail` is its number. SIGSYS comes from a seccomp filter.
    CLINUX_TRACING_KILLED = 3,
    /// The step did not end in time, as on WSL 1.
    CLINUX_TRACING_TIMED_OUT = 4,
    /// A process or memory for the step was not available; `detail` is errno.
    CLINUX_TRACING_NO_MEANS = 5,
};

struct clinux_tracing_step {
    int outcome;
    int detail;
    /// The number of the refused request; PTRACE_TRACEME is 0.
    int request;
};

struct clinux_tracing {
    /// Tracing a child that requests it (PTRACE_TRACEME): `dlv exec`, `debug`, `test`.
    struct clinux_tracing_step launch;
    /// Attaching to a child (PTRACE_ATTACH).
    struct clinux_tracing_step child;
    /// Attaching to a process that is not a descendant: `dlv attach`.
    struct clinux_tracing_step other;
};

/// Tests the requests of Delve with child processes, in about `limit` milliseconds, from 100 to 60000.
///
/// A helper process creates all processes, which have ended when this returns, unless they cannot be killed.
/// Signals and handlers of the caller are not changed. This may be called from any thread.
void clinux_try_tracing(int limit, struct clinux_tracing *result);

#endif
