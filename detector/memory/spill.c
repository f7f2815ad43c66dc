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

/* Most words of an observation are zero: a bit for each says which are not, and these follow. Where
 * the texts lie follows from their lengths. No branch depends on what is packed: all that waits
 * goes through here. */
#define WORDS (sizeof(tc_observation) / sizeof(uint32_t))
#define MAPS ((WORDS + 63) / 64)

typedef struct packed {
    uint32_t texts, count; /* bytes of texts behind it; words */
    uint64_t map[MAPS];
    uint32_t words[WORDS];
} packed;

#define PACKED_HEAD offsetof(packed, words)

_Static_assert(sizeof(tc_observation) == WORDS * sizeof(uint32_t), "it is whole words");

static size_t packed_size(const packed *p)
{
    return PACKED_HEAD + p->count * sizeof(p->words[0]);
}

static void pack(const tc_observation *o, packed *out)
{
    tc_observation m = *o;
    uint32_t count = 0;
    out->texts = m.as_org.length;
    m.as_org.offset = 0;
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++) {
        out->texts += m.text[i].length;
        m.text[i].offset = 0;
    }
    memset(out->map, 0, sizeof(out->map));
    for (size_t i = 0; i < WORDS; i++) {
        uint32_t word;
        memcpy(&word, (const uint8_t *)&m + i * sizeof(word), sizeof(word));
        uint32_t is_set = word != 0;
        out->words[count] = word;
        out->map[i / 64] |= (uint64_t)is_set << i % 64;
        count += is_set;
    }
    out->count = count;
}

TC_STATUS tc_spill_write(tc_spill *s, const tc_observation *o, tc_slice heap)
{
    packed p;
    pack(o, &p);
    TC_TRY(put(s, &p, packed_size(&p)));
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++) {
        if (o->text[i].length) TC_TRY(put(s, heap.ptr + o->text[i].offset, o->text[i].length));
    }
    if (o->as_org.length == 0) return TC_SUCCESS;
    return put(s, heap.ptr + o->as_org.offset, o->as_org.length);
}

/* As pack would leave it. */
uint64_t tc_spill_size(const tc_observation *o)
{
    uint32_t count = 0, texts = o->as_org.length;
    for (size_t i = 0; i < WORDS; i++) {
        uint32_t word;
        memcpy(&word, (const uint8_t *)o + i * sizeof(word), sizeof(word));
        count += word != 0;
    }
    count -= o->as_org.offset != 0;
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++) {
        count -= o->text[i].offset != 0;
        texts += o->text[i].length;
    }
    return PACKED_HEAD + count * sizeof(uint32_t) + texts;
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

/* A text stands behind the one before it. */
static void place_text(tc_text_ref *ref, uint32_t *end)
{
    ref->offset = ref->length ? *end : 0;
    *end += ref->length;
}

static TC_STATUS unpack(tc_spill *s, const packed *p)
{
    uint32_t words[WORDS] = {0}, used = 0, texts = 0;
    for (size_t i = 0; i < WORDS; i++) {
        if ((p->map[i / 64] >> i % 64 & 1) == 0) continue;
        if (used == p->count) return unreadable(s, 0);
        words[i] = p->words[used++];
    }
    memcpy(&s->present, words, sizeof(words));
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++)
        place_text(&s->present.text[i], &texts);
    place_text(&s->present.as_org, &texts);
    return used == p->count && texts == p->texts ? TC_SUCCESS : unreadable(s, 0);
}

TC_STATUS tc_spill_next(tc_spill *s, const tc_observation **ret, tc_slice *ret_heap)
{
    packed p;
    *ret = NULL;
    if (s->unread == 0) return TC_SUCCESS;
    TC_TRY(get(s, &p, PACKED_HEAD));
    if (p.count > WORDS) return unreadable(s, 0);
    TC_TRY(get(s, p.words, p.count * sizeof(p.words[0])));
    TC_TRY(unpack(s, &p));
    if (tc_failed(tc_grow(&s->heap, &s->heap_capacity, (size_t)p.texts + 1, 1, HEAP_MAX)))
        return no_memory(s->error);
    if (p.texts) TC_TRY(get(s, s->heap, p.texts));
    *ret = &s->present;
    *ret_heap = tc_slice_make(s->heap, p.texts);
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
