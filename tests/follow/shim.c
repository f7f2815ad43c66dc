/*
 * shim: a file system that misbehaves, for a program that does not know (LD_PRELOAD).
 *
 * The file that FOLLOW_SHIM names holds rules, one a line, that are looked at in every call:
 *
 *   network PATH    what lies at or below PATH is on NFS
 *   errno N PATH    calls there fail with errno N
 *   errread N PATH  reads alone do
 *   short PATH      reads give 7 bytes at most
 *   block PATH      calls there do not return while the rule stands
 *   stale PATH      sizes and times there are what an empty file of 1970 has
 *   dentry PATH TO  a look at PATH shows what is at TO
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define REAL(name, type)                                                                           \
    static __typeof__(type) real;                                                                  \
    if (!real) {                                                                                   \
        void *found = dlsym(RTLD_NEXT, name);                                                      \
        memcpy(&real, &found, sizeof real);                                                        \
    }

static void read_rules(char *out, size_t size)
{
    const char *path = getenv("FOLLOW_SHIM");
    long fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    long n = fd >= 0 ? syscall(SYS_read, fd, out, size - 1) : 0;
    if (fd >= 0) syscall(SYS_close, fd);
    out[n > 0 ? n : 0] = '\0';
}

static bool is_below(const char *path, const char *root, size_t length)
{
    return strncmp(path, root, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* The rule of that kind for the path: its line is put into `line`. The last word but for dentry is
 * the path. */
static bool rule(const char *kind, const char *path, char line[PATH_MAX])
{
    char rules[16384];
    read_rules(rules, sizeof rules);
    for (char *save = NULL, *l = strtok_r(rules, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
        size_t length = strlen(kind);
        if (strncmp(l, kind, length) != 0 || l[length] != ' ') continue;
        const char *root = strchr(l, '/');
        if (!root || !is_below(path, root, strcspn(root, " "))) continue;
        snprintf(line, PATH_MAX, "%s", l);
        return true;
    }
    return false;
}

static void path_of_fd(int fd, char out[PATH_MAX])
{
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    long n = syscall(SYS_readlinkat, AT_FDCWD, name, out, PATH_MAX - 1);
    out[n > 0 ? n : 0] = '\0';
}

static void path_at(int fd, const char *name, char out[PATH_MAX])
{
    if (name[0] == '/' || fd == AT_FDCWD) {
        snprintf(out, PATH_MAX, "%s", name);
        return;
    }
    path_of_fd(fd, out);
    size_t length = strlen(out);
    snprintf(out + length, PATH_MAX - length, "/%s", name);
}

/* True: the call fails, with errno. */
static bool fails(const char *path, bool reads)
{
    char line[PATH_MAX];
    int saved = errno;
    while (rule("block", path, line))
        usleep(10000);
    errno = saved;
    if (!rule("errno", path, line) && !(reads && rule("errread", path, line))) {
        errno = saved;
        return false;
    }
    errno = (int)strtol(strchr(line, ' '), NULL, 10);
    return true;
}

static int call_openat(int folder, const char *name, int flags, mode_t mode)
{
    char path[PATH_MAX];
    path_at(folder, name, path);
    if (fails(path, false)) return -1;
    return (int)syscall(SYS_openat, folder, name, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return call_openat(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return call_openat(folder, path, flags, mode);
}

ssize_t pread(int fd, void *out, size_t room, off_t offset)
{
    char path[PATH_MAX], line[PATH_MAX];
    path_of_fd(fd, path);
    if (fails(path, true)) return -1;
    if (room > 7 && rule("short", path, line)) room = 7;
    return syscall(SYS_pread64, fd, out, room, offset);
}

ssize_t read(int fd, void *out, size_t room)
{
    char path[PATH_MAX], line[PATH_MAX];
    path_of_fd(fd, path);
    if (fails(path, true)) return -1;
    if (room > 7 && rule("short", path, line)) room = 7;
    return syscall(SYS_read, fd, out, room);
}

static int look(int folder, const char *name, struct stat *out, int flags)
{
    char path[PATH_MAX], line[PATH_MAX];
    path_at(folder, name, path);
    if (name[0] == '\0') path_of_fd(folder, path);
    if (fails(path, false)) return -1;
    if (name[0] != '\0' && rule("dentry", path, line)) {
        const char *to = strchr(strchr(line, '/'), ' ');
        return (int)syscall(SYS_newfstatat, AT_FDCWD, to + 1, out, flags);
    }
    int result = (int)syscall(SYS_newfstatat, folder, name, out, flags);
    if (result == 0 && S_ISREG(out->st_mode) && rule("stale", path, line)) {
        out->st_size = 0;
        out->st_mtim = (struct timespec){0};
    }
    return result;
}

int fstatat(int folder, const char *name, struct stat *out, int flags)
{
    return look(folder, name, out, flags);
}
int stat(const char *name, struct stat *out)
{
    return look(AT_FDCWD, name, out, 0);
}
int lstat(const char *name, struct stat *out)
{
    return look(AT_FDCWD, name, out, AT_SYMLINK_NOFOLLOW);
}
int fstat(int fd, struct stat *out)
{
    return look(fd, "", out, AT_EMPTY_PATH);
}

int fstatfs(int fd, struct statfs *out)
{
    char path[PATH_MAX], line[PATH_MAX];
    path_of_fd(fd, path);
    if (fails(path, false)) return -1;
    int result = (int)syscall(SYS_fstatfs, fd, out);
    if (result == 0 && rule("network", path, line)) out->f_type = 0x6969;
    return result;
}

struct dirent *readdir(DIR *dir)
{
    REAL("readdir", (struct dirent * (*)(DIR *)) NULL);
    char path[PATH_MAX];
    path_of_fd(dirfd(dir), path);
    if (fails(path, true)) return NULL;
    return real(dir);
}
