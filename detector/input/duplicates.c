#include "detector/input/duplicates.h"

#include "detector/input/digest.h"
#include "detector/input/open.h"
#include "parsers/base/alloc.h"

enum {
    PIECE = 256 * 1024,
    COMPARED_MAX = 64, /* others of equal head that one source is compared with */
    SMALL_MAX = 16384, /* lengths and small sources that are tried as the beginning of one */
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

static const tc_digest *digest_of(comparer *c, tc_entry *entry)
{
    return tc_digest_of(c->input, entry, c->sides[0].stream, c->sides[0].buffer, PIECE);
}

static verdict compare_digests(comparer *c, tc_entry *a, tc_entry *b)
{
    const tc_digest *x = digest_of(c, a);
    const tc_digest *y = digest_of(c, b);
    bool same = x && y && x->length == y->length && memcmp(x->hash, y->hash, TC_DIGEST_SIZE) == 0;
    return same ? SAME : DIFFERENT;
}

static verdict compare(comparer *c, tc_entry *a, tc_entry *b)
{
    if (a->nest || b->nest) return compare_digests(c, a, b);
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

/* What small sources are found by: the hash of the beginning alone, with their length, or with that
 * and their last bytes. */
typedef struct stem_key {
    uint64_t level, hash, length, tail;
} stem_key;

typedef enum key_part { BY_STEM = 2, BY_LENGTH = 3, BY_TAIL = 4 } key_part;

static tc_slice key_text(const stem_key *key, key_part parts)
{
    return tc_slice_make(key, parts * sizeof(uint64_t));
}

/* Small sources by their longest hashed beginning. Of each such beginning there is a chain of the
 * lengths that they have, of each length and ending one of the sources: numbers from 1, 0 ends it.
 * So a source is held against one ending per length, however many small ones begin alike. */
typedef struct small_index {
    tc_map *map;
    uint64_t *next; /* by candidate */
    struct length_node {
        uint64_t length, next;
    } * lengths;
    size_t length_count;
} small_index;

static TC_STATUS index_one(small_index *x, const stem_key *key, size_t candidate)
{
    uint64_t *head;
    bool fresh;
    TC_TRY(tc_map_put(x->map, key_text(key, BY_LENGTH), &head, &fresh));
    if (fresh) {
        TC_TRY(tc_map_put(x->map, key_text(key, BY_STEM), &head, NULL));
        x->lengths[x->length_count] = (struct length_node){key->length, *head};
        *head = ++x->length_count;
    }
    TC_TRY(tc_map_put(x->map, key_text(key, BY_TAIL), &head, NULL));
    x->next[candidate] = *head;
    *head = candidate + 1;
    return TC_SUCCESS;
}

static TC_STATUS index_small(const comparer *c, small_index *x)
{
    for (size_t i = 0; i < c->count; i++) {
        const tc_entry *entry = c->candidates[i];
        int level = entry->nest ? -1 : stem_of(entry);
        if (!entry->whole || level < 0 || entry->source.state != TC_SOURCE_READABLE) continue;
        stem_key key = {(uint64_t)level, entry->stems[level], entry->head_length, entry->tail};
        TC_TRY(index_one(x, &key, i));
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

/* The loaded head seems to begin with all of the small source. */
static bool begins_with(const comparer *c, const tc_entry *small)
{
    size_t length = TC_MIN((size_t)small->head_length, TC_HEAD_MAX);
    return tc_content_hash(tc_slice_make(c->head, length)) == small->source.key;
}

/* One source while small ones are tried as its beginning. */
typedef struct trial {
    comparer *c;
    const small_index *x;
    tc_entry *longer;
    uint32_t tried;
    bool loaded;
} trial;

/* False when no more are to be tried. */
static bool may_try(trial *t)
{
    if (++t->tried > SMALL_MAX) return false;
    if (!t->loaded && !load_head(t->c, t->longer)) return false;
    t->loaded = true;
    return true;
}

static bool try_sources(trial *t, const stem_key *key)
{
    const uint64_t *first = tc_map_get(t->x->map, key_text(key, BY_TAIL));
    for (uint64_t at = first ? *first : 0; at != 0; at = t->x->next[at - 1]) {
        tc_entry *small = t->c->candidates[at - 1];
        if (small == t->longer || small->source.state != TC_SOURCE_READABLE) continue;
        if (!may_try(t)) return false;
        if (begins_with(t->c, small) && compare(t->c, small, t->longer) == FIRST_IN_SECOND)
            mark(small, t->longer);
    }
    return true;
}

static bool try_lengths(trial *t, stem_key *key)
{
    const uint64_t *first = tc_map_get(t->x->map, key_text(key, BY_STEM));
    for (uint64_t at = first ? *first : 0; at != 0; at = t->x->lengths[at - 1].next) {
        key->length = t->x->lengths[at - 1].length;
        if (t->longer->whole && key->length >= t->longer->head_length) continue;
        if (!may_try(t)) return false;
        if (key->length > t->c->head_length) continue;
        memcpy(&key->tail, t->c->head + key->length - sizeof key->tail, sizeof key->tail);
        if (!try_sources(t, key)) return false;
    }
    return true;
}

/* Marks the small sources that are the beginning of this one. */
static void mark_beginnings(comparer *c, const small_index *x, tc_entry *longer)
{
    trial t = {.c = c, .x = x, .longer = longer};
    int levels = stem_of(longer) + 1;
    for (int level = 0; level < levels; level++) {
        stem_key key = {(uint64_t)level, longer->stems[level], 0, 0};
        if (!try_lengths(&t, &key)) return;
    }
}

static TC_STATUS mark_small(comparer *c)
{
    small_index x = {.map = tc_map_new(3 * c->count + 1)};
    x.next = tc_alloc(c->count, sizeof *x.next);
    x.lengths = tc_alloc(c->count, sizeof *x.lengths);
    tc_status status = {TC_ENOMEM};
    if (x.map && x.next && x.lengths) status = index_small(c, &x);
    for (size_t i = 0; !tc_failed(status) && tc_map_count(x.map) > 0 && i < c->count; i++) {
        const tc_entry *entry = c->candidates[i];
        if (entry->nest || entry->source.state != TC_SOURCE_READABLE) continue;
        mark_beginnings(c, &x, c->candidates[i]);
    }
    tc_map_free(x.map);
    tc_free(x.next);
    tc_free(x.lengths);
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

/* Makes the digests of all members that will be compared, in the order in which they stand in
 * their archives, which the sources still have. */
static TC_STATUS digest_members(comparer *c)
{
    tc_map *heads = tc_map_new(c->count + 1);
    tc_status status = {heads ? TC_OK : TC_ENOMEM};
    for (size_t i = 0; i < c->count && !tc_failed(status); i++) {
        uint64_t *count;
        uint64_t key = c->candidates[i]->source.key;
        status = tc_map_put(heads, tc_slice_make(&key, sizeof key), &count, NULL);
        if (!tc_failed(status)) ++*count;
    }
    for (size_t i = 0; i < c->count && !tc_failed(status); i++) {
        tc_entry *entry = c->candidates[i];
        uint64_t key = entry->source.key;
        const uint64_t *count = tc_map_get(heads, tc_slice_make(&key, sizeof key));
        if (entry->nest && count && *count > 1) (void)digest_of(c, entry);
    }
    tc_map_free(heads);
    return status;
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
    TC_TRY(digest_members(c));
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
