#ifndef CLINUX_H
#define CLINUX_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "beneath.h"
#include "tracing.h"

/// renameat2(2) with RENAME_NOREPLACE: 0, or -1 with errno set. Glibc hides it behind _GNU_SOURCE,
/// which Swift's importer does not define.
int clinux_rename_without_replacing(const char *from, const char *to);

/// renameat2(2) with RENAME_EXCHANGE: both names keep existing and swap what they name, in one step.
/// 0, or -1 with errno set.
int clinux_exchange(const char *one, const char *other);

/// renameat2(2) with RENAME_NOREPLACE from and to a directory that is open: 0, or -1 with errno set.
int clinux_move(int from_directory, const char *from, int to_directory, const char *to);

/// Sets the permission bits of what has this name in a directory that is open, and of nothing else: a
/// symbolic link is refused. 0, or -1 with errno set.
int clinux_set_mode(int directory, const char *name, mode_t mode);

/// Lets names of hosts be resolved by /etc/hosts and DNS alone, whatever nsswitch.conf says: other name
/// services are modules that a static program must not load from the host.
void clinux_resolve_without_modules(void);

/// Whether this program was started without a dynamic linker.
bool clinux_is_static(void);

/// AT_FDCWD: paths are relative to the working directory.
int clinux_working_directory(void);

/// Whether what is at `path` itself has an access control list beside its permission bits: acl(5).
bool clinux_has_access_list(const char *path);

/// The magic number of the file system that holds `path`, as statfs(2) has it, or -1 with errno set.
long clinux_file_system_type(const char *path);

/// Whether the file at `path` carries capabilities (the extended attribute security.capability).
bool clinux_has_capabilities(const char *path);

/// syncfs(2): writes back the file system that holds `descriptor`. 0, or -1 with errno set.
int clinux_sync_file_system(int descriptor);

/// sync_file_range(2) with SYNC_FILE_RANGE_WRITE over the whole file: asks the kernel to start
/// writing it back now and does not wait. Only advice, so its result is of no interest.
void clinux_start_write_back(int descriptor);

/// How many arguments the process has, its name included. Swift reads them from /proc/self/cmdline,
/// which a host may not have.
int clinux_argument_count(void);

/// An argument of the process, or NULL where there are fewer.
const char *clinux_argument(int index);

/// Takes SWIFT_ROOT away again where it was set for the Swift runtime's start, so that no child
/// process inherits it.
void clinux_restore_environment(void);

/// Keeps libraries from writing to the system's log: libdispatch reports there that a process of low
/// priority cannot raise that of its threads. What this program says goes to stderr.
void clinux_silence_system_log(void);

/// Opens /dev/null for each of the descriptors 0 to 2 that is closed, so that no other file gets one
/// of their numbers and what is said to people ends up in it.
void clinux_open_standard_streams(void);

/// Installs a handler for SIGINT, SIGTERM and SIGHUP that only remembers the signal, without
/// SA_RESTART, so that a blocking call of the main thread ends with EINTR; and ignores SIGPIPE.
/// A second signal ends the process at once with 128 + its number.
void clinux_catch_termination(void);

/// The signal that clinux_catch_termination's handler has seen, or 0.
int clinux_caught_signal(void);

/// Gives the signals back their default actions, for a program that this one is replaced by.
void clinux_restore_signals(void);

/// pthread_create(3) with a stack of this size and all signals blocked, so that they go to the main
/// thread, whose blocking calls they end. 0 or the error number.
int clinux_start_thread(
    pthread_t *thread, size_t stack_size, bool is_detached, void *(*body)(void *), void *argument);

/// umask(2) can only be read by setting it; this does both, so call it before there are threads.
mode_t clinux_read_umask(void);

/// Writes a block to a new file in a directory and leaves nothing behind: 0, or errno of what failed.
int clinux_try_writing(const char *directory);

#endif
