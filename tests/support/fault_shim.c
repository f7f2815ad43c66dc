/*
 * fault_shim: makes one call into the system fail, in a program that does not know (LD_PRELOAD).
 *
 *   FAULT_CALL   the name of one call below, or malloc (with calloc and realloc)
 *   FAULT_AT     which call of that name fails, from 1; 0 or none = no call
 *   FAULT_ERRNO  with what errno
 *   FAULT_COUNT  a file to which the number of calls is written at the end
 *
 * One call fails and all others succeed, as a hiccup of a network file system does. readdir and
 * read count for every thread together. Calls of the C library to itself are not seen.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Atomic unsigned long calls;
static unsigned long fail_at;
static int fail_errno = EIO;
static char wanted[32];
static bool ready;

__attribute__((constructor)) static void begin(void)
{
    const char *call = getenv("FAULT_CALL");
    const char *at = getenv("FAULT_AT");
    const char *number = getenv("FAULT_ERRNO");
    snprintf(wanted, sizeof wanted, "%s", call ? call : "");
    fail_at = at ? strtoul(at, NULL, 10) : 0;
    if (number) fail_errno = (int)strtol(number, NULL, 10);
    ready = true;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULT_COUNT");
    ready = false;
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%lu\n", atomic_load(&calls));
    fclose(file);
}

static bool fails(const char *call)
{
    if (!ready || strcmp(call, wanted) != 0) return false;
    if (atomic_fetch_add(&calls, 1) + 1 != fail_at) return false;
    errno = fail_errno;
    return true;
}

/* The next definition of the same name; a function pointer cannot be cast from void *. */
#define REAL(name, type)                                                                           \
    static __typeof__(type) real;                                                                  \
    if (!real) {                                                                                   \
        void *found = dlsym(RTLD_NEXT, name);                                                      \
        memcpy(&real, &found, sizeof real);                                                        \
    }

/* -- files -------------------------------------------------------------------------------- */

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        REAL(#name, int (*)(const char *, int, ...))                                               \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_of(flags, args);                                                        \
        va_end(args);                                                                              \
        return fails("open") ? -1 : real(path, flags, mode);                                       \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
    int name(int folder, const char *path, int flags, ...)                                         \
    {                                                                                              \
        REAL(#name, int (*)(int, const char *, int, ...))                                          \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_of(flags, args);                                                        \
        va_end(args);                                                                              \
        return fails("open") ? -1 : real(folder, path, flags, mode);                               \
    }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                                                                \
    FILE *name(const char *path, const char *mode)                                                 \
    {                                                                                              \
        REAL(#name, FILE *(*)(const char *, const char *))                                         \
        return fails("open") ? NULL : real(path, mode);                                            \
    }
FOPEN(fopen)
FOPEN(fopen64)

DIR *opendir(const char *path)
{
    REAL("opendir", DIR * (*)(const char *))
    return fails("opendir") ? NULL : real(path);
}

DIR *fdopendir(int fd)
{
    REAL("fdopendir", DIR * (*)(int))
    return fails("opendir") ? NULL : real(fd);
}

struct dirent *readdir(DIR *dir)
{
    REAL("readdir", struct dirent * (*)(DIR *))
    return fails("readdir") ? NULL : real(dir);
}

struct dirent64 *readdir64(DIR *dir)
{
    REAL("readdir64", struct dirent64 * (*)(DIR *))
    return fails("readdir") ? NULL : real(dir);
}

ssize_t read(int fd, void *out, size_t size)
{
    REAL("read", ssize_t(*)(int, void *, size_t))
    return fails("read") ? -1 : real(fd, out, size);
}

size_t fread(void *out, size_t size, size_t count, FILE *file)
{
    REAL("fread", size_t(*)(void *, size_t, size_t, FILE *))
    if (!fails("fread")) return real(out, size, count, file);
    /* As stdio has it: nothing read, and the stream's error indicator set. */
    file->_flags |= 0x20;
    return 0;
}

#define PREAD(name)                                                                                \
    ssize_t name(int fd, void *out, size_t size, off_t offset)                                     \
    {                                                                                              \
        REAL(#name, ssize_t (*)(int, void *, size_t, off_t))                                       \
        return fails("pread") ? -1 : real(fd, out, size, offset);                                  \
    }
PREAD(pread)
PREAD(pread64)

ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL("write", ssize_t(*)(int, const void *, size_t))
    return fails("write") ? -1 : real(fd, bytes, size);
}

/* The descriptor is closed whatever is told. */
int close(int fd)
{
    REAL("close", int (*)(int))
    int sys = errno;
    if (!fails("close")) return real(fd);
    (void)real(fd);
    errno = fail_errno ? fail_errno : sys;
    return -1;
}

#define STAT(name, where, type)                                                                    \
    int name(where file, struct type *out)                                                         \
    {                                                                                              \
        REAL(#name, int (*)(where, struct type *))                                                 \
        return fails("stat") ? -1 : real(file, out);                                               \
    }
STAT(stat, const char *, stat)
STAT(stat64, const char *, stat64)
STAT(lstat, const char *, stat)
STAT(lstat64, const char *, stat64)

#define FSTAT(name, type)                                                                          \
    int name(int fd, struct type *out)                                                             \
    {                                                                                              \
        REAL(#name, int (*)(int, struct type *))                                                   \
        return fails("fstat") ? -1 : real(fd, out);                                                \
    }
FSTAT(fstat, stat)
FSTAT(fstat64, stat64)

#define FSTATAT(name, type)                                                                        \
    int name(int folder, const char *path, struct type *out, int flags)                            \
    {                                                                                              \
        REAL(#name, int (*)(int, const char *, struct type *, int))                                \
        return fails("fstat") ? -1 : real(folder, path, out, flags);                               \
    }
FSTATAT(fstatat, stat)
FSTATAT(fstatat64, stat64)

int ftruncate(int fd, off_t length)
{
    REAL("ftruncate", int (*)(int, off_t))
    return fails("ftruncate") ? -1 : real(fd, length);
}

/* -- the rest ----------------------------------------------------------------------------- */

#define MMAP(name)                                                                                 \
    void *name(void *at, size_t size, int access, int flags, int fd, off_t offset)                 \
    {                                                                                              \
        REAL(#name, void *(*)(void *, size_t, int, int, int, off_t))                               \
        return fails("mmap") ? MAP_FAILED : real(at, size, access, flags, fd, offset);             \
    }
MMAP(mmap)
MMAP(mmap64)

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *context)
{
    REAL("pthread_create", int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))
    return fails("pthread_create") ? EAGAIN : real(thread, attributes, start, context);
}

/* glibc's own names: dlsym would allocate before there is an allocator. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    return fails("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails("malloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails("malloc") ? NULL : __libc_realloc(memory, size);
}
