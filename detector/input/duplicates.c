#include "detector/input/duplicates.h"

#include "detector/input/open.h"
#include "parsers/base/alloc.h"

enum {
    PIECE = 256 * 1024,
    COMPARED_MAX = 64, /* others of equal head that one source is compared with */
    SMALL_MAX = 16384, /* small sources that are tried as the beginning of one */
};

typedef enum verdict {
    DIFFERENT,
    SAME,
    FIRST_IN_SECOND, /* the first is the beginning of the second */
    SECOND_IN_FIRST,
} verdict;

typedef struct side {
    tc_stream *stream;
    uint8_t *buffer; /* PIECE bytes */
    tc_slice left;
    bool end;
    bool unknown; /* reading failed: what follows cannot be known */
} side;

typedef struct comparer {
    tc_input *input;
    side sides[2];
    uint8_t *head; /* PIECE bytes: of the source whose beginnings are looked for */
    size_t head_length;
    tc_entry **candidates; /* that can be read again */
    size_t count;
} comparer;

static bool start_side(side *s, const tc_entry *entry)
{
    s->left = TC_EMPTY_SLICE;
    s->end = s->unknown = false;
    return !tc_failed(tc_entry_start(entry, s->stream, NULL));
}

/* Damage of packed data counts as the end: every reading ends there, so what a damaged copy yields
 * is judged like a shorter copy. Where the system fails nothing can be said of what follows. */
static void refill_side(side *s)
{
    while (s->left.len == 0 && !s->end) {
        size_t got = 0;
        if (tc_failed(tc_stream_fill(s->stream, s->buffer, PIECE, &got, &s->end, NULL))) {
            got = 0;
            s->end = true;
            s->unknown = !tc_stream_damaged(s->stream);
        }
        s->left = tc_slice_make(s->buffer, got);
    }
}

static verdict compare_streams(side *a, side *b)
{
    for (;;) {
        refill_side(a);
        refill_side(b);
        size_t n = TC_MIN(a->left.len, b->left.len);
        if (a->unknown || b->unknown) return DIFFERENT;
        if (n == 0) {
            if (a->left.len == b->left.len) return SAME;
            return a->left.len == 0 ? FIRST_IN_SECOND : SECOND_IN_FIRST;
        }
        if (memcmp(a->left.ptr, b->left.ptr, n) != 0) return DIFFERENT;
        a->left = tc_slice_sub(a->left, n, SIZE_MAX);
        b->left = tc_slice_sub(b->left, n, SIZE_MAX);
    }
}

static verdict compare(comparer *c, const tc_entry *a, const tc_entry *b)
{
    if (a->inode != 0 && a->inode == b->inode && a->device == b->device &&
        a->source.size == b->source.size) {
        return SAME;
    }
    verdict result = DIFFERENT;
    if (start_side(&c->sides[0], a) && start_side(&c->sides[1], b)) {
        result = compare_streams(&c->sides[0], &c->sides[1]);
    }
    tc_stream_stop(c->sides[0].stream);
    tc_stream_stop(c->sides[1].stream);
    return result;
}

static void mark(tc_entry *copy, const tc_entry *original)
{
    copy->source.state = TC_SOURCE_DUPLICATE;
    copy->source.twin = original->source.index;
}

/* Equal heads together; in a group the plain files first, then by path. */
static int compare_entries(const void *left, const void *right)
{
    tc_entry *const *l = left;
    tc_entry *const *r = right;
    const tc_source *a = &(*l)->source;
    const tc_source *b = &(*r)->source;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    if (a->compressed != b->compressed) return a->compressed ? 1 : -1;
    return tc_slice_compare(a->path, b->path);
}

/* Puts one more source to those of its group that stand for themselves. */
static size_t settle(comparer *c, tc_entry **kept, size_t count, tc_entry *entry)
{
    for (size_t i = 0; i < count;) {
        verdict v = compare(c, kept[i], entry);
        if (v == SAME || v == SECOND_IN_FIRST) {
            mark(entry, kept[i]);
            return count;
        }
        if (v == FIRST_IN_SECOND) {
            mark(kept[i], entry);
            memmove(&kept[i], &kept[i + 1], (--count - i) * sizeof(tc_entry *));
        } else {
            i++;
        }
    }
    if (count < COMPARED_MAX) kept[count++] = entry;
    return count;
}

static void mark_equal_heads(comparer *c)
{
    tc_entry *kept[COMPARED_MAX];
    size_t count = 0;
    if (c->count > 1) qsort(c->candidates, c->count, sizeof(tc_entry *), compare_entries);
    for (size_t i = 0; i < c->count; i++) {
        tc_entry *entry = c->candidates[i];
        if (i == 0 || entry->source.key != c->candidates[i - 1]->source.key) count = 0;
        count = settle(c, kept, count, entry);
    }
}

/* The longest of the hashed beginnings that lies within the source; -1 if it is too short. */
static int stem_of(const tc_entry *entry)
{
    int level = -1;
    while (level + 1 < TC_STEM_COUNT && entry->head_length >= (uint64_t)TC_STEM_FIRST
                                                                  << (level + 1))
        level++;
    return level;
}

typedef struct stem_key {
    uint64_t level;
    uint64_t hash;
} stem_key;

/* Small sources by their longest hashed beginning: a chain of indices + 1 into candidates. */
static TC_STATUS index_small(const comparer *c, tc_map *map, uint64_t *next)
{
    for (size_t i = 0; i < c->count; i++) {
        const tc_entry *entry = c->candidates[i];
        int level = stem_of(entry);
        if (!entry->whole || level < 0 || entry->source.state != TC_SOURCE_READABLE) continue;
        stem_key key = {(uint64_t)level, entry->stems[level]};
        uint64_t *head;
        TC_TRY(tc_map_put(map, tc_slice_make(&key, sizeof key), &head, NULL));
        next[i] = *head;
        *head = i + 1;
    }
    return TC_SUCCESS;
}

/* Reads the head of a source again; false if that cannot be. */
static bool load_head(comparer *c, const tc_entry *entry)
{
    side *s = &c->sides[0];
    c->head_length = 0;
    if (!start_side(s, entry)) return false;
    while (c->head_length < TC_HEAD_MAX && !s->end) {
        refill_side(s);
        size_t n = TC_MIN(s->left.len, PIECE - c->head_length);
        if (n > 0) memcpy(c->head + c->head_length, s->left.ptr, n);
        s->left = TC_EMPTY_SLICE;
        c->head_length += n;
    }
    tc_stream_stop(s->stream);
    return !s->unknown;
}

/* The loaded head seems to begin with all of the small source: the last bytes are a cheap test. */
static bool begins_with(const comparer *c, const tc_entry *small)
{
    size_t length = (size_t)small->head_length;
    if (length > c->head_length) return false;
    uint64_t tail;
    memcpy(&tail, c->head + length - sizeof tail, sizeof tail);
    return tail == small->tail &&
           tc_content_hash(tc_slice_make(c->head, TC_MIN(length, TC_HEAD_MAX))) ==
               small->source.key;
}

/* Marks the small sources that are the beginning of this one. */
static void mark_beginnings(comparer *c, const tc_map *map, const uint64_t *next, tc_entry *longer)
{
    int levels = stem_of(longer) + 1;
    uint32_t tried = 0;
    bool loaded = false;
    for (int level = 0; level < levels; level++) {
        stem_key key = {(uint64_t)level, longer->stems[level]};
        const uint64_t *first = tc_map_get(map, tc_slice_make(&key, sizeof key));
        for (uint64_t at = first ? *first : 0; at != 0; at = next[at - 1]) {
            tc_entry *small = c->candidates[at - 1];
            if (small == longer || small->source.state != TC_SOURCE_READABLE) continue;
            if (longer->whole && small->head_length >= longer->head_length) continue;
            if (++tried > SMALL_MAX || (!loaded && !load_head(c, longer))) return;
            loaded = true;
            if (begins_with(c, small) && compare(c, small, longer) == FIRST_IN_SECOND) {
                mark(small, longer);
            }
        }
    }
}

static TC_STATUS mark_small(comparer *c)
{
    tc_map *map = tc_map_new(c->count + 1);
    uint64_t *next = tc_alloc(c->count, sizeof *next);
    tc_status status = {TC_ENOMEM};
    if (map && next) status = index_small(c, map, next);
    for (size_t i = 0; !tc_failed(status) && tc_map_count(map) > 0 && i < c->count; i++) {
        if (c->candidates[i]->source.state != TC_SOURCE_READABLE) continue;
        mark_beginnings(c, map, next, c->candidates[i]);
    }
    tc_map_free(map);
    tc_free(next);
    return status;
}

/* A copy of a copy is a copy of the original. */
static void resolve_twins(const comparer *c)
{
    tc_entry *const *entries = c->input->entries;
    for (size_t i = 0; i < c->count; i++) {
        tc_source *source = &c->candidates[i]->source;
        if (source->state != TC_SOURCE_DUPLICATE) continue;
        while (entries[source->twin]->source.state == TC_SOURCE_DUPLICATE)
            source->twin = entries[source->twin]->source.twin;
    }
}

static TC_STATUS mark_all(comparer *c)
{
    for (size_t i = 0; i < 2; i++) {
        c->sides[i].stream = tc_stream_new();
        c->sides[i].buffer = tc_alloc(PIECE, 1);
        if (!c->sides[i].stream || !c->sides[i].buffer) return (tc_status){TC_ENOMEM};
    }
    c->head = tc_alloc(PIECE, 1);
    if (!c->head) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < c->input->count; i++) {
        tc_entry *entry = c->input->entries[i];
        if (entry->source.state == TC_SOURCE_READABLE && !entry->once) {
            c->candidates[c->count++] = entry;
        }
    }
    mark_equal_heads(c);
    TC_TRY(mark_small(c));
    resolve_twins(c);
    return TC_SUCCESS;
}

TC_STATUS tc_duplicates_mark(tc_input *input)
{
    comparer c = {.input = input};
    c.candidates = tc_alloc(input->count, sizeof(tc_entry *));
    tc_status status = c.candidates ? mark_all(&c) : (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < 2; i++) {
        tc_stream_free(c.sides[i].stream);
        tc_free(c.sides[i].buffer);
    }
    tc_free(c.head);
    tc_free(c.candidates);
    return status;
}
