/*
 * catalogue: the tables behind detector/enrich/language.h, ready to be asked.
 *
 * Immutable once open. Prefixes are held under the key of tc_utf8_catalogue_key and, for logs that
 * were written in an old code page, under their bytes in it. Two small filters in front (first
 * letter with length, first three code points) send ordinary subjects away before a key is made.
 */
#ifndef TC_ENRICH_CATALOGUE_H
#define TC_ENRICH_CATALOGUE_H

#include "detector/enrich/charset.h"
#include "detector/enrich/language.h"
#include "parsers/base/map.h"

#define TC_SEGMENT_MAX 256 /* bytes of a subject in which its prefix must end */
#define BEGINNINGS 8192

typedef struct catalogue_entry {
    tc_message_kind kind;
    uint16_t language; /* index of the class; 0 = several languages have this prefix */
    uint8_t certainty;
    bool quoting; /* RE:, FW: what follows is a quotation */
} catalogue_entry;

struct tc_language_catalogue {
    tc_han_table han;
    tc_slice *classes; /* [0] is empty */
    size_t class_count, class_capacity;
    catalogue_entry *entries;
    size_t entry_count, entry_capacity;
    tc_map *prefixes; /* key -> entry */
    tc_map *bytes;    /* key in a code page, ASCII folded -> entry */
    tc_map *locales;  /* tag or LCID -> class */
    tc_arena *texts;
    uint64_t lengths_of[128];             /* ASCII keys: by first letter, one bit per length */
    uint64_t beginnings[BEGINNINGS / 64]; /* keys: their first three code points, hashed */
};

static inline uint64_t tc_length_bit(size_t length)
{
    return (uint64_t)1 << TC_MIN(length, (size_t)63);
}

/* Folded code points of the beginning of a text; returns how many there are, at most `count`. */
size_t tc_beginning(tc_slice text, uint32_t *ret_points, size_t count);

static inline size_t tc_beginning_hash(const uint32_t points[3])
{
    uint64_t h = points[0] * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ points[1]) * UINT64_C(0xBF58476D1CE4E5B9);
    h = (h ^ points[2]) * UINT64_C(0x94D049BB133111EB);
    return (size_t)(h >> 40) % BEGINNINGS;
}

#endif
