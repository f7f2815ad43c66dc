#include "detector/memory/spill.h"

#include "detector/memory/nameless.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)64 << 10)
#define HEAP_MAX ((size_t)UINT32_MAX)

/* The file of a run, which goes with the last reader. */
typedef struct spill_file {
    int descriptor;
    unsigned readers;
    uint64_t counted; /* bytes of it in *held */
    uint64_t *held;
} spill_file;

struct tc_spill {
    const char *folder;
    tc_error *error; /* the owner's, for words */
    spill_file *file;
    uint64_t place;         /* in the file, of what is not in the buffer yet */
    uint64_t bytes, unread; /* written; and of these not read yet */
    uint8_t *buffer;
    size_t at, filled; /* what of the buffer was used, and what there is */
    uint8_t *heap;     /* texts of the present observation */
    size_t heap_capacity;
    tc_observation present;
};

static TC_STATUS no_memory(tc_error *reterr)
{
    return tc_fail(reterr, TC_ENOMEM, "out of memory");
}

/* A file that was written and now cannot be read. */
static TC_STATUS unreadable(const tc_spill *s, int sys)
{
    return tc_fail(s->error, TC_EIO, "cannot read back a temporary file in '%.200s': %s", s->folder,
                   sys ? strerrordesc_np(sys) : "it ends too early");
}

TC_STATUS tc_spill_open(const char *folder, tc_error *error, uint64_t *held, tc_spill **ret)
{
    tc_spill *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return no_memory(error);
    s->folder = folder;
    s->error = error;
    s->buffer = tc_alloc(1, BUFFER_BYTES);
    s->file = tc_alloc(1, sizeof(*s->file));
    if (s->file != NULL) *s->file = (spill_file){.descriptor = -1, .readers = 1, .held = held};
    tc_status status = s->buffer != NULL && s->file != NULL
                           ? tc_nameless_open(folder, &s->file->descriptor, error)
                           : no_memory(error);
    if (tc_failed(status)) {
        tc_spill_close(s);
        return status;
    }
    *ret = s;
    return TC_SUCCESS;
}

static void leave_file(spill_file *f)
{
    if (f == NULL || --f->readers > 0) return;
    if (f->descriptor >= 0) close(f->descriptor);
    *f->held -= f->counted;
    tc_free(f);
}

void tc_spill_close(tc_spill *s)
{
    if (s == NULL) return;
    leave_file(s->file);
    tc_free(s->buffer);
    tc_free(s->heap);
    tc_free(s);
}

static TC_STATUS flush(tc_spill *s)
{
    TC_TRY(tc_nameless_write(s->file->descriptor, s->folder, s->buffer, s->filled, s->error));
    s->filled = 0;
    return TC_SUCCESS;
}

static TC_STATUS put(tc_spill *s, const void *data, size_t length)
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

/* Most bytes of an observation are zero: it is written as pairs of "so many zeros, so many others"
 * and the others. At worst every second byte is zero. */
#define PACKED_MAX (2 * sizeof(tc_observation) + 4)

static size_t run_of(const uint8_t *from, size_t length, bool zeros)
{
    size_t n = 0;
    while (n < length && n < UINT8_MAX && (from[n] == 0) == zeros)
        n++;
    return n;
}

static size_t pack(const tc_observation *o, uint8_t out[PACKED_MAX])
{
    uint8_t bytes[sizeof(*o)];
    size_t length = 0;
    memcpy(bytes, o, sizeof(bytes));
    for (size_t at = 0; at < sizeof(bytes);) {
        size_t zeros = run_of(bytes + at, sizeof(bytes) - at, true);
        size_t others = run_of(bytes + at + zeros, sizeof(bytes) - at - zeros, false);
        out[length++] = (uint8_t)zeros;
        out[length++] = (uint8_t)others;
        memcpy(out + length, bytes + at + zeros, others);
        length += others;
        at += zeros + others;
    }
    return length;
}

/* Moves a reference to where its text will stand behind the observation. */
static void move_ref(tc_text_ref *ref, uint32_t *end)
{
    ref->offset = ref->length ? *end : 0;
    *end += ref->length;
}

static tc_observation moved(const tc_observation *o, uint32_t *ret_texts)
{
    tc_observation m = *o;
    *ret_texts = 0;
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++)
        move_ref(&m.text[i], ret_texts);
    move_ref(&m.as_org, ret_texts);
    return m;
}

TC_STATUS tc_spill_write(tc_spill *s, const tc_observation *o, tc_slice heap)
{
    uint8_t packed[PACKED_MAX];
    uint32_t sizes[2];
    tc_observation m = moved(o, &sizes[0]);
    size_t length = pack(&m, packed);
    sizes[1] = (uint32_t)length;
    TC_TRY(put(s, sizes, sizeof(sizes)));
    TC_TRY(put(s, packed, length));
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++) {
        if (o->text[i].length) TC_TRY(put(s, heap.ptr + o->text[i].offset, o->text[i].length));
    }
    if (o->as_org.length == 0) return TC_SUCCESS;
    return put(s, heap.ptr + o->as_org.offset, o->as_org.length);
}

uint64_t tc_spill_size(const tc_observation *o)
{
    uint8_t packed[PACKED_MAX];
    uint32_t texts;
    tc_observation m = moved(o, &texts);
    return 2 * sizeof(uint32_t) + pack(&m, packed) + texts;
}

TC_STATUS tc_spill_rewind(tc_spill *s)
{
    TC_TRY(flush(s));
    s->file->counted = s->bytes;
    *s->file->held += s->bytes;
    s->place = 0;
    s->unread = s->bytes;
    s->at = 0;
    return TC_SUCCESS;
}

/* What was written must be there to the last byte: a file that ends early is an error. */
static TC_STATUS get(tc_spill *s, void *data, size_t length)
{
    uint8_t *to = data;
    if (length > s->unread) return unreadable(s, 0);
    s->unread -= length;
    while (length) {
        if (s->at == s->filled) {
            ssize_t got = pread(s->file->descriptor, s->buffer, BUFFER_BYTES, (off_t)s->place);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return unreadable(s, got < 0 ? errno : 0);
            s->at = 0;
            s->filled = (size_t)got;
            s->place += (uint64_t)got;
        }
        size_t part = TC_MIN(length, s->filled - s->at);
        memcpy(to, s->buffer + s->at, part);
        s->at += part;
        to += part;
        length -= part;
    }
    return TC_SUCCESS;
}

static TC_STATUS unpack(tc_spill *s, const uint8_t *packed, size_t length)
{
    uint8_t bytes[sizeof(s->present)] = {0};
    size_t to = 0;
    for (size_t at = 0; at < length;) {
        if (length - at < 2) return unreadable(s, 0);
        size_t zeros = packed[at], others = packed[at + 1];
        at += 2;
        if (others > length - at || zeros + others > sizeof(bytes) - to) return unreadable(s, 0);
        memcpy(bytes + to + zeros, packed + at, others);
        to += zeros + others;
        at += others;
    }
    memcpy(&s->present, bytes, sizeof(bytes));
    return TC_SUCCESS;
}

TC_STATUS tc_spill_next(tc_spill *s, const tc_observation **ret, tc_slice *ret_heap)
{
    uint8_t packed[PACKED_MAX];
    uint32_t sizes[2];
    *ret = NULL;
    if (s->unread == 0) return TC_SUCCESS;
    TC_TRY(get(s, sizes, sizeof(sizes)));
    if (sizes[1] > sizeof(packed)) return unreadable(s, 0);
    TC_TRY(get(s, packed, sizes[1]));
    TC_TRY(unpack(s, packed, sizes[1]));
    if (tc_failed(tc_grow(&s->heap, &s->heap_capacity, (size_t)sizes[0] + 1, 1, HEAP_MAX)))
        return no_memory(s->error);
    if (sizes[0]) TC_TRY(get(s, s->heap, sizes[0]));
    *ret = &s->present;
    *ret_heap = tc_slice_make(s->heap, sizes[0]);
    return TC_SUCCESS;
}

TC_STATUS tc_spill_look(const tc_spill *s, tc_error *error, tc_spill **ret)
{
    tc_spill *copy = tc_alloc(1, sizeof(*copy));
    if (copy == NULL) return no_memory(error);
    s->file->readers++;
    *copy = (tc_spill){.folder = s->folder,
                       .error = error,
                       .file = s->file,
                       .place = s->place - (s->filled - s->at),
                       .bytes = s->bytes,
                       .unread = s->unread,
                       .buffer = tc_alloc(1, BUFFER_BYTES)};
    if (copy->buffer == NULL) {
        tc_spill_close(copy);
        return no_memory(error);
    }
    *ret = copy;
    return TC_SUCCESS;
}

uint64_t tc_spill_bytes(const tc_spill *s)
{
    return s->bytes;
}
