/*
 * search_data: the inside of a search, shared by its building and its scanning.
 */
#ifndef TC_SIGMA_SEARCH_DATA_H
#define TC_SIGMA_SEARCH_DATA_H

#include "detector/sigma/search.h"

#define TC_GRAM 4

/* A word under its key. */
typedef struct tc_search_entry {
    const uint8_t *text;
    uint32_t length;
    uint32_t at; /* of the gram in the word */
    uint32_t id;
    uint32_t key; /* the gram, mixed with the anchor */
    bool front, back;
} tc_search_entry;

/* Entries of one key: entries[first .. first + count). */
typedef struct tc_search_slot {
    uint32_t key;
    uint32_t first, count; /* count 0 = free */
} tc_search_slot;

typedef struct tc_filing {
    tc_search_entry *entries;
    size_t count;
    tc_search_slot *slots; /* a power of two, at most half full */
    size_t slot_mask;
    uint8_t *marks; /* by the hash of the key, 1: there may be a slot */
    unsigned shift; /* of the hash, to a mark */
} tc_filing;

/* Where the gram of a word for one end stands, counted from that end. */
typedef struct tc_anchor {
    bool back;
    uint8_t at;    /* bytes between the end of the text and the gram */
    uint8_t width; /* of the gram: 4, or 2 for words of two and three bytes */
} tc_anchor;
#define TC_ANCHORS 11
extern const tc_anchor tc_anchors[TC_ANCHORS];

struct tc_search {
    tc_filing inner;       /* words for any place, of at least four bytes */
    tc_filing brief;       /* of two and three bytes, by two of them */
    tc_filing anchored;    /* words for one end */
    unsigned anchors;      /* which of tc_anchors are in use, a bit each */
    tc_search_entry *ones; /* words of one byte */
    size_t one_count;
    tc_automaton *automaton;
};

/* Eight, four, two bytes, the first one lowest, whatever the machine. */
static inline uint64_t tc_load8(const uint8_t *p)
{
    uint64_t n;
    memcpy(&n, p, sizeof n);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? n : __builtin_bswap64(n);
}
static inline uint32_t tc_load4(const uint8_t *p)
{
    uint32_t n;
    memcpy(&n, p, sizeof n);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? n : __builtin_bswap32(n);
}
static inline uint32_t tc_load2(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t tc_gram_hash(uint32_t key)
{
    return key * UINT32_C(2654435761);
}
/* The key of a gram at an anchor; grams for any place are their own keys. */
static inline uint32_t tc_anchor_key(uint32_t gram, size_t anchor)
{
    return gram ^ (uint32_t)(anchor + 1) * UINT32_C(0x85EBCA6B);
}
/* 1: the key may have a slot. */
static inline uint8_t tc_filing_test(const uint8_t *marks, unsigned shift, uint32_t key)
{
    return marks[tc_gram_hash(key) >> shift];
}
static inline tc_search_slot *tc_filing_slot(tc_search_slot *slots, size_t mask, uint32_t key)
{
    size_t at = (tc_gram_hash(key) >> 7) & mask;
    while (slots[at].count > 0 && slots[at].key != key)
        at = (at + 1) & mask;
    return &slots[at];
}

#endif
