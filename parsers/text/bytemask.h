/*
 * bytemask: 64 bytes at once, one bit per byte of interest.
 *
 * The hot loops of the text parsers (split.c, csv.c) look at 64 bytes, get a word whose
 * bit i speaks of byte i, and walk its set bits. SSE2 where the compiler targets it (every x86-64),
 * portable C elsewhere; TC_BYTEMASK_PORTABLE forces the latter, for the tests. The caller
 * guarantees 64 readable bytes; tc_bytemask_tail makes them for the end of a block.
 */
#ifndef TC_TEXT_BYTEMASK_H
#define TC_TEXT_BYTEMASK_H

#include "parsers/base/slice.h"

#if defined(__SSE2__) && !defined(TC_BYTEMASK_PORTABLE)
#define TC_BYTEMASK_SSE2 1
#include <emmintrin.h>
#endif

#define TC_BYTEMASK_SPAN 64

typedef struct tc_bytemask_tail {
    uint8_t bytes[TC_BYTEMASK_SPAN];
} tc_bytemask_tail;

/* The `left` (< 64) bytes at `at`, filled up with bytes that no mask selects. */
static inline const uint8_t *tc_bytemask_pad(tc_bytemask_tail *tail, const uint8_t *at, size_t left)
{
    memset(tail->bytes, 'x', sizeof tail->bytes);
    memcpy(tail->bytes, at, left);
    return tail->bytes;
}

#ifdef TC_BYTEMASK_SSE2

static inline __m128i tc_bytemask_load(const uint8_t *at, size_t vector)
{
    return _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * vector));
}
static inline uint64_t tc_bytemask_bits(__m128i selected, size_t vector)
{
    return (uint64_t)(uint32_t)_mm_movemask_epi8(selected) << (16 * vector);
}

/* Bytes up to and including the blank: separators, line ends, NUL and other controls. */
static inline uint64_t tc_bytemask_controls(const uint8_t *at)
{
    const __m128i blank = _mm_set1_epi8(' ');
    uint64_t mask = 0;
    for (size_t i = 0; i < 4; i++) {
        __m128i x = tc_bytemask_load(at, i);
        mask |= tc_bytemask_bits(_mm_cmpeq_epi8(_mm_min_epu8(x, blank), x), i);
    }
    return mask;
}

/* Separator, quote, line feed and NUL: what shapes a delimited record. */
static inline uint64_t tc_bytemask_csv(const uint8_t *at, uint8_t separator, uint8_t mark)
{
    const __m128i comma = _mm_set1_epi8((char)separator), quote = _mm_set1_epi8((char)mark);
    const __m128i feed = _mm_set1_epi8('\n'), nul = _mm_setzero_si128();
    uint64_t mask = 0;
    for (size_t i = 0; i < 4; i++) {
        __m128i x = tc_bytemask_load(at, i);
        __m128i a = _mm_or_si128(_mm_cmpeq_epi8(x, comma), _mm_cmpeq_epi8(x, quote));
        __m128i b = _mm_or_si128(_mm_cmpeq_epi8(x, feed), _mm_cmpeq_epi8(x, nul));
        mask |= tc_bytemask_bits(_mm_or_si128(a, b), i);
    }
    return mask;
}

/* One byte. */
static inline uint64_t tc_bytemask_equal(const uint8_t *at, uint8_t byte)
{
    const __m128i wanted = _mm_set1_epi8((char)byte);
    uint64_t mask = 0;
    for (size_t i = 0; i < 4; i++)
        mask |= tc_bytemask_bits(_mm_cmpeq_epi8(tc_bytemask_load(at, i), wanted), i);
    return mask;
}

#else

static inline uint64_t tc_bytemask_controls(const uint8_t *at)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < TC_BYTEMASK_SPAN; i++)
        mask |= (uint64_t)(at[i] <= ' ') << i;
    return mask;
}

static inline uint64_t tc_bytemask_csv(const uint8_t *at, uint8_t separator, uint8_t mark)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < TC_BYTEMASK_SPAN; i++) {
        uint8_t c = at[i];
        mask |= (uint64_t)(c == separator || c == mark || c == '\n' || c == 0) << i;
    }
    return mask;
}

static inline uint64_t tc_bytemask_equal(const uint8_t *at, uint8_t byte)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < TC_BYTEMASK_SPAN; i++)
        mask |= (uint64_t)(at[i] == byte) << i;
    return mask;
}

#endif

#endif
