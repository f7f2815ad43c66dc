#include "detector/correlate/spill.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)64 << 10)
#define HEAP_MAX ((size_t)UINT32_MAX)

struct tc_spill {
    int file;
    uint64_t bytes, unread; /* written; and of these not read yet */
    uint8_t *buffer;
    size_t at, filled; /* what of the buffer was used, and what there is */
    uint8_t *heap;     /* texts of the present observation */
    size_t heap_capacity;
    tc_observation present;
};

static int open_nameless(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return file;
    /* Not every file system can do that. */
    char name[4096];
    int length = snprintf(name, sizeof(name), "%s/tocsin-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof(name)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    file = mkostemp(name, O_CLOEXEC);
    if (file >= 0) unlink(name);
    return file;
}

tc_status tc_spill_open(const char *folder, tc_spill **ret)
{
    tc_spill *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return (tc_status){TC_ENOMEM};
    s->buffer = tc_alloc(1, BUFFER_BYTES);
    s->file = s->buffer ? open_nameless(folder) : -1;
    if (s->file < 0) {
        tc_code code = s->buffer ? TC_EIO : TC_ENOMEM;
        tc_spill_close(s);
        return (tc_status){code};
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
    size_t done = 0;
    while (done < s->filled) {
        ssize_t wrote = write(s->file, s->buffer + done, s->filled - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return (tc_status){TC_EIO};
        done += (size_t)wrote;
    }
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
    if (lseek(s->file, 0, SEEK_SET) != 0) return (tc_status){TC_EIO};
    s->unread = s->bytes;
    s->at = 0;
    return TC_SUCCESS;
}

/* What was written must be there to the last byte: a file that ends early is an error. */
static tc_status get(tc_spill *s, void *data, size_t length)
{
    uint8_t *to = data;
    if (length > s->unread) return (tc_status){TC_EIO};
    s->unread -= length;
    while (length) {
        if (s->at == s->filled) {
            ssize_t got = read(s->file, s->buffer, BUFFER_BYTES);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return (tc_status){TC_EIO};
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
    TC_TRY(tc_grow(&s->heap, &s->heap_capacity, (size_t)length + 1, 1, HEAP_MAX));
    TC_TRY(get(s, &s->present, sizeof(s->present)));
    if (length) TC_TRY(get(s, s->heap, length));
    *ret = &s->present;
    *ret_heap = tc_slice_make(s->heap, length);
    return TC_SUCCESS;
}

uint64_t tc_spill_bytes(const tc_spill *s)
{
    return s->bytes;
}
