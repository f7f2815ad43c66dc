/*
 * daemon_shim: a disk and a clock that misbehave, for a program that does not know (LD_PRELOAD).
 *
 * The file that DAEMON_RULES names holds rules, one a line, that are looked at in every call:
 *
 *   write N PATH    calls that write at or below PATH fail with errno N
 *   sync N PATH     only those that wait for the disk do
 *   clock SECONDS   are added to the time of day
 *
 * DAEMON_BELOW names a folder whose calls that write are counted: DAEMON_KILL=K kills the program
 * before its K-th one, DAEMON_KILL=-K behind it; DAEMON_COUNT is a file that gets the number at the
 * end. Calls that only look are nobody's business here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const char *below;
static long kill_at;
static _Atomic long seen;

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("DAEMON_KILL");
    below = getenv("DAEMON_BELOW");
    kill_at = text ? strtol(text, NULL, 10) : 0;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("DAEMON_COUNT");
    char text[32];
    long fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (fd < 0) return;
    int length = snprintf(text, sizeof text, "%ld\n", (long)seen);
    (void)syscall(SYS_write, fd, text, length);
    (void)syscall(SYS_close, fd);
}

static bool is_below(const char *path, const char *root, size_t length)
{
    return strncmp(path, root, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* The number of the rule of that kind for the path; without a path, of the kind alone. */
static long rule(const char *kind, const char *path)
{
    char rules[4096];
    const char *file = getenv("DAEMON_RULES");
    long fd = file ? syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC) : -1;
    long n = fd >= 0 ? syscall(SYS_read, fd, rules, sizeof rules - 1) : 0;
    if (fd >= 0) syscall(SYS_close, fd);
    rules[n > 0 ? n : 0] = '\0';
    for (char *save = NULL, *l = strtok_r(rules, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
        size_t length = strlen(kind);
        if (strncmp(l, kind, length) != 0 || l[length] != ' ') continue;
        const char *root = strchr(l, '/');
        if (path && (!root || !is_below(path, root, strlen(root)))) continue;
        return strtol(l + length, NULL, 10);
    }
    return 0;
}

static void path_of_fd(int fd, char out[PATH_MAX])
{
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    long n = syscall(SYS_readlinkat, AT_FDCWD, name, out, PATH_MAX - 1);
    out[n > 0 ? n : 0] = '\0';
}

static void die(void)
{
    /* One of the calls that the sandbox leaves. */
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGKILL);
    for (;;)
        pause();
}

/* Counts the call; true: it fails, with errno. *ret_last: the program ends behind it. */
static bool fails(const char *path, bool syncs, bool *ret_last)
{
    int saved = errno;
    long number = 0;
    if (below && is_below(path, below, strlen(below))) number = atomic_fetch_add(&seen, 1) + 1;
    if (number && number == kill_at) die();
    *ret_last = number && number == -kill_at;
    long sys = rule("write", path);
    if (!sys && syncs) sys = rule("sync", path);
    errno = sys ? (int)sys : saved;
    return sys != 0;
}

#define CALL(path, syncs, call)                                                                    \
    bool last;                                                                                     \
    if (fails(path, syncs, &last)) return -1;                                                      \
    __typeof__(call) result = (call);                                                              \
    if (last) die();                                                                               \
    return result

#define CALL_OF_FD(fd, syncs, call)                                                                \
    char path[PATH_MAX];                                                                           \
    path_of_fd(fd, path);                                                                          \
    CALL(path, syncs, call)

ssize_t write(int fd, const void *bytes, size_t length)
{
    CALL_OF_FD(fd, false, syscall(SYS_write, fd, bytes, length));
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    CALL_OF_FD(fd, false, syscall(SYS_pwrite64, fd, bytes, length, offset));
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
    CALL_OF_FD(fd, false, syscall(SYS_pwrite64, fd, bytes, length, offset));
}
ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    CALL_OF_FD(fd, false, syscall(SYS_writev, fd, pieces, count));
}
int ftruncate(int fd, off_t length)
{
    CALL_OF_FD(fd, false, (int)syscall(SYS_ftruncate, fd, length));
}
int ftruncate64(int fd, off_t length)
{
    CALL_OF_FD(fd, false, (int)syscall(SYS_ftruncate, fd, length));
}
int fsync(int fd)
{
    CALL_OF_FD(fd, true, (int)syscall(SYS_fsync, fd));
}
int fdatasync(int fd)
{
    CALL_OF_FD(fd, true, (int)syscall(SYS_fdatasync, fd));
}
int rename(const char *from, const char *to)
{
    CALL(from, false, (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
int renameat(int folder, const char *from, int other, const char *to)
{
    CALL_OF_FD(folder, false, (int)syscall(SYS_renameat2, folder, from, other, to, 0));
}
int unlink(const char *name)
{
    CALL(name, false, (int)syscall(SYS_unlinkat, AT_FDCWD, name, 0));
}
int unlinkat(int folder, const char *name, int flags)
{
    CALL_OF_FD(folder, false, (int)syscall(SYS_unlinkat, folder, name, flags));
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, clock, out);
    if (result == 0 && clock == CLOCK_REALTIME) out->tv_sec += rule("clock", NULL);
    return result;
}
