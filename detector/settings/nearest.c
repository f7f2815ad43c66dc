#include "detector/settings/nearest.h"

const char *tc_nearest_word(tc_slice word, const char *const *words, size_t count)
{
    const char *best = NULL;
    size_t best_distance = word.len / 3 + 1;
    if (word.len == 0 || word.len > 60) return NULL;
    for (size_t w = 0; w < count; w++) {
        size_t length = strlen(words[w]), row[64];
        if (length >= TC_COUNT_OF(row)) continue;
        for (size_t i = 0; i <= length; i++)
            row[i] = i;
        for (size_t k = 1; k <= word.len; k++) {
            size_t corner = row[0];
            row[0] = k;
            for (size_t i = 1; i <= length; i++) {
                size_t change = corner + (words[w][i - 1] != (char)word.ptr[k - 1]);
                corner = row[i];
                row[i] = TC_MIN(change, TC_MIN(row[i], row[i - 1]) + 1);
            }
        }
        if (row[length] <= best_distance && (best == NULL || row[length] < best_distance)) {
            best = words[w];
            best_distance = row[length];
        }
    }
    return best;
}
