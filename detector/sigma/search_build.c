/* Building a search: each word under the key that the fewest others have. */
#include "detector/sigma/search_data.h"
#include "parsers/base/alloc.h"

/* Marks are 64 to 128 per word while that is at most 64 KiB, which the nearer caches hold. */
#define BITS_MIN 10
#define BITS_MAX 16

const tc_anchor tc_anchors[TC_ANCHORS] = {
    {false, 0, 4}, {false, 4, 4}, {false, 8, 4}, {false, 12, 4}, {true, 0, 4}, {true, 2, 4},
    {true, 4, 4},  {true, 6, 4},  {true, 8, 4},  {false, 0, 2},  {true, 0, 2}};

/* How many words could be filed under each key; gone after building. */
typedef struct census {
    tc_search_slot *slots;
    size_t mask;
} census;

static size_t power_above(size_t n)
{
    size_t size = 8;
    while (size < n)
        size *= 2;
    return size;
}

static void count_key(const census *c, uint32_t key)
{
    tc_search_slot *s = tc_filing_slot(c->slots, c->mask, key);
    s->key = key;
    s->count++;
}

static bool is_anchored(const tc_automaton_word *word)
{
    return (word->front || word->back) && word->text.len > 1;
}

/* The anchors that a word may be filed under. */
static bool anchor_fits(const tc_automaton_word *word, const tc_anchor *anchor)
{
    return anchor->back == word->back &&
           (anchor->width == TC_GRAM) == (word->text.len >= TC_GRAM) &&
           (size_t)anchor->at + anchor->width <= word->text.len;
}

static uint32_t anchor_at(const tc_automaton_word *word, const tc_anchor *anchor)
{
    size_t at = anchor->back ? word->text.len - anchor->at - anchor->width : anchor->at;
    return (uint32_t)at;
}

static uint32_t anchor_gram(const tc_automaton_word *word, const tc_anchor *anchor)
{
    const uint8_t *gram = word->text.ptr + anchor_at(word, anchor);
    return anchor->width == TC_GRAM ? tc_load4(gram) : tc_load2(gram);
}

static bool take_census(const tc_automaton_word *words, size_t count, census *ret)
{
    size_t keys = 0;
    for (size_t i = 0; i < count; i++)
        keys += is_anchored(&words[i]) ? TC_ANCHORS : words[i].text.len;
    size_t size = power_above(2 * keys);
    ret->slots = tc_alloc(size, sizeof *ret->slots);
    ret->mask = size - 1;
    if (!ret->slots) return false;
    for (size_t i = 0; i < count; i++) {
        if (is_anchored(&words[i])) {
            for (size_t a = 0; a < TC_ANCHORS; a++)
                if (anchor_fits(&words[i], &tc_anchors[a]))
                    count_key(ret, tc_anchor_key(anchor_gram(&words[i], &tc_anchors[a]), a));
        } else {
            for (size_t j = 0; j + TC_GRAM <= words[i].text.len; j++)
                count_key(ret, tc_load4(words[i].text.ptr + j));
        }
    }
    return true;
}

static uint32_t counted(const census *c, uint32_t key)
{
    return tc_filing_slot(c->slots, c->mask, key)->count;
}

static void file_anchored(tc_search *s, const census *c, const tc_automaton_word *word,
                          tc_search_entry e)
{
    uint32_t least = UINT32_MAX;
    size_t best = 0;
    for (size_t a = 0; a < TC_ANCHORS; a++) {
        if (!anchor_fits(word, &tc_anchors[a])) continue;
        uint32_t key = tc_anchor_key(anchor_gram(word, &tc_anchors[a]), a);
        uint32_t n = counted(c, key);
        if (n >= least) continue;
        least = n;
        best = a;
        e.key = key;
        e.at = anchor_at(word, &tc_anchors[a]);
    }
    s->anchors |= 1u << best;
    s->anchored.entries[s->anchored.count++] = e;
}

static void file_inner(tc_search *s, const census *c, const tc_automaton_word *word,
                       tc_search_entry e)
{
    uint32_t least = UINT32_MAX;
    for (size_t j = 0; j + TC_GRAM <= word->text.len; j++) {
        uint32_t key = tc_load4(word->text.ptr + j);
        uint32_t n = counted(c, key);
        if (n >= least) continue;
        least = n;
        e.key = key;
        e.at = (uint32_t)j;
    }
    s->inner.entries[s->inner.count++] = e;
}

/* How usual a byte is in folded text: the place in this list counts, bytes not in it are least so.
 */
static size_t usual(uint8_t byte)
{
    static const char order[] = "eaotinsrlcdm./-\\ 0123456789phufgwbyv_=:k,%+&xjzq\"'()";
    const char *at = byte ? strchr(order, byte) : NULL;
    return at ? sizeof order - (size_t)(at - order) : 0;
}

static void file_brief(tc_search *s, const tc_automaton_word *word, tc_search_entry e)
{
    const uint8_t *text = word->text.ptr;
    if (e.length == 3 && usual(text[1]) + usual(text[2]) < usual(text[0]) + usual(text[1]))
        e.at = 1;
    e.key = tc_load2(text + e.at);
    s->brief.entries[s->brief.count++] = e;
}

static void file_word(tc_search *s, const census *c, const tc_automaton_word *word)
{
    tc_search_entry e = {.text = word->text.ptr,
                         .length = (uint32_t)word->text.len,
                         .id = word->id,
                         .front = word->front,
                         .back = word->back};
    if (e.length == 1)
        s->ones[s->one_count++] = e;
    else if (is_anchored(word))
        file_anchored(s, c, word, e);
    else if (e.length >= TC_GRAM)
        file_inner(s, c, word, e);
    else
        file_brief(s, word, e);
}

static int compare(const void *a, const void *b)
{
    const tc_search_entry *x = a;
    const tc_search_entry *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool close_filing(tc_filing *f)
{
    if (f->count > 1) qsort(f->entries, f->count, sizeof *f->entries, compare);
    unsigned bits = BITS_MIN;
    while (bits < BITS_MAX && ((size_t)1 << bits) < 64 * f->count)
        bits++;
    f->shift = 32 - bits;
    f->marks = tc_alloc((size_t)1 << bits, 1);
    size_t size = power_above(2 * f->count);
    f->slots = tc_alloc(size, sizeof *f->slots);
    f->slot_mask = size - 1;
    if (!f->marks || !f->slots) return false;
    for (size_t i = 0; i < f->count; i++) {
        uint32_t key = f->entries[i].key;
        f->marks[tc_gram_hash(key) >> f->shift] = 1;
        tc_search_slot *s = tc_filing_slot(f->slots, f->slot_mask, key);
        if (s->count == 0) *s = (tc_search_slot){key, (uint32_t)i, 0};
        s->count++;
    }
    return true;
}

static bool file_words(tc_search *s, const tc_automaton_word *words, size_t count)
{
    census c;
    s->inner.entries = tc_alloc(count, sizeof *s->inner.entries);
    s->anchored.entries = tc_alloc(count, sizeof *s->anchored.entries);
    s->brief.entries = tc_alloc(count, sizeof *s->brief.entries);
    s->ones = tc_alloc(count, sizeof *s->ones);
    if (!s->inner.entries || !s->anchored.entries || !s->brief.entries || !s->ones ||
        !take_census(words, count, &c))
        return false;
    for (size_t i = 0; i < count; i++)
        file_word(s, &c, &words[i]);
    tc_free(c.slots);
    return close_filing(&s->inner) && close_filing(&s->brief) && close_filing(&s->anchored);
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

static void free_filing(tc_filing *f)
{
    tc_free(f->entries);
    tc_free(f->slots);
    tc_free(f->marks);
}

void tc_search_free(tc_search *s)
{
    if (!s) return;
    free_filing(&s->inner);
    free_filing(&s->anchored);
    free_filing(&s->brief);
    tc_free(s->ones);
    tc_automaton_free(s->automaton);
    tc_free(s);
}

static size_t filing_bytes(const tc_filing *f)
{
    return f->count * sizeof *f->entries + (f->slot_mask + 1) * sizeof *f->slots +
           ((size_t)1 << (32 - f->shift));
}

size_t tc_search_bytes(const tc_search *s)
{
    return tc_automaton_bytes(s->automaton) + filing_bytes(&s->inner) + filing_bytes(&s->anchored) +
           filing_bytes(&s->brief) + s->one_count * sizeof *s->ones + sizeof *s;
}
