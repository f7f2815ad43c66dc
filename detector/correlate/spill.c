#include "detector/correlate/spill.h"

#include "detector/correlate/nameless.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)64 << 10)
#define HEAP_MAX ((size_t)UINT32_MAX)

struct tc_spill {
    const char *folder;
    tc_error *error; /* the owner's, for words */
    int file;
    uint64_t bytes, unread; /* written; and of these not read yet */
    uint8_t *buffer;
    size_t at, filled; /* what of the buffer was used, and what there is */
    uint8_t *heap;     /* texts of the present observation */
    size_t heap_capacity;
    tc_observation present;
};

static tc_status no_memory(tc_error *reterr)
{
    return tc_fail(reterr, TC_ENOMEM, "out of memory");
}

/* A file that was written and now cannot be read. */
static tc_status unreadable(const tc_spill *s, int sys)
{
    return tc_fail(s->error, TC_EIO, "cannot read back a temporary file in '%.200s': %s", s->folder,
                   sys ? strerrordesc_np(sys) : "it ends too early");
}

tc_status tc_spill_open(const char *folder, tc_error *error, tc_spill **ret)
{
    tc_spill *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return no_memory(error);
    s->folder = folder;
    s->error = error;
    s->file = -1;
    s->buffer = tc_alloc(1, BUFFER_BYTES);
    tc_status status = s->buffer ? tc_nameless_open(folder, &s->file, error) : no_memory(error);
    if (tc_failed(status)) {
        tc_spill_close(s);
        return status;
    }
    *ret = s;
    return TC_SUCCESS;
}

void tc_spill_close(tc_spill *s)
{
    if (s == NULL) return;
    if (s->file >= 0) close(s->file);
    tc_free(s->buffer);
    tc_free(s->heap);
    tc_free(s);
}

static tc_status flush(tc_spill *s)
{
    TC_TRY(tc_nameless_write(s->file, s->folder, s->buffer, s->filled, s->error));
    s->filled = 0;
    return TC_SUCCESS;
}

static tc_status put(tc_spill *s, const void *data, size_t length)
{
    const uint8_t *from = data;
    s->bytes += length;
    while (length) {
        size_t part = TC_MIN(length, BUFFER_BYTES - s->filled);
        memcpy(s->buffer + s->filled, from, part);
        s->filled += part;
        from += part;
        length -= part;
        if (s->filled == BUFFER_BYTES) TC_TRY(flush(s));
    }
    return TC_SUCCESS;
}

/* Moves a reference to where its text will stand behind the observation. */
static void move_ref(tc_text_ref *ref, uint32_t *end)
{
    ref->offset = *end;
    *end += ref->length;
}

tc_status tc_spill_write(tc_spill *s, const tc_observation *o, tc_slice heap)
{
    tc_observation moved = *o;
    uint32_t length = 0;
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++)
        move_ref(&moved.text[i], &length);
    move_ref(&moved.as_org, &length);
    TC_TRY(put(s, &length, sizeof(length)));
    TC_TRY(put(s, &moved, sizeof(moved)));
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++) {
        if (o->text[i].length) TC_TRY(put(s, heap.ptr + o->text[i].offset, o->text[i].length));
    }
    if (o->as_org.length == 0) return TC_SUCCESS;
    return put(s, heap.ptr + o->as_org.offset, o->as_org.length);
}

tc_status tc_spill_rewind(tc_spill *s)
{
    TC_TRY(flush(s));
    if (lseek(s->file, 0, SEEK_SET) != 0) return unreadable(s, errno);
    s->unread = s->bytes;
    s->at = 0;
    return TC_SUCCESS;
}

/* What was written must be there to the last byte: a file that ends early is an error. */
static tc_status get(tc_spill *s, void *data, size_t length)
{
    uint8_t *to = data;
    if (length > s->unread) return unreadable(s, 0);
    s->unread -= length;
    while (length) {
        if (s->at == s->filled) {
            ssize_t got = read(s->file, s->buffer, BUFFER_BYTES);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return unreadable(s, got < 0 ? errno : 0);
            s->at = 0;
            s->filled = (size_t)got;
        }
        size_t part = TC_MIN(length, s->filled - s->at);
        memcpy(to, s->buffer + s->at, part);
        s->at += part;
        to += part;
        length -= part;
    }
    return TC_SUCCESS;
}

tc_status tc_spill_next(tc_spill *s, const tc_observation **ret, tc_slice *ret_heap)
{
    uint32_t length = 0;
    *ret = NULL;
    if (s->unread == 0) return TC_SUCCESS;
    TC_TRY(get(s, &length, sizeof(length)));
    if (tc_failed(tc_grow(&s->heap, &s->heap_capacity, (size_t)length + 1, 1, HEAP_MAX)))
        return no_memory(s->error);
    TC_TRY(get(s, &s->present, sizeof(s->present)));
    if (length) TC_TRY(get(s, s->heap, length));
    *ret = &s->present;
    *ret_heap = tc_slice_make(s->heap, length);
    return TC_SUCCESS;
}

uint64_t tc_spill_size(const tc_observation *o)
{
    uint64_t size = sizeof(uint32_t) + sizeof(*o) + o->as_org.length;
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++)
        size += o->text[i].length;
    return size;
}

uint64_t tc_spill_bytes(const tc_spill *s)
{
    return s->bytes;
}
