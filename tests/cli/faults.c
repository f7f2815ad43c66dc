/*
 * faults: makes one call of the system fail with EIO, in a program that it is preloaded into.
 *
 * FAULT_CALL names the call (open, read, fstat, readdir), FAULT_PATH a piece of the paths that
 * count, FAULT_AT which of those calls fails (from 1; 0 or unset: none). FAULT_COUNT is a file that
 * gets their number at the end. FAULT_LATER makes all later ones fail as well.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *call, *piece, *count_file;
static long at;
static bool later, ready;
static _Atomic long seen;

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("FAULT_AT");
    call = getenv("FAULT_CALL");
    piece = getenv("FAULT_PATH");
    count_file = getenv("FAULT_COUNT");
    later = getenv("FAULT_LATER") != NULL;
    at = text ? strtol(text, NULL, 10) : 0;
    ready = call && piece;
}

__attribute__((destructor)) static void end(void)
{
    ready = false;
    FILE *file = count_file ? fopen(count_file, "we") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", (long)seen);
    fclose(file);
}

/* The function that is called when nothing fails, as a pointer to be copied. */
static void find_real(const char *name, void *ret, size_t size)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    if (!symbol) abort();
    memcpy(ret, &symbol, size);
}
#define REAL(function, name) find_real((name), &(function), sizeof(function))

static bool fails(const char *name, const char *path)
{
    if (!ready || strcmp(name, call) != 0 || !strstr(path, piece)) return false;
    long number = atomic_fetch_add(&seen, 1) + 1;
    if (at == 0 || (number != at && !(later && number > at))) return false;
    errno = EIO;
    return true;
}

static bool fails_on(const char *name, int fd)
{
    char link[64], path[4096];
    if (!ready || strcmp(name, call) != 0) return false;
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (length < 0) return false;
    path[length] = '\0';
    return fails(name, path);
}

ssize_t read(int fd, void *buffer, size_t size)
{
    ssize_t (*real)(int, void *, size_t);
    if (fails_on("read", fd)) return -1;
    REAL(real, "read");
    return real(fd, buffer, size);
}

int fstat(int fd, struct stat *st)
{
    int (*real)(int, struct stat *);
    if (fails_on("fstat", fd)) return -1;
    REAL(real, "fstat");
    return real(fd, st);
}

struct dirent *readdir(DIR *dir)
{
    struct dirent *(*real)(DIR *);
    if (fails_on("readdir", dirfd(dir))) return NULL;
    REAL(real, "readdir");
    return real(dir);
}

/* With the mode that only a file that is made has. */
#define MODE_OF(flags, last)                                                                       \
    mode_t mode = 0;                                                                               \
    if ((flags)&O_CREAT) {                                                                         \
        va_list list;                                                                              \
        va_start(list, last);                                                                      \
        mode = va_arg(list, mode_t);                                                               \
        va_end(list);                                                                              \
    }

int open(const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    int (*real)(const char *, int, ...);
    if (fails("open", path)) return -1;
    REAL(real, "open");
    return real(path, flags, mode);
}

/* A name below a folder counts with the folder's path. */
int openat(int folder, const char *name, int flags, ...)
{
    MODE_OF(flags, flags)
    int (*real)(int, const char *, int, ...);
    char link[64], path[8192] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = folder >= 0 ? readlink(link, path, 4096) : 0;
    size_t used = length > 0 ? (size_t)length : 0;
    snprintf(path + used, sizeof path - used, "/%s", name);
    if (fails("open", path)) return -1;
    REAL(real, "openat");
    return real(folder, name, flags, mode);
}
