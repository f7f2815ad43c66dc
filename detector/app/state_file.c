#include "detector/app/state_file.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER ((size_t)256 * 1024)
#define PATH_ROOM 4096

struct tc_state_file {
    const char *path;
    int old, new; /* descriptors; -1 = none */
    tc_visit *loader, *saver;
    int sys; /* of the last read or write that failed */
    size_t at, filled;
    char new_path[PATH_ROOM];
    uint8_t buffer[BUFFER];
};

/* -- opening -------------------------------------------------------------------------------- */

static TC_STATUS lock(const tc_state_file *f, tc_error *reterr)
{
    struct stat st;
    if (fstat(f->old, &st) != 0) return tc_fail_sys(reterr, errno, f->path, "cannot look at it");
    if (!S_ISREG(st.st_mode))
        return tc_fail_at(reterr, TC_ESYNTAX, f->path, 0, 0, "state is kept in a file, not there");
    if (flock(f->old, LOCK_EX | LOCK_NB) == 0) return TC_SUCCESS;
    if (errno == EWOULDBLOCK)
        return tc_fail_at(reterr, TC_EIO, f->path, 0, 0,
                          "another run has this state in use; wait until it has ended");
    return tc_fail_sys(reterr, errno, f->path, "cannot lock it");
}

static void folder_of(const char *path, char folder[PATH_ROOM])
{
    tc_slice text = tc_slice_of(path);
    size_t slash = tc_slice_rfind(text, '/');
    if (slash == TC_NPOS)
        snprintf(folder, PATH_ROOM, ".");
    else
        snprintf(folder, PATH_ROOM, "%.*s", (int)TC_MAX(slash, (size_t)1), path);
}

/* Hours of reading are not for finding out at their end that nothing can be kept. */
static TC_STATUS try_folder(const tc_state_file *f, tc_error *reterr)
{
    char folder[PATH_ROOM];
    folder_of(f->path, folder);
    if (access(folder, W_OK | X_OK) == 0) return TC_SUCCESS;
    return tc_fail_sys(reterr, errno, f->path, "the state cannot be kept in that folder");
}

static TC_STATUS open_old(tc_state_file *f, tc_error *reterr)
{
    int length = snprintf(f->new_path, sizeof(f->new_path), "%s.XXXXXX", f->path);
    if (length < 0 || (size_t)length >= sizeof(f->new_path))
        return tc_fail_at(reterr, TC_EIO, f->path, 0, 0, "the path is too long");
    TC_TRY(try_folder(f, reterr));
    f->old = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (f->old < 0 && errno == ENOENT) return TC_SUCCESS;
    if (f->old < 0) return tc_fail_sys(reterr, errno, f->path, "cannot read it");
    return lock(f, reterr);
}

TC_STATUS tc_state_file_open(const char *path, tc_state_file **ret, tc_error *reterr)
{
    tc_state_file *f = tc_alloc(1, sizeof(*f));
    *ret = NULL;
    if (f == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    f->path = path;
    f->old = f->new = -1;
    tc_status status = open_old(f, reterr);
    if (tc_failed(status))
        tc_state_file_close(f);
    else
        *ret = f;
    return status;
}

static void drop_new(tc_state_file *f)
{
    if (f->new < 0) return;
    (void)close(f->new);
    (void)unlink(f->new_path);
    f->new = -1;
}

void tc_state_file_close(tc_state_file *f)
{
    if (f == NULL) return;
    tc_visit_free(f->loader);
    tc_visit_free(f->saver);
    drop_new(f);
    if (f->old >= 0) (void)close(f->old);
    tc_free(f);
}

bool tc_state_file_is_new(const tc_state_file *f)
{
    return f->old < 0;
}

/* -- reading -------------------------------------------------------------------------------- */

static TC_STATUS read_old(void *context, uint8_t *out, size_t room, size_t *ret_got)
{
    tc_state_file *f = context;
    while (f->at == f->filled) {
        ssize_t n = read(f->old, f->buffer, BUFFER);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            f->sys = errno;
            return (tc_status){TC_EIO};
        }
        *ret_got = 0;
        if (n == 0) return TC_SUCCESS;
        f->at = 0;
        f->filled = (size_t)n;
    }
    *ret_got = TC_MIN(room, f->filled - f->at);
    memcpy(out, f->buffer + f->at, *ret_got);
    f->at += *ret_got;
    return TC_SUCCESS;
}

TC_STATUS tc_state_file_read(tc_state_file *f, tc_visit **ret, tc_error *reterr)
{
    TC_ASSERT(f->old >= 0 && f->saver == NULL);
    tc_visit_free(f->loader);
    f->at = f->filled = 0;
    f->loader = tc_visit_loader(read_old, f);
    if (f->loader == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (lseek(f->old, 0, SEEK_SET) != 0)
        return tc_fail_sys(reterr, errno, f->path, "cannot read it");
    *ret = f->loader;
    return TC_SUCCESS;
}

/* -- writing -------------------------------------------------------------------------------- */

static TC_STATUS write_out(tc_state_file *f)
{
    for (size_t at = 0; at < f->filled;) {
        ssize_t n = write(f->new, f->buffer + at, f->filled - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            f->sys = errno;
            return (tc_status){TC_EIO};
        }
        at += (size_t)n;
    }
    f->filled = 0;
    return TC_SUCCESS;
}

static TC_STATUS write_new(void *context, tc_slice bytes)
{
    tc_state_file *f = context;
    while (bytes.len > 0) {
        size_t part = TC_MIN(bytes.len, BUFFER - f->filled);
        memcpy(f->buffer + f->filled, bytes.ptr, part);
        f->filled += part;
        bytes = tc_slice_sub(bytes, part, TC_NPOS);
        if (f->filled == BUFFER) TC_TRY(write_out(f));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_state_file_write(tc_state_file *f, tc_visit **ret, tc_error *reterr)
{
    TC_ASSERT(f->saver == NULL);
    tc_visit_free(f->loader);
    f->loader = NULL;
    f->filled = 0;
    f->new = mkostemp(f->new_path, O_CLOEXEC);
    if (f->new < 0) return tc_fail_sys(reterr, errno, f->path, "cannot write a new file beside it");
    f->saver = tc_visit_saver(write_new, f);
    if (f->saver == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    *ret = f->saver;
    return TC_SUCCESS;
}

/* The name of a file is on disk when its folder is. */
static TC_STATUS sync_folder(const tc_state_file *f, tc_error *reterr)
{
    char folder[PATH_ROOM];
    folder_of(f->path, folder);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return tc_fail_sys(reterr, errno, f->path, "cannot look at its folder");
    int failed = fsync(descriptor) != 0 && errno != EINVAL ? errno : 0;
    (void)close(descriptor);
    return failed ? tc_fail_sys(reterr, failed, f->path, "cannot write it to disk") : TC_SUCCESS;
}

TC_STATUS tc_state_file_commit(tc_state_file *f, tc_error *reterr)
{
    TC_ASSERT(f->saver != NULL);
    if (tc_visit_failed(f->saver)) return tc_state_file_failed(f, f->saver, reterr);
    if (tc_failed(write_out(f))) return tc_fail_sys(reterr, f->sys, f->path, "cannot write it");
    if (fsync(f->new) != 0 && errno != EINVAL)
        return tc_fail_sys(reterr, errno, f->path, "cannot write it to disk");
    if (rename(f->new_path, f->path) != 0)
        return tc_fail_sys(reterr, errno, f->path, "cannot put it in place");
    (void)close(f->new);
    f->new = -1;
    return sync_folder(f, reterr);
}

TC_STATUS tc_state_file_failed(const tc_state_file *f, const tc_visit *v, tc_error *reterr)
{
    tc_status status = tc_visit_status(v);
    const char *where = tc_visit_where(v);
    if (status.code == TC_EIO)
        return tc_fail_sys(reterr, f->sys, f->path,
                           tc_visit_loads(v) ? "cannot read it" : "cannot write it");
    if (status.code == TC_ENOMEM)
        return tc_fail_at(reterr, TC_ENOMEM, f->path, 0, 0, "no memory for it");
    return tc_fail_at(reterr, status.code, f->path, 0, 0,
                      "this is no state that can be used: %s%s%s%s; move it away to begin anew",
                      tc_visit_problem(v), where[0] ? " (part '" : "", where, where[0] ? "')" : "");
}
