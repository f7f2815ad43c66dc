#include "detector/input/count.h"

enum { LANES = 32, ROUNDS = 255 };

/* Sums of single bytes, which compilers turn into vector code; a lane is emptied before it can
 * overflow. */
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
