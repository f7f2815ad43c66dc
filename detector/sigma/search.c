#include "detector/sigma/search.h"

#include "detector/sigma/search_data.h"

/* Comparisons allowed per byte of text before the automaton takes over. */
#define EFFORT 2
#define EFFORT_FREE 64

typedef struct scan {
    tc_slice text;
    tc_automaton_found *found;
    void *context;
    size_t effort; /* comparisons left */
} scan;

/* Compares the words filed under what stands at the place; false when the effort is spent. */
static bool look(scan *s, const tc_search_entry *entries, uint32_t count, size_t at)
{
    if (count >= s->effort) return false;
    s->effort -= count;
    for (const tc_search_entry *e = entries; e < entries + count; e++) {
        if (e->at > at || e->length > s->text.len - (at - e->at)) continue;
        if (e->front && e->at != at) continue;
        if (e->back && e->length != s->text.len - (at - e->at)) continue;
        if (memcmp(s->text.ptr + (at - e->at), e->text, e->length) == 0)
            s->found(s->context, e->id, at - e->at + e->length);
    }
    return true;
}

static bool look_key(scan *s, const tc_filing *f, uint32_t key, size_t at)
{
    const tc_search_slot *under = tc_filing_slot(f->slots, f->slot_mask, key);
    return look(s, f->entries + under->first, under->count, at);
}

static inline bool look_gram(scan *s, const tc_filing *f, uint32_t gram, size_t at)
{
    return TC_LIKELY(!tc_filing_test(f->marks, f->shift, gram)) || look_key(s, f, gram, at);
}

/* One place at a time. */
static bool scan_places(scan *s, const tc_search *search, size_t from, size_t to)
{
    const uint8_t *text = s->text.ptr;
    for (size_t i = from; i < to && i + 2 <= s->text.len; i++)
        if (!look_gram(s, &search->brief, tc_load2(text + i), i)) return false;
    for (size_t i = from; i < to && i + TC_GRAM <= s->text.len; i++)
        if (!look_gram(s, &search->inner, tc_load4(text + i), i)) return false;
    return true;
}

/* 1: at one of the first four of eight bytes a word may stand. */
static inline uint8_t test_four(const tc_filing *f, uint64_t eight, uint32_t mask)
{
    const uint8_t *marks = f->marks;
    unsigned shift = f->shift;
    return tc_filing_test(marks, shift, (uint32_t)eight & mask) |
           tc_filing_test(marks, shift, (uint32_t)(eight >> 8) & mask) |
           tc_filing_test(marks, shift, (uint32_t)(eight >> 16) & mask) |
           tc_filing_test(marks, shift, (uint32_t)(eight >> 24) & mask);
}

/* Four places with one branch, since most have no word. */
static bool scan_anywhere(scan *s, const tc_search *search)
{
    const tc_filing inner = search->inner;
    const tc_filing brief = search->brief;
    if (inner.count == 0 && brief.count == 0) return true;
    const uint8_t *text = s->text.ptr;
    size_t i = 0;
    for (; i + 8 <= s->text.len; i += 4) {
        uint64_t eight = tc_load8(text + i);
        uint8_t any = test_four(&inner, eight, UINT32_MAX);
        if (brief.count > 0) any |= test_four(&brief, eight, UINT16_MAX);
        if (TC_UNLIKELY(any) && !scan_places(s, search, i, i + 4)) return false;
    }
    return scan_places(s, search, i, s->text.len);
}

static bool scan_anchored(scan *s, const tc_search *search)
{
    for (unsigned left = search->anchors; left; left &= left - 1) {
        size_t a = (size_t)__builtin_ctz(left);
        const tc_anchor *anchor = &tc_anchors[a];
        if ((size_t)anchor->at + anchor->width > s->text.len) continue;
        size_t at = anchor->back ? s->text.len - anchor->at - anchor->width : anchor->at;
        const uint8_t *gram = s->text.ptr + at;
        uint32_t key = tc_anchor_key(anchor->width == TC_GRAM ? tc_load4(gram) : tc_load2(gram), a);
        if (!look_gram(s, &search->anchored, key, at)) return false;
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
    if (!scan_anchored(&s, search) || !scan_anywhere(&s, search)) {
        tc_automaton_scan(search->automaton, text, found, context);
        return;
    }
    scan_ones(&s, search);
}
