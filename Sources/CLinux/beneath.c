#define _GNU_SOURCE
#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Reads the ID of a descriptor's mount with statx(2), since Linux 5.8. Returns false if not supported.
static bool mount_by_statx(int descriptor, uint64_t *mount) {
    struct statx status;
    if (statx(descriptor, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0) return false;
    if (!(status.stx_mask & STATX_MNT_ID)) return false;
    *mount = status.stx_mnt_id;
    return true;
}

// Reads the ID of a descriptor's mount from proc_pid_fdinfo(5), since Linux 3.15.
static bool mount_by_proc(int descriptor, uint64_t *mount) {
    char path[40], text[512];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", descriptor);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file == -1) return false;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return false;
    text[count] = '\0';
    const char *field = strstr(text, "mnt_id:");
    if (!field) return false;
    *mount = strtoull(field + strlen("mnt_id:"), NULL, 10);
    return true;
}

// Returns whether two descriptors are on the same mount or, if the kernel does not report mount IDs, on
// the same file system.
static bool is_same_mount(int one, int other) {
    uint64_t first, second;
    if (mount_by_statx(one, &first) && mount_by_statx(other, &second)) return first == second;
    if (mount_by_proc(one, &first) && mount_by_proc(other, &second)) return first == second;
    struct stat status, other_status;
    return fstat(one, &status) == 0 && fstat(other, &other_status) == 0
        && status.st_dev == other_status.st_dev;
}

static atomic_bool lacks_openat2;

int clinux_open_beneath(int directory, const char *name, int flags) {
    if (!atomic_load_explicit(&lacks_openat2, memory_order_relaxed)) {
        struct open_how how = {
            .flags = (uint64_t)(unsigned)(flags | O_NOFOLLOW | O_CLOEXEC),
            .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS
                | RESOLVE_NO_XDEV,
        };
        long descriptor = syscall(SYS_openat2, directory, name, &how, sizeof how);
        if (descriptor >= 0) return (int)descriptor;
        // seccomp filters return EPERM for unknown system calls.
        if (errno != ENOSYS && errno != EPERM) return -1;
        if (errno == ENOSYS) atomic_store_explicit(&lacks_openat2, true, memory_order_relaxed);
    }
    int descriptor = openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor == -1) return -1;
    if (!is_same_mount(directory, descriptor)) {
        close(descriptor);
        errno = EXDEV;
        return -1;
    }
    return descriptor;
}

int clinux_lookup(int directory, const char *name) {
    return openat(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int clinux_set_mode_beneath(int directory, const char *name, mode_t mode) {
    // O_PATH does not require permissions, and the link in /proc refers to the open file even if the name
    // has been replaced.
    int descriptor = clinux_open_beneath(directory, name, O_PATH);
    if (descriptor == -1) return -1;
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int result = chmod(link, mode);
    int saved = errno;
    close(descriptor);
    if (result == -1 && saved == ENOENT) {
        // /proc is not mounted.
        descriptor = clinux_open_beneath(directory, name, O_RDONLY | O_NONBLOCK);
        if (descriptor == -1) return -1;
        result = fchmod(descriptor, mode);
        saved = errno;
        close(descriptor);
    }
    errno = saved;
    return result;
}

int clinux_exchange_between(int directory, const char *name, int other_directory, const char *other) {
    return renameat2(directory, name, other_directory, other, RENAME_EXCHANGE);
}

bool clinux_is_immutable(int directory, const char *name) {
    struct statx status;
    if (statx(directory, name, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &status) != 0) return false;
    return status.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND);
}
