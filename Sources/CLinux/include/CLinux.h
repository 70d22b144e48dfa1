#ifndef CLINUX_H
#define CLINUX_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "beneath.h"
#include "tracing.h"

/// Calls renameat2(2) with RENAME_NOREPLACE. Returns 0, or -1 with errno set. Glibc declares it only with
/// _GNU_SOURCE, which Swift's importer does not define.
int clinux_rename_without_replacing(const char *from, const char *to);

/// Atomically exchanges two paths: renameat2(2) with RENAME_EXCHANGE. Returns 0, or -1 with errno set.
int clinux_exchange(const char *one, const char *other);

/// Calls renameat2(2) with RENAME_NOREPLACE for names in open directories. Returns 0, or -1 with errno set.
int clinux_move(int from_directory, const char *from, int to_directory, const char *to);

/// Sets the permission bits of a file or directory in an open directory; fails for a symbolic link.
/// Returns 0, or -1 with errno set.
int clinux_set_mode(int directory, const char *name, mode_t mode);

/// Restricts the resolution of host names to /etc/hosts and DNS, regardless of nsswitch.conf, because other
/// name services are modules of the host that a static program must not load.
void clinux_resolve_without_modules(void);

/// Whether this program was started without a dynamic linker.
bool clinux_is_static(void);

/// Returns AT_FDCWD, for paths relative to the working directory.
int clinux_working_directory(void);

/// Returns whether `path` has an access control list, acl(5), without following links.
bool clinux_has_access_list(const char *path);

/// Returns the magic number, statfs(2), of the file system that contains `path`, or -1 with errno set.
long clinux_file_system_type(const char *path);

/// Returns whether the file at `path` has capabilities (the extended attribute security.capability).
bool clinux_has_capabilities(const char *path);

/// Flushes the file system that contains `descriptor`, syncfs(2). Returns 0, or -1 with errno set.
int clinux_sync_file_system(int descriptor);

/// Starts flushing a file without waiting: sync_file_range(2) with SYNC_FILE_RANGE_WRITE. The result is
/// ignored because this is only an optimization.
void clinux_start_write_back(int descriptor);

/// Returns the number of arguments including the program name. Swift reads them from /proc/self/cmdline,
/// which may not exist.
int clinux_argument_count(void);

/// Returns an argument of the process, or NULL if there are fewer.
const char *clinux_argument(int index);

/// Unsets SWIFT_ROOT if it was set for the initialization of the Swift runtime, so that child processes do
/// not inherit it.
void clinux_restore_environment(void);

/// Prevents libraries from writing to the system log, as libdispatch does if a process with low priority
/// cannot raise that of its threads. This program reports errors on stderr.
void clinux_silence_system_log(void);

/// Opens /dev/null for each closed descriptor from 0 to 2, so that output does not end up in a file that
/// happens to get one of these numbers.
void clinux_open_standard_streams(void);

/// Installs a handler for SIGINT, SIGTERM and SIGHUP that records the signal. It is installed without
/// SA_RESTART, so that blocking calls of the main thread fail with EINTR. A second signal immediately ends
/// the process with status 128 plus its number. Also ignores SIGPIPE.
void clinux_catch_termination(void);

/// Returns the signal that the handler of clinux_catch_termination has recorded, or 0.
int clinux_caught_signal(void);

/// Restores the default actions of signals, for a program that replaces this one.
void clinux_restore_signals(void);

/// Creates a thread with a stack size in bytes and with all signals blocked, so that the main thread
/// receives them and its blocking calls are interrupted. Returns 0 or an error number.
int clinux_start_thread(
    pthread_t *thread, size_t stack_size, bool is_detached, void *(*body)(void *), void *argument);

/// Returns the umask. umask(2) can only read it by changing it, so call this before creating threads.
mode_t clinux_read_umask(void);

/// Writes a block to a temporary file in a directory and deletes it. Returns 0, or the errno of a failure.
int clinux_try_writing(const char *directory);

#endif
