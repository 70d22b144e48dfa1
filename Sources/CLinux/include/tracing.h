#ifndef CLINUX_TRACING_H
#define CLINUX_TRACING_H

/// How one way of tracing a process went.
enum clinux_tracing_outcome {
    /// It was not come to.
    CLINUX_TRACING_NOT_TRIED = 0,
    /// It works.
    CLINUX_TRACING_WORKS = 1,
    /// The kernel refused; `detail` is errno.
    CLINUX_TRACING_REFUSED = 2,
    /// A signal ended the process that tried; `detail` is its number. SIGSYS is a seccomp filter's.
    CLINUX_TRACING_KILLED = 3,
    /// It did not come to an end in time, as on WSL 1.
    CLINUX_TRACING_TIMED_OUT = 4,
    /// A process or memory to try with could not be had; `detail` is errno.
    CLINUX_TRACING_NO_MEANS = 5,
};

struct clinux_tracing_step {
    int outcome;
    int detail;
    /// Where it was refused, the number of the request: PTRACE_TRACEME is 0.
    int request;
};

struct clinux_tracing {
    /// A child that asks to be traced (PTRACE_TRACEME): `dlv exec`, `debug`, `test`.
    struct clinux_tracing_step launch;
    /// Attaching to a child (PTRACE_ATTACH).
    struct clinux_tracing_step child;
    /// Attaching to a process that is no descendant: `dlv attach`.
    struct clinux_tracing_step other;
};

/// Tries what Delve needs, with processes of its own, in at most about `limit` milliseconds, 60000 at
/// most.
///
/// All processes are made by a helper and have ended when this returns, unless the kernel lets them
/// not; no signal and no handler of the caller is touched. It may be called from any thread.
void clinux_try_tracing(int limit, struct clinux_tracing *result);

#endif
