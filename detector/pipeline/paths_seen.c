#include "detector/pipeline/paths_seen.h"

static uint64_t load(const uint8_t *p)
{
    uint64_t n;
    memcpy(&n, p, sizeof(n));
    return n;
}

/* Of the ends, where paths differ, and the length: to be fast, not to be safe. */
static size_t slot_of(uint64_t columns, tc_slice path)
{
    uint64_t h = path.len + (columns);
    if (path.len >= 8)
        h ^= load(path.ptr + path.len - 8) ^ load(path.ptr + path.len / 2 - 4) << 1;
    else
        for (size_t i = 0; i < path.len; i++)
            h = h << 8 ^ path.ptr[i];
    h *= UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(h >> 32) & (TC_PATHS_SEEN - 1);
}

tc_path_news tc_paths_seen_find(const tc_paths_seen *seen, uint64_t columns, tc_slice path)
{
    if (path.len == 0) return TC_PATH_UNSEEN;
    const tc_path_seen *slot = &seen->slots[slot_of(columns, path)];
    if (slot->length != path.len || slot->columns != columns) return TC_PATH_UNSEEN;
    return memcmp(slot->text, path.ptr, path.len) == 0 ? (tc_path_news)slot->news : TC_PATH_UNSEEN;
}

void tc_paths_seen_keep(tc_paths_seen *seen, uint64_t columns, tc_slice path, bool quiet)
{
    if (path.len == 0 || path.len > TC_PATH_SEEN_MAX) return;
    tc_path_seen *slot = &seen->slots[slot_of(columns, path)];
    slot->columns = columns;
    slot->length = (uint16_t)path.len;
    slot->news = quiet ? TC_PATH_QUIET : TC_PATH_TELLING;
    memcpy(slot->text, path.ptr, path.len);
}
