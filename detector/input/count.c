#include "detector/input/count.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { LANES = 64, ROUNDS = 255 };

#ifdef __SSE2__
/* Four vectors of byte counters; a lane counts to 255 at most before it is emptied. Written out,
 * because compilers do not make this of the plain loop below. */
static uint64_t count_stretch(const uint8_t *at, size_t rounds)
{
    const __m128i newline = _mm_set1_epi8('\n');
    __m128i lane[4] = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(),
                       _mm_setzero_si128()};
    for (size_t r = 0; r < rounds; r++, at += LANES) {
        for (size_t i = 0; i < 4; i++) {
            __m128i bytes = _mm_loadu_si128((const __m128i_u *)(at + 16 * i));
            lane[i] = _mm_sub_epi8(lane[i], _mm_cmpeq_epi8(bytes, newline));
        }
    }
    __m128i sum = _mm_setzero_si128();
    for (size_t i = 0; i < 4; i++)
        sum = _mm_add_epi64(sum, _mm_sad_epu8(lane[i], _mm_setzero_si128()));
    return (uint64_t)_mm_cvtsi128_si64(sum) + (uint64_t)_mm_cvtsi128_si64(_mm_srli_si128(sum, 8));
}
#else
/* Sums of single bytes; a lane is emptied before it can overflow. */
static uint64_t count_stretch(const uint8_t *at, size_t rounds)
{
    uint8_t lane[LANES] = {0};
    for (size_t r = 0; r < rounds; r++, at += LANES) {
        for (size_t i = 0; i < LANES; i++)
            lane[i] = (uint8_t)(lane[i] + (at[i] == '\n'));
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < LANES; i++)
        sum += lane[i];
    return sum;
}
#endif

uint64_t tc_count_newlines(tc_slice s)
{
    uint64_t count = 0;
    size_t at = 0;
    while (s.len - at >= LANES) {
        size_t rounds = TC_MIN((s.len - at) / LANES, (size_t)ROUNDS);
        count += count_stretch(s.ptr + at, rounds);
        at += rounds * LANES;
    }
    for (; at < s.len; at++)
        count += s.ptr[at] == '\n';
    return count;
}
