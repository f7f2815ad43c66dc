#include "detector/store/sum.h"

int64_t tc_sum_of(const uint64_t *numbers, size_t number_count, const tc_slice *parts,
                  size_t part_count)
{
    uint64_t sum = number_count;
    for (size_t i = 0; i < number_count; i++) {
        uint8_t bytes[8];
        for (size_t b = 0; b < sizeof(bytes); b++)
            bytes[b] = (uint8_t)(numbers[i] >> 8 * b);
        sum = tc_content_hash_add(sum, tc_slice_make(bytes, sizeof(bytes)));
    }
    for (size_t i = 0; i < part_count; i++)
        sum = tc_content_hash_add(sum, parts[i]);
    int64_t kept;
    memcpy(&kept, &sum, sizeof(kept));
    return kept;
}
