#include "detector/follow/zeros.h"

bool tc_zeros_wide(tc_slice beginning)
{
    if (beginning.len < 2) return false;
    uint8_t first = beginning.ptr[0], second = beginning.ptr[1];
    return (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF) ||
           (first == 0) != (second == 0);
}

size_t tc_zeros_leading(tc_slice bytes, bool wide)
{
    size_t n = 0;
    while (n < bytes.len && bytes.ptr[n] == 0)
        n++;
    return wide ? n / 2 * 2 : n;
}

/* How many bytes at the end are zeros, of wide ones the characters that stand whole in the file. */
static size_t trailing(tc_slice bytes, uint64_t offset, bool wide)
{
    size_t odd = wide ? (size_t)((offset + bytes.len) % 2) : 0;
    size_t end = bytes.len;
    if (odd && end > 0 && bytes.ptr[end - 1] != 0) return 0;
    end -= TC_MIN(odd, end);
    size_t n = 0;
    while (n < end && bytes.ptr[end - 1 - n] == 0)
        n++;
    if (!wide) return n;
    n = n / 2 * 2;
    return n > 0 ? n + odd : 0;
}

/* Where a run of zeros begins that is too long to be content. */
static size_t long_run(tc_slice bytes, uint64_t offset, bool wide)
{
    size_t run = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        run = bytes.ptr[i] == 0 ? run + 1 : 0;
        if (run < TC_ZEROS_RUN) continue;
        size_t start = i + 1 - run;
        return wide ? TC_MIN(start + (size_t)((offset + start) % 2), bytes.len) : start;
    }
    return bytes.len;
}

size_t tc_zeros_before(tc_slice bytes, uint64_t offset, bool wide)
{
    size_t usable = long_run(bytes, offset, wide);
    if (usable < bytes.len) return usable;
    return bytes.len - trailing(bytes, offset, wide);
}
