#ifndef CLINUX_BENEATH_H
#define CLINUX_BENEATH_H

#include <stdbool.h>
#include <sys/types.h>

/// Opens `name`, one component, in a directory that is open: not through a symbolic link, and not onto
/// another mount, bind mounts of the same file system included. A descriptor, or -1 with errno set;
/// EXDEV where another mount begins at `name`.
///
/// openat2(2) does that in one step. Where the kernel (before 5.6) or a seccomp filter refuses it, the
/// mount is compared after opening.
int clinux_open_beneath(int directory, const char *name, int flags);

/// Opens the directory `name` in a directory that is open with O_PATH: to look for names in it. A link is
/// refused, a mount entered.
int clinux_lookup(int directory, const char *name);

/// Sets the permission bits of `name` in a directory that is open, under the rules of
/// clinux_open_beneath. 0, or -1 with errno set.
int clinux_set_mode_beneath(int directory, const char *name, mode_t mode);

/// renameat2(2) with RENAME_EXCHANGE for names in two directories that are open.
int clinux_exchange_between(int directory, const char *name, int other_directory, const char *other);

/// Whether `name` in a directory that is open has the attribute `immutable` or `append-only`, chattr(1).
/// False where the file system does not report attributes.
bool clinux_is_immutable(int directory, const char *name);

#endif
