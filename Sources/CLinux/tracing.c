#define _GNU_SOURCE
#include "tracing.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The shared memory of the processes. After fork(2) in a multithreaded program, only async-signal-safe
// functions may be called, so results are passed in memory, and nothing here allocates, locks or prints.
struct shared {
    struct clinux_tracing result;
    // Written by each process that forks, so that all can be killed if the helper hangs.
    atomic_int processes[8];
    atomic_int is_done;
};

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void nap(void) {
    struct timespec time = {.tv_nsec = 500000};
    nanosleep(&time, NULL);
}

// waitpid(2) with a deadline. Returns 1 with `status` set, 0 after the deadline, or -1 with errno set.
static int wait_until(pid_t process, int *status, long long deadline) {
    for (;;) {
        pid_t found = waitpid(process, status, WNOHANG | __WALL);
        if (found > 0) return 1;
        if (found < 0 && errno != EINTR) return -1;
        if (now() >= deadline) return 0;
        nap();
    }
}

static void set(struct clinux_tracing_step *step, int outcome, int detail) {
    step->detail = detail;
    step->outcome = outcome;
}

static void refuse(struct clinux_tracing_step *step, int request, int error) {
    step->request = request;
    set(step, CLINUX_TRACING_REFUSED, error);
}

// A word with the same address in the debugged processes, because these are forked.
static volatile long word = 0x600D;

// Performs Delve's requests on a stopped process: options, registers, and memory for breakpoints.
// A seccomp filter may refuse each of them individually. Returns whether all succeed; otherwise `step`
// contains the first that was refused.
static int can_debug(struct clinux_tracing_step *step, pid_t process) {
    void *address = (void *)&word;
    union {
        struct user_regs_struct fields;
        char bytes[2048];
    } registers;
    struct iovec vector = {.iov_base = &registers, .iov_len = sizeof registers};
    if (ptrace(PTRACE_SETOPTIONS, process, NULL, (void *)PTRACE_O_TRACECLONE) != 0) {
        refuse(step, PTRACE_SETOPTIONS, errno);
        return 0;
    }
#ifdef __x86_64__
    if (ptrace(PTRACE_GETREGS, process, NULL, &registers) != 0) {
        refuse(step, PTRACE_GETREGS, errno);
        return 0;
    }
    if (ptrace(PTRACE_SETREGS, process, NULL, &registers) != 0) {
        refuse(step, PTRACE_SETREGS, errno);
        return 0;
    }
#endif
    if (ptrace(PTRACE_GETREGSET, process, (void *)NT_PRSTATUS, &vector) != 0) {
        refuse(step, PTRACE_GETREGSET, errno);
        return 0;
    }
    if (ptrace(PTRACE_SETREGSET, process, (void *)NT_PRSTATUS, &vector) != 0) {
        refuse(step, PTRACE_SETREGSET, errno);
        return 0;
    }
    errno = 0;
    long found = ptrace(PTRACE_PEEKDATA, process, address, NULL);
    if (errno != 0) {
        refuse(step, PTRACE_PEEKDATA, errno);
        return 0;
    }
    if (ptrace(PTRACE_POKEDATA, process, address, (void *)found) != 0) {
        refuse(step, PTRACE_POKEDATA, errno);
        return 0;
    }
    return 1;
}

// fork(2) that records the child's process ID in shared memory.
static pid_t start(struct shared *shared, int place) {
    pid_t process = fork();
    if (process > 0) atomic_store(&shared->processes[place], process);
    // If its parent is killed, no other process would end it.
    if (process == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return process;
}

static void end(struct shared *shared, int place, pid_t process, long long deadline) {
    int status;
    kill(process, SIGKILL);
    if (wait_until(process, &status, deadline) != 0) atomic_store(&shared->processes[place], 0);
}

static void sleep_until_killed(void) {
    // A process whose executable is not readable, or that has changed its credentials, is not dumpable and
    // cannot be attached to. That is not a property of the host.
    prctl(PR_SET_DUMPABLE, 1);
    for (;;) pause();
}

// Executes a single instruction, as `next` and breakpoints require, and then continues.
static void try_to_step(struct clinux_tracing_step *step, pid_t child, long long deadline) {
    int status = 0;
    if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0) {
        refuse(step, PTRACE_SINGLESTEP, errno);
        return;
    }
    int waited = wait_until(child, &status, deadline);
    if (waited == 0) {
        set(step, CLINUX_TRACING_TIMED_OUT, 0);
        return;
    }
    if (waited < 0 || !WIFSTOPPED(status)) {
        set(step, CLINUX_TRACING_NO_MEANS, waited < 0 ? errno : ESRCH);
        return;
    }
    if (ptrace(PTRACE_CONT, child, NULL, NULL) == 0) {
        set(step, CLINUX_TRACING_WORKS, 0);
    } else {
        refuse(step, PTRACE_CONT, errno);
    }
}

// Runs in a separate process, as all functions that call ptrace(2), because a seccomp filter may kill it.
static void try_launch(struct shared *shared, long long deadline) {
    struct clinux_tracing_step *step = &shared->result.launch;
    pid_t child = start(shared, 2);
    if (child < 0) {
        set(step, CLINUX_TRACING_NO_MEANS, errno);
        return;
    }
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(errno > 0 && errno < 200 ? errno : 200);
        // raise(3) uses tgkill(2), which a filter may refuse although Delve does not require it.
        pid_t self = (pid_t)syscall(SYS_getpid);
        if (kill(self, SIGSTOP) != 0) syscall(SYS_tkill, self, SIGSTOP);
        _exit(0);
    }
    int status = 0;
    int waited = wait_until(child, &status, deadline);
    if (waited == 1 && WIFSTOPPED(status)) {
        if (can_debug(step, child)) try_to_step(step, child, deadline);
    } else if (waited == 1 && WIFEXITED(status) && WEXITSTATUS(status) != 0) {
        refuse(step, PTRACE_TRACEME, WEXITSTATUS(status));
    } else if (waited == 1 && WIFEXITED(status)) {
        // The child requested to be traced but could not stop itself, so nothing else can be tried.
        set(step, CLINUX_TRACING_NO_MEANS, EPERM);
    } else if (waited == 1) {
        set(step, CLINUX_TRACING_KILLED, WTERMSIG(status));
    } else if (waited == 0) {
        set(step, CLINUX_TRACING_TIMED_OUT, 0);
    } else {
        set(step, CLINUX_TRACING_NO_MEANS, errno);
    }
    if (waited != 1 || WIFSTOPPED(status)) end(shared, 2, child, deadline);
    atomic_store(&shared->processes[2], 0);
}

static void try_attach(
    struct clinux_tracing_step *step,
    pid_t target,
    long long deadline
) {
    if (ptrace(PTRACE_ATTACH, target, NULL, NULL) != 0) {
        refuse(step, PTRACE_ATTACH, errno);
        return;
    }
    int status = 0;
    int waited = wait_until(target, &status, deadline);
    if (waited == 0) {
        set(step, CLINUX_TRACING_TIMED_OUT, 0);
    } else if (waited == 1 && WIFSTOPPED(status)) {
        if (!can_debug(step, target)) return;
        if (ptrace(PTRACE_DETACH, target, NULL, NULL) == 0) {
            set(step, CLINUX_TRACING_WORKS, 0);
        } else {
            refuse(step, PTRACE_DETACH, errno);
        }
    } else {
        set(step, CLINUX_TRACING_NO_MEANS, waited == 1 ? ESRCH : errno);
    }
}

static void try_attach_to_child(struct shared *shared, long long deadline) {
    pid_t target = start(shared, 2);
    if (target < 0) {
        set(&shared->result.child, CLINUX_TRACING_NO_MEANS, errno);
        return;
    }
    if (target == 0) sleep_until_killed();
    try_attach(&shared->result.child, target, deadline);
    end(shared, 2, target, deadline);
}

// Performs a step in a separate process, and records how that process ended unless it has recorded a result.
static int step_by_process(
    struct shared *shared,
    struct clinux_tracing_step *step,
    void (*try)(struct shared *, long long),
    pid_t target,
    long long deadline
) {
    set(step, CLINUX_TRACING_NOT_TRIED, 0);
    pid_t tracer = start(shared, 1);
    if (tracer < 0) {
        set(step, CLINUX_TRACING_NO_MEANS, errno);
        return -1;
    }
    if (tracer == 0) {
        if (try) {
            try(shared, deadline);
        } else {
            try_attach(step, target, deadline);
        }
        _exit(0);
    }
    int status = 0;
    int waited = wait_until(tracer, &status, deadline);
    if (waited == 0) {
        set(step, CLINUX_TRACING_TIMED_OUT, 0);
        end(shared, 1, tracer, now() + 200);
    } else if (waited == 1 && WIFSIGNALED(status)) {
        set(step, CLINUX_TRACING_KILLED, WTERMSIG(status));
    }
    if (waited != 0) atomic_store(&shared->processes[1], 0);
    return step->outcome == CLINUX_TRACING_TIMED_OUT ? -1 : 0;
}

static void help(struct shared *shared, long long deadline) {
    // A process that ignores SIGCHLD, which is inherited, cannot wait. This process adopts orphans.
    signal(SIGCHLD, SIG_DFL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    struct clinux_tracing *result = &shared->result;
    // Each step has its own time limit, so that one that hangs leaves time for the others.
    long long share = (deadline - now()) / 4;
    if (step_by_process(shared, &result->launch, try_launch, 0, now() + share) == 0)
        step_by_process(shared, &result->child, try_attach_to_child, 0, now() + share);
    if (result->launch.outcome != CLINUX_TRACING_TIMED_OUT) {
        // Yama distinguishes descendants of the tracer; a sibling is not a descendant.
        pid_t target = start(shared, 3);
        if (target == 0) sleep_until_killed();
        if (target < 0) {
            set(&result->other, CLINUX_TRACING_NO_MEANS, errno);
        } else {
            step_by_process(shared, &result->other, NULL, target, now() + share);
            end(shared, 3, target, now() + share / 2);
        }
    }
    // The remaining processes are orphans of tracers that were killed.
    for (int place = 1; place < 8; place++) {
        int process = atomic_load(&shared->processes[place]);
        if (process > 0) kill(process, SIGKILL);
    }
    int status;
    while (wait_until(-1, &status, deadline) == 1) {}
    atomic_store(&shared->is_done, 1);
    _exit(0);
}

void clinux_try_tracing(int limit, struct clinux_tracing *result) {
    memset(result, 0, sizeof *result);
    if (limit < 100) limit = 100;
    if (limit > 60000) limit = 60000;
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        set(&result->launch, CLINUX_TRACING_NO_MEANS, errno);
        return;
    }
    long long deadline = now() + limit;
    pid_t helper = fork();
    if (helper < 0) {
        set(&result->launch, CLINUX_TRACING_NO_MEANS, errno);
        munmap(shared, sizeof *shared);
        return;
    }
    if (helper == 0) help(shared, deadline);
    int status;
    if (wait_until(helper, &status, deadline + 250) == 0) {
        for (int place = 1; place < 8; place++) {
            int process = atomic_load(&shared->processes[place]);
            if (process > 0) kill(process, SIGKILL);
        }
        // The helper reaps them if it can; processes that cannot be killed are abandoned.
        if (wait_until(helper, &status, now() + 250) == 0) {
            kill(helper, SIGKILL);
            wait_until(helper, &status, now() + 250);
        }
        struct clinux_tracing_step *steps[] = {
            &shared->result.launch, &shared->result.child, &shared->result.other};
        for (int index = 0; index < 3; index++) {
            if (steps[index]->outcome == CLINUX_TRACING_NOT_TRIED) {
                set(steps[index], CLINUX_TRACING_TIMED_OUT, 0);
                break;
            }
        }
    }
    *result = shared->result;
    munmap(shared, sizeof *shared);
}
