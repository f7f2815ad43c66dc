#include "detector/store/snapshot_file.h"

#include "detector/store/store.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BUFFER ((size_t)256 * 1024)
#define HEAD_NAME "snapshot"
#define HEAD_VERSION 1
#define END_NAME "end of the snapshot"

struct tc_snapshot_file {
    const tc_folder *folder;
    char name[TC_FOLDER_NAME];
    int file;
    bool is_new; /* being written: not yet under its name */
    tc_visit *visit;
    int sys; /* of the last read or write that failed */
    uint64_t bytes, sum;
    size_t at, filled;
    uint8_t key[TC_STORE_KEY_MAX];
    uint8_t buffer[BUFFER];
};

const char *tc_snapshot_name(uint64_t number, char out[TC_FOLDER_NAME])
{
    snprintf(out, TC_FOLDER_NAME, TC_SNAPSHOT_PREFIX "%" PRIu64, number);
    return out;
}

bool tc_snapshot_is(const char *name, uint64_t *ret_number)
{
    tc_slice text = tc_slice_of(name), prefix = TC_LIT(TC_SNAPSHOT_PREFIX);
    if (!tc_slice_starts(text, prefix)) return false;
    return tc_slice_to_u64(tc_slice_sub(text, prefix.len, TC_NPOS), ret_number) && *ret_number > 0;
}

/* -- bytes ---------------------------------------------------------------------------------- */

static TC_STATUS write_out(tc_snapshot_file *f)
{
    for (size_t at = 0; at < f->filled;) {
        ssize_t n = write(f->file, f->buffer + at, f->filled - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            f->sys = errno;
            return (tc_status){TC_EIO};
        }
        at += (size_t)n;
    }
    f->sum = tc_content_hash_add(f->sum, tc_slice_make(f->buffer, f->filled));
    f->bytes += f->filled;
    f->filled = 0;
    return TC_SUCCESS;
}

static TC_STATUS take(void *context, tc_slice bytes)
{
    tc_snapshot_file *f = context;
    while (bytes.len > 0) {
        size_t part = TC_MIN(bytes.len, BUFFER - f->filled);
        memcpy(f->buffer + f->filled, bytes.ptr, part);
        f->filled += part;
        bytes = tc_slice_sub(bytes, part, TC_NPOS);
        if (f->filled == BUFFER) TC_TRY(write_out(f));
    }
    return TC_SUCCESS;
}

/* Fills the buffer as far as the file goes. */
static TC_STATUS read_in(tc_snapshot_file *f)
{
    f->at = f->filled = 0;
    while (f->filled < BUFFER) {
        ssize_t n = read(f->file, f->buffer + f->filled, BUFFER - f->filled);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            f->sys = errno;
            return (tc_status){TC_EIO};
        }
        if (n == 0) break;
        f->filled += (size_t)n;
    }
    return TC_SUCCESS;
}

static TC_STATUS give(void *context, uint8_t *out, size_t room, size_t *ret_got)
{
    tc_snapshot_file *f = context;
    *ret_got = 0;
    if (f->at == f->filled) TC_TRY(read_in(f));
    *ret_got = TC_MIN(room, f->filled - f->at);
    memcpy(out, f->buffer + f->at, *ret_got);
    f->at += *ret_got;
    return TC_SUCCESS;
}

/* -- files ---------------------------------------------------------------------------------- */

static TC_STATUS words(const tc_snapshot_file *f, tc_error *reterr, const char *what)
{
    char path[TC_FOLDER_PATH];
    return tc_fail_sys(reterr, f->sys, tc_folder_path(f->folder, f->name, path), "%s", what);
}

static TC_STATUS begin(const tc_folder *folder, const char *name, int flags, bool is_new,
                       tc_snapshot_file **ret, tc_error *reterr)
{
    tc_snapshot_file *f = tc_alloc(1, sizeof(*f));
    *ret = NULL;
    if (f == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    f->folder = folder;
    f->is_new = is_new;
    snprintf(f->name, sizeof(f->name), "%s", name);
    f->file = openat(folder->at, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    f->visit = is_new ? tc_visit_saver(take, f) : tc_visit_loader(give, f);
    tc_status status = TC_SUCCESS;
    if (f->visit == NULL) status = tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (f->file < 0) {
        f->sys = errno;
        status = words(f, reterr, is_new ? "cannot write a snapshot" : "cannot read it");
    }
    if (tc_failed(status))
        tc_snapshot_close(f);
    else
        *ret = f;
    return status;
}

TC_STATUS tc_snapshot_create(const tc_folder *folder, tc_snapshot_file **ret, tc_error *reterr)
{
    return begin(folder, TC_SNAPSHOT_NEW, O_WRONLY | O_CREAT | O_TRUNC, true, ret, reterr);
}

TC_STATUS tc_snapshot_open(const tc_folder *folder, uint64_t number, tc_snapshot_file **ret,
                           tc_error *reterr)
{
    char name[TC_FOLDER_NAME];
    return begin(folder, tc_snapshot_name(number, name), O_RDONLY | O_NONBLOCK, false, ret, reterr);
}

void tc_snapshot_close(tc_snapshot_file *f)
{
    if (f == NULL) return;
    tc_visit_free(f->visit);
    if (f->file >= 0) (void)close(f->file);
    if (f->is_new) tc_folder_remove(f->folder, f->name);
    tc_free(f);
}

tc_visit *tc_snapshot_visit(tc_snapshot_file *f)
{
    return f->visit;
}

TC_STATUS tc_snapshot_measure(tc_snapshot_file *f, uint64_t *ret_bytes, int64_t *ret_sum,
                              tc_error *reterr)
{
    uint64_t sum = 0;
    *ret_bytes = 0;
    do {
        if (tc_failed(read_in(f))) return words(f, reterr, "cannot read it");
        *ret_bytes += f->filled;
        if (f->filled) sum = tc_content_hash_add(sum, tc_slice_make(f->buffer, f->filled));
    } while (f->filled == BUFFER);
    memcpy(ret_sum, &sum, sizeof(sum));
    f->at = f->filled = 0;
    if (lseek(f->file, 0, SEEK_SET) == 0) return TC_SUCCESS;
    f->sys = errno;
    return words(f, reterr, "cannot read it");
}

/* -- what it holds -------------------------------------------------------------------------- */

bool tc_snapshot_head(tc_snapshot_file *f, tc_snapshot *s)
{
    tc_visit *v = f->visit;
    if (!tc_visit_begin(v, HEAD_NAME, HEAD_VERSION)) {
        tc_visit_refuse(v, "another version of the program has written it");
        return false;
    }
    tc_visit_u64(v, &s->number);
    tc_visit_u64(v, &s->journal);
    tc_visit_time(v, &s->made);
    tc_visit_time(v, &s->born);
    return !tc_visit_failed(v);
}

bool tc_snapshot_value(tc_snapshot_file *f, bool more, uint32_t *space, tc_slice *key,
                       tc_slice *value)
{
    tc_visit *v = f->visit;
    tc_visit_bool(v, &more);
    if (!more) {
        tc_visit_end(v);
        return false;
    }
    tc_visit_u32(v, space);
    tc_visit_text(v, key, TC_STORE_KEY_MAX);
    if (tc_visit_loads(v) && key->len) {
        memcpy(f->key, key->ptr, key->len);
        key->ptr = f->key;
    }
    tc_visit_text(v, value, TC_STORE_VALUE_MAX);
    return !tc_visit_failed(v);
}

void tc_snapshot_end(tc_snapshot_file *f)
{
    if (tc_visit_begin(f->visit, END_NAME, HEAD_VERSION)) tc_visit_end(f->visit);
}

TC_STATUS tc_snapshot_failed(const tc_snapshot_file *f, tc_error *reterr)
{
    tc_status status = tc_visit_status(f->visit);
    const char *where = tc_visit_where(f->visit);
    char path[TC_FOLDER_PATH];
    if (status.code == TC_EIO)
        return words(f, reterr, f->is_new ? "cannot write it" : "cannot read it");
    return tc_fail_at(reterr, status.code, tc_folder_path(f->folder, f->name, path), 0, 0,
                      "%s%s%s%s",
                      status.code == TC_ENOMEM ? "no memory for it" : tc_visit_problem(f->visit),
                      where[0] ? " (part '" : "", where, where[0] ? "')" : "");
}

/* What fails here fails again when it is placed. */
void tc_snapshot_flush(tc_snapshot_file *f)
{
    (void)sync_file_range(f->file, 0, 0, SYNC_FILE_RANGE_WRITE);
}

TC_STATUS tc_snapshot_place(tc_snapshot_file *f, tc_snapshot *s, tc_error *reterr)
{
    char name[TC_FOLDER_NAME];
    if (tc_visit_failed(f->visit)) return tc_snapshot_failed(f, reterr);
    if (tc_failed(write_out(f))) return words(f, reterr, "cannot write it");
    if (fsync(f->file) != 0) {
        f->sys = errno;
        return words(f, reterr, "cannot write it to disk");
    }
    s->bytes = f->bytes;
    memcpy(&s->sum, &f->sum, sizeof(s->sum));
    if (renameat(f->folder->at, f->name, f->folder->at, tc_snapshot_name(s->number, name)) != 0) {
        f->sys = errno;
        return words(f, reterr, "cannot put it in place");
    }
    f->is_new = false;
    tc_status status = tc_folder_sync(f->folder, reterr);
    if (tc_failed(status)) tc_folder_remove(f->folder, name);
    return status;
}
