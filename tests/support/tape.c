#include "tests/support/tape.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

/* As visit.c writes them. */
#define SECTION 39
#define HEAD 12
#define LAST_CHUNK 0x80000000u
#define TAPE_MAX ((size_t)1 << 30)

tape *tape_new(void)
{
    tape *t = tc_alloc(1, sizeof(*t));
    TC_ASSERT(t != NULL);
    t->room = TAPE_MAX;
    t->piece = 7000;
    return t;
}

void tape_free(tape *t)
{
    if (t == NULL) return;
    tc_free(t->bytes);
    tc_free(t);
}

static TC_STATUS write_tape(void *context, tc_slice bytes)
{
    tape *t = context;
    if (bytes.len > t->room - t->length) return (tc_status){TC_EIO};
    TC_TRY(tc_grow(&t->bytes, &t->capacity, t->length + bytes.len, 1, TAPE_MAX));
    if (bytes.len) memcpy(t->bytes + t->length, bytes.ptr, bytes.len);
    t->length += bytes.len;
    return TC_SUCCESS;
}

static TC_STATUS read_tape(void *context, uint8_t *out, size_t room, size_t *ret_got)
{
    tape *t = context;
    *ret_got = TC_MIN(TC_MIN(room, t->length - t->at), t->piece);
    if (*ret_got) memcpy(out, t->bytes + t->at, *ret_got);
    t->at += *ret_got;
    return TC_SUCCESS;
}

tape *tape_copy(const tape *t)
{
    tape *copy = tape_new();
    tc_status status = write_tape(copy, tc_slice_make(t->bytes, t->length));
    TC_ASSERT(!tc_failed(status));
    return copy;
}

bool tape_equal(const tape *a, const tape *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0);
}

tc_visit *tape_saver(tape *t)
{
    t->length = 0;
    tc_visit *v = tc_visit_saver(write_tape, t);
    TC_ASSERT(v != NULL);
    return v;
}

tc_visit *tape_loader(tape *t)
{
    t->at = 0;
    tc_visit *v = tc_visit_loader(read_tape, t);
    TC_ASSERT(v != NULL);
    return v;
}

/* -- damage --------------------------------------------------------------------------------- */

static uint32_t chunk_size(const uint8_t *head)
{
    uint32_t length = 0;
    for (size_t i = 0; i < 4; i++)
        length |= (uint32_t)head[i] << (8 * i);
    return length;
}

/* Calls back for each chunk's head; the section begins at `section`. */
typedef void (*chunk_visit)(void *context, uint8_t *section, uint8_t *head, uint32_t length);

static void each_chunk(tape *t, chunk_visit visit, void *context)
{
    for (size_t at = 0; at + SECTION <= t->length;) {
        uint8_t *section = t->bytes + at;
        uint32_t length = 0;
        for (at += SECTION; (length & LAST_CHUNK) == 0; at += HEAD + (length & ~LAST_CHUNK)) {
            TC_ASSERT(at + HEAD <= t->length);
            length = chunk_size(t->bytes + at);
            visit(context, section, t->bytes + at, length);
        }
    }
}

static void add_size(void *context, uint8_t *section, uint8_t *head, uint32_t length)
{
    (void)section;
    (void)head;
    *(size_t *)context += length & ~LAST_CHUNK;
}

typedef struct target {
    size_t left; /* bytes of chunks before the one to change */
    uint8_t change;
    const uint8_t *section;
    uint64_t chain;
} target;

static void change_one(void *context, uint8_t *section, uint8_t *head, uint32_t length)
{
    target *goal = context;
    uint32_t size = length & ~LAST_CHUNK;
    (void)section;
    if (goal->left < size) head[HEAD + goal->left] ^= goal->change;
    goal->left = goal->left < size ? SIZE_MAX : goal->left - size;
}

static void mend_checksum(void *context, uint8_t *section, uint8_t *head, uint32_t length)
{
    target *goal = context;
    if (goal->section != section) goal->chain = tc_content_hash(tc_slice_make(section, SECTION));
    goal->section = section;
    goal->chain = tc_content_hash_add(goal->chain, tc_slice_make(head, 4));
    goal->chain =
        tc_content_hash_add(goal->chain, tc_slice_make(head + HEAD, length & ~LAST_CHUNK));
    for (size_t i = 0; i < 8; i++)
        head[4 + i] = (uint8_t)(goal->chain >> (8 * i));
}

void tape_damage(tape *t, uint64_t dice)
{
    size_t total = 0;
    each_chunk(t, add_size, &total);
    if (total == 0) return;
    target goal = {.left = (size_t)((dice >> 8) % total), .change = (uint8_t)((dice & 0xFF) | 1)};
    each_chunk(t, change_one, &goal);
    each_chunk(t, mend_checksum, &goal);
}

static void change_version(void *context, uint8_t *section, uint8_t *head, uint32_t length)
{
    const char *name = context;
    (void)head;
    (void)length;
    if (section[8] == strlen(name) && memcmp(section + 9, name, section[8]) == 0)
        section[7] = UINT8_MAX;
}

void tape_outdate(tape *t, const char *section)
{
    char name[SECTION];
    snprintf(name, sizeof(name), "%s", section);
    each_chunk(t, change_version, name);
    each_chunk(t, mend_checksum, &(target){.left = 0});
}
