/*
 * quickhash: a keyed hash of a few nanoseconds, for the private tables of this folder, and what
 * else its hot paths share.
 *
 * Folded 64x64 multiplications under a key of the process. It decides nothing that can be seen:
 * tables that use it compare what they hold, or only suppress what would be said twice. Strangers
 * choose the keys of those tables, hence the secret key; what must be equal in every run uses
 * tc_content_hash instead.
 */
#ifndef TC_ENRICH_QUICKHASH_H
#define TC_ENRICH_QUICKHASH_H

#include "parsers/base/hash.h"

/* Set whole on a hot path: a hardened build must not clear it before. */
#if __has_attribute(uninitialized)
#define TC_SET_WHOLE __attribute__((uninitialized))
#else
#define TC_SET_WHOLE
#endif

__extension__ typedef unsigned __int128 tc_wide;

static inline uint64_t tc_quick_mix(uint64_t a, uint64_t b)
{
    tc_wide product = (tc_wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t tc_quick_load8(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return word;
}

static inline uint64_t tc_quick_load4(const uint8_t *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof(word));
    return word;
}

/* Hash of s continuing from `seed` (0, or the hash of what stands before it). */
static inline uint64_t tc_quick_hash(tc_hash_key key, uint64_t seed, tc_slice s)
{
    const uint8_t *p = s.ptr;
    size_t left = s.len;
    uint64_t h = seed ^ key.k0;
    uint64_t x = 0, y = 0;
    while (left > 16) {
        h = tc_quick_mix(tc_quick_load8(p) ^ key.k1, tc_quick_load8(p + 8) ^ h);
        p += 16;
        left -= 16;
    }
    if (left >= 8) {
        x = tc_quick_load8(p);
        y = tc_quick_load8(p + left - 8);
    } else if (left >= 4) {
        x = tc_quick_load4(p);
        y = tc_quick_load4(p + left - 4);
    } else if (left > 0) {
        x = (uint64_t)p[0] << 16 | (uint64_t)p[left / 2] << 8 | p[left - 1];
    }
    h = tc_quick_mix(x ^ key.k1, y ^ h);
    return tc_quick_mix(h ^ s.len, key.k0 | 1);
}

#endif
