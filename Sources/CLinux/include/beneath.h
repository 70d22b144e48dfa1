#ifndef CLINUX_BENEATH_H
#define CLINUX_BENEATH_H

#include <stdbool.h>
#include <sys/types.h>

/// Opens `name`, a single component, in an open directory, without following a symbolic link or entering
/// another mount, including bind mounts of the same file system. Returns a descriptor, or -1 with errno
/// set; EXDEV if `name` is a mount point.
///
/// openat2(2) does that in one call. If the kernel (before 5.6) or a seccomp filter does not allow it, the
/// mounts are compared after opening.
int clinux_open_beneath(int directory, const char *name, int flags);

/// Opens the directory `name` in an open directory with O_PATH, for lookups of names. Fails for a symbolic
/// link, but enters a mount.
int clinux_lookup(int directory, const char *name);

/// Sets the permission bits of `name` in an open directory, with the restrictions of clinux_open_beneath.
/// Returns 0, or -1 with errno set.
int clinux_set_mode_beneath(int directory, const char *name, mode_t mode);

/// Atomically exchanges names in two open directories: renameat2(2) with RENAME_EXCHANGE. Returns 0, or -1
/// with errno set.
int clinux_exchange_between(int directory, const char *name, int other_directory, const char *other);

/// Returns whether `name` in an open directory has the attribute `immutable` or `append-only`, chattr(1);
/// false if the file system does not report attributes.
bool clinux_is_immutable(int directory, const char *name);

#endif
