#include "detector/pipeline/spool.h"

#include "detector/memory/nameless.h"
#include "detector/pipeline/run.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <unistd.h>

struct tc_spool {
    const char *folder;
    size_t memory_bytes;
    tc_str text;      /* what was added last */
    int file;         /* what came before it; -1 = nothing */
    uint64_t on_disk; /* bytes of it */
};

tc_spool *tc_spool_new(size_t memory_bytes, const char *folder)
{
    tc_spool *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->folder = folder;
    s->memory_bytes = memory_bytes;
    s->file = -1;
    tc_str_init(&s->text, memory_bytes);
    return s;
}

void tc_spool_free(tc_spool *s)
{
    if (s == NULL) return;
    tc_spool_clear(s);
    tc_str_done(&s->text);
    tc_free(s);
}

void tc_spool_clear(tc_spool *s)
{
    if (s->file >= 0) close(s->file);
    s->file = -1;
    s->on_disk = 0;
    tc_str_clear(&s->text);
}

static TC_STATUS write_out(tc_spool *s, tc_slice text, tc_error *reterr)
{
    if (text.len == 0) return TC_SUCCESS;
    if (s->file < 0) TC_TRY(tc_nameless_open(s->folder, &s->file, reterr));
    TC_TRY(tc_nameless_write(s->file, s->folder, text.ptr, text.len, reterr));
    s->on_disk += text.len;
    return TC_SUCCESS;
}

TC_STATUS tc_spool_add(tc_spool *s, tc_slice text, tc_error *reterr)
{
    if (text.len > s->memory_bytes - s->text.len) {
        TC_TRY(write_out(s, tc_str_view(&s->text), reterr));
        tc_str_clear(&s->text);
    }
    if (text.len > s->memory_bytes) return write_out(s, text, reterr);
    tc_str_add(&s->text, text);
    if (!tc_failed(tc_str_status(&s->text))) return TC_SUCCESS;
    return tc_fail(reterr, tc_str_status(&s->text).code, "out of memory");
}

static TC_STATUS unreadable(const tc_spool *s, int sys, tc_error *reterr)
{
    return tc_fail(reterr, TC_EIO, "cannot read back a temporary file in '%.200s': %s", s->folder,
                   sys ? strerrordesc_np(sys) : "it ends too early");
}

static TC_STATUS copy_file(tc_spool *s, tc_spool_write write, void *context, tc_error *reterr)
{
    uint8_t buffer[65536];
    if (lseek(s->file, 0, SEEK_SET) != 0) return unreadable(s, errno, reterr);
    for (uint64_t left = s->on_disk; left > 0;) {
        ssize_t got = read(s->file, buffer, (size_t)TC_MIN(left, sizeof(buffer)));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return unreadable(s, got < 0 ? errno : 0, reterr);
        TC_TRY(write(context, tc_slice_make(buffer, (size_t)got), reterr));
        left -= (uint64_t)got;
    }
    return TC_SUCCESS;
}

TC_STATUS tc_spool_copy(tc_spool *s, tc_spool_write write, void *context, tc_error *reterr)
{
    if (s->file >= 0) TC_TRY(copy_file(s, write, context, reterr));
    TC_TRY(write(context, tc_str_view(&s->text), reterr));
    tc_spool_clear(s);
    return TC_SUCCESS;
}

uint64_t tc_spool_on_disk(const tc_spool *s)
{
    return s->on_disk;
}
