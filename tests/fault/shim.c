#include "tests/fault/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES 4096
#define NAMES 256

typedef struct open_file {
    bool watched, folder;
    int object;
} open_file;

static struct {
    const char *folder;
    shim_before before;
    shim_after after;
    void *context;
    open_file files[FILES];
    char names[NAMES][SHIM_NAME];
    int objects[NAMES];
    int name_count, object_count;
} shim;

void shim_watch(const char *folder, shim_before before, shim_after after, void *context)
{
    memset(&shim, 0, sizeof(shim));
    shim.folder = folder;
    shim.before = before;
    shim.after = after;
    shim.context = context;
}

/* -- names ---------------------------------------------------------------------------------- */

/* The name within the folder; NULL: it is not in it. "." is the folder. */
static const char *within(int at, const char *path)
{
    if (shim.folder == NULL) return NULL;
    if (path[0] != '/')
        return at >= 0 && at < FILES && shim.files[at].folder && !strchr(path, '/') ? path : NULL;
    size_t length = strlen(shim.folder);
    if (strncmp(path, shim.folder, length) != 0) return NULL;
    if (path[length] == '\0') return ".";
    return path[length] == '/' && !strchr(path + length + 1, '/') ? path + length + 1 : NULL;
}

static int *slot_of(const char *name)
{
    for (int i = 0; i < shim.name_count; i++)
        if (strcmp(shim.names[i], name) == 0) return &shim.objects[i];
    return NULL;
}

static int set_name(const char *name, int object)
{
    int *slot = slot_of(name);
    if (slot) return *slot = object;
    if (shim.name_count == NAMES) abort();
    snprintf(shim.names[shim.name_count], SHIM_NAME, "%s", name);
    return shim.objects[shim.name_count++] = object;
}

static int object_of(const char *name)
{
    int *slot = slot_of(name);
    return slot && *slot >= 0 ? *slot : -1;
}

static const open_file *file_of(int fd)
{
    return shim.folder && fd >= 0 && fd < FILES && shim.files[fd].watched ? &shim.files[fd] : NULL;
}

static int ask(const shim_call *call)
{
    return shim.before ? shim.before(shim.context, call) : 0;
}

static void tell(const shim_call *call, bool done)
{
    int sys = errno;
    if (shim.after) shim.after(shim.context, call, done);
    errno = sys;
}

static long refuse(int sys)
{
    errno = sys;
    return -1;
}

/* -- opening -------------------------------------------------------------------------------- */

static void note_open(int fd, const char *name)
{
    if (fd < 0 || fd >= FILES) return;
    bool folder = strcmp(name, ".") == 0;
    int object = folder ? -1 : object_of(name);
    if (!folder && object < 0) object = set_name(name, shim.object_count++);
    shim.files[fd] = (open_file){true, folder, object};
}

static int open_it(int at, const char *path, int flags, mode_t mode)
{
    const char *name = within(at, path);
    if (name == NULL) {
        int fd = (int)syscall(SYS_openat, at, path, flags, mode);
        if (fd >= 0 && fd < FILES) shim.files[fd].watched = false;
        return fd;
    }
    bool creates = (flags & O_CREAT) && syscall(SYS_faccessat, at, path, F_OK) != 0;
    shim_call call = {.kind = creates ? SHIM_CREATE : SHIM_TRUNCATE, .name = name};
    bool shown = creates || (flags & O_TRUNC);
    if (shown) call.object = creates ? shim.object_count : object_of(name);
    int sys = shown ? ask(&call) : 0;
    if (sys) return (int)refuse(sys);
    int fd = (int)syscall(SYS_openat, at, path, flags, mode);
    if (creates && fd >= 0) (void)set_name(name, shim.object_count++);
    if (fd >= 0) note_open(fd, name);
    if (shown) tell(&call, fd >= 0);
    return fd;
}

#define MODE                                                                                       \
    va_list args;                                                                                  \
    va_start(args, flags);                                                                         \
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;                                      \
    va_end(args)

int open(const char *path, int flags, ...)
{
    MODE;
    return open_it(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    MODE;
    return open_it(AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...)
{
    MODE;
    return open_it(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...)
{
    MODE;
    return open_it(at, path, flags, mode);
}

int close(int fd)
{
    if (fd >= 0 && fd < FILES) shim.files[fd].watched = shim.files[fd].folder = false;
    return (int)syscall(SYS_close, fd);
}

/* -- bytes ---------------------------------------------------------------------------------- */

static ssize_t write_at(int fd, const void *bytes, size_t size, off_t at, bool seeks)
{
    const open_file *file = file_of(fd);
    shim_call call = {.kind = SHIM_WRITE, .at = at, .bytes = bytes, .size = size};
    if (file) {
        call.object = file->object;
        if (seeks) call.at = lseek(fd, 0, SEEK_CUR);
        int sys = ask(&call);
        if (sys) return refuse(sys);
    }
    ssize_t n =
        seeks ? syscall(SYS_write, fd, bytes, size) : syscall(SYS_pwrite64, fd, bytes, size, at);
    if (n >= 0) call.size = (size_t)n;
    if (file) tell(&call, n >= 0);
    return n;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    return write_at(fd, bytes, size, 0, true);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    return write_at(fd, bytes, size, at, false);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
    return write_at(fd, bytes, size, at, false);
}

static int cut(int fd, off_t length)
{
    const open_file *file = file_of(fd);
    shim_call call = {.kind = SHIM_TRUNCATE, .at = length};
    if (file) {
        call.object = file->object;
        int sys = ask(&call);
        if (sys) return (int)refuse(sys);
    }
    int rc = (int)syscall(SYS_ftruncate, fd, length);
    if (file) tell(&call, rc == 0);
    return rc;
}

int ftruncate(int fd, off_t length)
{
    return cut(fd, length);
}

int ftruncate64(int fd, off_t length)
{
    return cut(fd, length);
}

static int sync_it(int fd, long number)
{
    const open_file *file = file_of(fd);
    if (file == NULL) return (int)syscall(number, fd);
    shim_call call = {.kind = file->folder ? SHIM_SYNC_FOLDER : SHIM_SYNC, .object = file->object};
    int sys = ask(&call);
    if (sys) {
        tell(&call, false);
        return (int)refuse(sys);
    }
    tell(&call, true);
    return 0; /* the folder lies in memory: there is nothing to sync */
}

int fsync(int fd)
{
    return sync_it(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return sync_it(fd, SYS_fdatasync);
}

/* -- names that change ---------------------------------------------------------------------- */

int renameat(int at, const char *from, int to_at, const char *to)
{
    const char *name = within(at, from), *new_name = within(to_at, to);
    shim_call call = {.kind = SHIM_RENAME, .name = name, .to = new_name};
    if (name && new_name) {
        call.object = object_of(name);
        int sys = ask(&call);
        if (sys) return (int)refuse(sys);
    }
    int rc = (int)syscall(SYS_renameat, at, from, to_at, to);
    if (name && new_name && rc == 0) {
        (void)set_name(new_name, call.object);
        (void)set_name(name, -1);
    }
    if (name && new_name) tell(&call, rc == 0);
    return rc;
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int at, const char *path, int flags)
{
    const char *name = within(at, path);
    shim_call call = {.kind = SHIM_UNLINK, .name = name};
    if (name) {
        call.object = object_of(name);
        int sys = ask(&call);
        if (sys) return (int)refuse(sys);
    }
    int rc = (int)syscall(SYS_unlinkat, at, path, flags);
    if (name && rc == 0) (void)set_name(name, -1);
    if (name) tell(&call, rc == 0);
    return rc;
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}
