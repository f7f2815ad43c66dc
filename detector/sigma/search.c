#include "detector/sigma/search.h"

#include "parsers/base/alloc.h"

#define GRAM 4
#define BITS_MIN 12
#define BITS_MAX 18 /* 32 KiB: a first-level cache holds it */
/* Comparisons allowed per byte of text before the automaton takes over. */
#define EFFORT 2
#define EFFORT_FREE 64

/* A word under its gram. */
typedef struct entry {
    const uint8_t *text;
    uint32_t length;
    uint32_t at; /* of the gram in the word */
    uint32_t id;
    uint32_t gram;
    bool front, back;
} entry;

/* Entries of one gram: entries[first .. first + count). */
typedef struct slot {
    uint32_t gram;
    uint32_t first, count; /* count 0 = free */
} slot;

/* Words filed by grams of one width. */
typedef struct filing {
    entry *entries;
    size_t count;
    slot *slots; /* a power of two, at most half full */
    size_t slot_mask;
    uint64_t *bits;
    unsigned shift; /* of the hash, to a bit */
} filing;

struct tc_search {
    filing four; /* words of at least four bytes, by four of them */
    filing two;  /* words of two and three, by the first two */
    entry *ones; /* words of one byte */
    size_t one_count;
    tc_automaton *automaton;
};

static inline uint32_t load4(const uint8_t *p)
{
    uint32_t n;
    memcpy(&n, p, sizeof n);
    return n;
}

static inline uint32_t load2(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t hash(uint32_t gram)
{
    return gram * UINT32_C(2654435761);
}

static inline bool has_bit(const filing *f, uint32_t gram)
{
    uint32_t h = hash(gram) >> f->shift;
    return (f->bits[h >> 6] >> (h & 63) & 1) != 0;
}

static slot *find_slot(const filing *f, uint32_t gram)
{
    size_t at = (hash(gram) >> 7) & f->slot_mask;
    while (f->slots[at].count > 0 && f->slots[at].gram != gram)
        at = (at + 1) & f->slot_mask;
    return &f->slots[at];
}

/* -- building -------------------------------------------------------------------------------- */

static size_t power_above(size_t n)
{
    size_t size = 8;
    while (size < n)
        size *= 2;
    return size;
}

/* How many words hold each gram, in a table of its own that is gone after building. */
typedef struct census {
    slot *slots;
    size_t mask;
} census;

static slot *census_slot(const census *c, uint32_t gram)
{
    filing as_filing = {.slots = c->slots, .slot_mask = c->mask};
    return find_slot(&as_filing, gram);
}

static bool take_census(const tc_automaton_word *words, size_t count, census *ret)
{
    size_t grams = 0;
    for (size_t i = 0; i < count; i++)
        grams += words[i].text.len;
    size_t size = power_above(2 * grams);
    ret->slots = tc_alloc(size, sizeof *ret->slots);
    ret->mask = size - 1;
    if (!ret->slots) return false;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j + GRAM <= words[i].text.len; j++) {
            uint32_t gram = load4(words[i].text.ptr + j);
            slot *s = census_slot(ret, gram);
            s->gram = gram;
            s->count++;
        }
    return true;
}

/* The place of the gram that the fewest words have. */
static uint32_t rarest(const census *c, tc_slice text)
{
    uint32_t best = 0;
    uint32_t least = UINT32_MAX;
    for (size_t j = 0; j + GRAM <= text.len; j++) {
        uint32_t n = census_slot(c, load4(text.ptr + j))->count;
        if (n >= least) continue;
        least = n;
        best = (uint32_t)j;
    }
    return best;
}

static int compare(const void *a, const void *b)
{
    const entry *x = a;
    const entry *y = b;
    if (x->gram != y->gram) return x->gram < y->gram ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool close_filing(filing *f)
{
    if (f->count > 1) qsort(f->entries, f->count, sizeof *f->entries, compare);
    unsigned bits = BITS_MIN;
    while (bits < BITS_MAX && ((size_t)1 << bits) < 32 * f->count)
        bits++;
    f->shift = 32 - bits;
    f->bits = tc_alloc(((size_t)1 << bits) / 64, sizeof *f->bits);
    size_t size = power_above(2 * f->count);
    f->slots = tc_alloc(size, sizeof *f->slots);
    f->slot_mask = size - 1;
    if (!f->bits || !f->slots) return false;
    for (size_t i = 0; i < f->count; i++) {
        uint32_t gram = f->entries[i].gram;
        uint32_t h = hash(gram) >> f->shift;
        f->bits[h >> 6] |= UINT64_C(1) << (h & 63);
        slot *s = find_slot(f, gram);
        if (s->count == 0) *s = (slot){gram, (uint32_t)i, 0};
        s->count++;
    }
    return true;
}

static void file_word(tc_search *s, const census *c, tc_automaton_word word)
{
    entry e = {.text = word.text.ptr,
               .length = (uint32_t)word.text.len,
               .id = word.id,
               .front = word.front,
               .back = word.back};
    if (e.length >= GRAM) {
        e.at = rarest(c, word.text);
        e.gram = load4(e.text + e.at);
        s->four.entries[s->four.count++] = e;
    } else if (e.length >= 2) {
        e.gram = load2(e.text);
        s->two.entries[s->two.count++] = e;
    } else {
        s->ones[s->one_count++] = e;
    }
}

static bool file_words(tc_search *s, const tc_automaton_word *words, size_t count)
{
    census c;
    s->four.entries = tc_alloc(count, sizeof *s->four.entries);
    s->two.entries = tc_alloc(count, sizeof *s->two.entries);
    s->ones = tc_alloc(count, sizeof *s->ones);
    if (!s->four.entries || !s->two.entries || !s->ones || !take_census(words, count, &c))
        return false;
    for (size_t i = 0; i < count; i++)
        file_word(s, &c, words[i]);
    tc_free(c.slots);
    return close_filing(&s->four) && close_filing(&s->two);
}

tc_search *tc_search_new(tc_automaton_word *words, size_t count)
{
    tc_search *s = tc_alloc(1, sizeof *s);
    if (!s) return NULL;
    s->automaton = tc_automaton_new(words, count);
    if (!s->automaton || !file_words(s, words, count)) {
        tc_search_free(s);
        return NULL;
    }
    return s;
}

static void free_filing(filing *f)
{
    tc_free(f->entries);
    tc_free(f->slots);
    tc_free(f->bits);
}

void tc_search_free(tc_search *s)
{
    if (!s) return;
    free_filing(&s->four);
    free_filing(&s->two);
    tc_free(s->ones);
    tc_automaton_free(s->automaton);
    tc_free(s);
}

/* -- scanning -------------------------------------------------------------------------------- */

typedef struct scan {
    tc_slice text;
    tc_automaton_found *found;
    void *context;
    size_t effort; /* comparisons left */
} scan;

/* Compares the words filed under the gram at the place; false when the effort is spent. */
static bool look(scan *s, const filing *f, uint32_t gram, size_t at)
{
    const slot *under = find_slot(f, gram);
    if (under->count >= s->effort) return false;
    s->effort -= under->count;
    for (uint32_t i = under->first; i < under->first + under->count; i++) {
        const entry *e = &f->entries[i];
        if (e->at > at || e->length > s->text.len - (at - e->at)) continue;
        if (e->front && e->at != at) continue;
        if (e->back && e->length != s->text.len - (at - e->at)) continue;
        if (memcmp(s->text.ptr + (at - e->at), e->text, e->length) == 0)
            s->found(s->context, e->id, at - e->at + e->length);
    }
    return true;
}

static bool scan_four(scan *s, const filing *f)
{
    if (f->count == 0 || s->text.len < GRAM) return true;
    for (size_t i = 0; i <= s->text.len - GRAM; i++) {
        uint32_t gram = load4(s->text.ptr + i);
        if (TC_UNLIKELY(has_bit(f, gram)) && !look(s, f, gram, i)) return false;
    }
    return true;
}

static bool scan_two(scan *s, const filing *f)
{
    if (f->count == 0 || s->text.len < 2) return true;
    for (size_t i = 0; i <= s->text.len - 2; i++) {
        uint32_t gram = load2(s->text.ptr + i);
        if (TC_UNLIKELY(has_bit(f, gram)) && !look(s, f, gram, i)) return false;
    }
    return true;
}

static void scan_ones(const scan *s, const tc_search *search)
{
    for (size_t i = 0; i < search->one_count; i++) {
        uint8_t byte = search->ones[i].text[0];
        size_t first = tc_slice_find(s->text, byte);
        if (first == TC_NPOS) continue;
        s->found(s->context, search->ones[i].id, first + 1);
        if (s->text.ptr[s->text.len - 1] == byte)
            s->found(s->context, search->ones[i].id, s->text.len);
    }
}

void tc_search_scan(const tc_search *search, tc_slice text, tc_automaton_found *found,
                    void *context)
{
    scan s = {text, found, context, EFFORT * text.len + EFFORT_FREE};
    if (!scan_four(&s, &search->four) || !scan_two(&s, &search->two)) {
        tc_automaton_scan(search->automaton, text, found, context);
        return;
    }
    scan_ones(&s, search);
}

size_t tc_search_bytes(const tc_search *s)
{
    size_t bytes = tc_automaton_bytes(s->automaton) + s->one_count * sizeof *s->ones;
    const filing *filings[2] = {&s->four, &s->two};
    for (size_t i = 0; i < 2; i++)
        bytes += filings[i]->count * sizeof(entry) + (filings[i]->slot_mask + 1) * sizeof(slot) +
                 ((size_t)1 << (32 - filings[i]->shift)) / 8;
    return bytes;
}
