#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <nss.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <sys/xattr.h>

int clinux_rename_without_replacing(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int clinux_exchange(const char *one, const char *other) {
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

int clinux_move(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

void clinux_resolve_without_modules(void) { (void)__nss_configure_lookup("hosts", "files dns"); }

bool clinux_is_static(void) { return getauxval(AT_BASE) == 0; }

int clinux_working_directory(void) { return AT_FDCWD; }

int clinux_set_mode(int directory, const char *name, mode_t mode) {
    // fchmodat(2) follows links, and fchmod(2) requires permission to open the file. The link in /proc to
    // an O_PATH descriptor refers to the open file even if the name has been replaced.
    int descriptor = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor == -1) return -1;
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int result = chmod(link, mode);
    int saved = errno;
    close(descriptor);
    if (result == -1 && saved == ENOENT) {
        // /proc is not mounted.
        descriptor = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (descriptor == -1) return -1;
        result = fchmod(descriptor, mode);
        saved = errno;
        close(descriptor);
    }
    errno = saved;
    return result;
}

bool clinux_has_access_list(const char *path) {
    return lgetxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}

long clinux_file_system_type(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 ? (long)(unsigned long)status.f_type : -1;
}

int clinux_sync_file_system(int descriptor) { return syncfs(descriptor); }

void clinux_start_write_back(int descriptor) {
    int saved = errno;
    (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
    errno = saved;
}

void clinux_open_standard_streams(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            // open(2) returns this descriptor, the lowest free one. stdout is opened for reading only, so
            // that writing results that are lost fails, as on a full disk.
            if (open("/dev/null", descriptor == 1 ? O_RDONLY : O_RDWR) == -1) return;
        }
    }
}

static atomic_int caught;

static void remember(int signal) {
    if (atomic_exchange(&caught, signal) != 0) _exit(128 + signal);
}

static const int termination[] = {SIGINT, SIGTERM, SIGHUP};

void clinux_catch_termination(void) {
    struct sigaction action = {.sa_handler = remember};
    sigemptyset(&action.sa_mask);
    for (unsigned i = 0; i < sizeof termination / sizeof *termination; i++) {
        struct sigaction current;
        // Keep ignoring signals that were ignored at the start, for example by nohup.
        if (sigaction(termination[i], NULL, &current) == 0 && current.sa_handler == SIG_IGN)
            continue;
        sigaction(termination[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

int clinux_caught_signal(void) { return atomic_load(&caught); }

void clinux_restore_signals(void) {
    for (unsigned i = 0; i < sizeof termination / sizeof *termination; i++) {
        struct sigaction current;
        if (sigaction(termination[i], NULL, &current) == 0 && current.sa_handler == remember)
            signal(termination[i], SIG_DFL);
    }
    signal(SIGPIPE, SIG_DFL);
}

mode_t clinux_read_umask(void) {
    mode_t mask = umask(077);
    umask(mask);
    return mask;
}

int clinux_try_writing(const char *directory) {
    static const char block[4096];
    struct rlimit limit;
    // A write beyond this limit would kill the process.
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < sizeof block) return EFBIG;
    int file = open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (file == -1 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT)) {
        // Not all file systems support unnamed files.
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/.gotoolprov-%ld", directory, (long)getpid());
        if (length < 0 || (size_t)length >= sizeof path) return ENAMETOOLONG;
        file = open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600);
        int saved = errno;
        if (file != -1) unlink(path);
        errno = saved;
    }
    if (file == -1) return errno;
    ssize_t written = write(file, block, sizeof block);
    int error = written == (ssize_t)sizeof block ? 0 : written < 0 ? errno : ENOSPC;
    if (close(file) != 0 && error == 0) error = errno;
    return error;
}

bool clinux_has_capabilities(const char *path) {
    return getxattr(path, "security.capability", NULL, 0) > 0;
}
