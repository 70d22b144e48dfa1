#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

static int argument_count;
static char **argument_vector;
static bool has_lent_root;

// A constructor of the Swift runtime determines the path of the runtime. In a static executable it reads
// /proc/self/exe and aborts if that fails: without /proc, or with that of another PID namespace. It does
// not if SWIFT_ROOT is set. The path is only used to find swift-backtrace, which hosts do not have.
// Functions in .preinit_array run before all constructors, regardless of the link order; glibc passes
// them the arguments of main.
//
// Sanitizers are initialized at the same time, so this function must not be instrumented.
__attribute__((disable_sanitizer_instrumentation)) static void before_constructors(
    int count, char **arguments, char **environment) {
    (void)environment;
    argument_count = count;
    argument_vector = arguments;
    char target;
    if (syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", &target, sizeof target) == -1 &&
        getenv("SWIFT_ROOT") == NULL)
        has_lent_root = setenv("SWIFT_ROOT", "/", 0) == 0;
}

__attribute__((section(".preinit_array"), used)) static void (*const before_all)(
    int, char **, char **) = before_constructors;

int clinux_argument_count(void) { return argument_count; }

const char *clinux_argument(int index) {
    return index >= 0 && index < argument_count ? argument_vector[index] : NULL;
}

void clinux_silence_system_log(void) { setlogmask(LOG_UPTO(LOG_EMERG)); }

void clinux_restore_environment(void) {
    if (has_lent_root) unsetenv("SWIFT_ROOT");
    has_lent_root = false;
}

int clinux_start_thread(
    pthread_t *thread, size_t stack_size, bool is_detached, void *(*body)(void *), void *argument) {
    pthread_attr_t attributes;
    int result = pthread_attr_init(&attributes);
    if (result != 0) return result;
    (void)pthread_attr_setstacksize(&attributes, stack_size);
    if (is_detached) (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &previous);
    result = pthread_create(thread, &attributes, body, argument);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    pthread_attr_destroy(&attributes);
    return result;
}
