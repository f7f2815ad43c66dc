#include "parsers/base/json_scan.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BLOCK 64

/* One bit per byte of a block. */
struct masks {
    uint64_t quote;
    uint64_t backslash;
    uint64_t open;
    uint64_t close;
};

#if defined(__SSE2__)
static inline uint64_t equal_bytes(const __m128i block[4], char wanted)
{
    const __m128i byte = _mm_set1_epi8(wanted);
    uint64_t mask = 0;
    for (int i = 3; i >= 0; i--)
        mask = mask << 16 | (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block[i], byte));
    return mask;
}

static inline struct masks classify(const uint8_t *at)
{
    __m128i block[4];
    __m128i folded[4]; /* with bit 5 set, '[' is '{' and ']' is '}' */
    for (int i = 0; i < 4; i++) {
        block[i] = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * i));
        folded[i] = _mm_or_si128(block[i], _mm_set1_epi8(0x20));
    }
    return (struct masks){equal_bytes(block, '"'), equal_bytes(block, '\\'),
                          equal_bytes(folded, '{'), equal_bytes(folded, '}')};
}
#else
static inline struct masks classify(const uint8_t *at)
{
    struct masks masks = {0, 0, 0, 0};
    for (int i = 0; i < BLOCK; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if (at[i] == '"') masks.quote |= bit;
        if (at[i] == '\\') masks.backslash |= bit;
        if ((at[i] | 0x20) == '{') masks.open |= bit;
        if ((at[i] | 0x20) == '}') masks.close |= bit;
    }
    return masks;
}
#endif

/* What one block leaves to the next. */
struct scan {
    uint64_t in_string; /* all ones: the block begins inside a string */
    uint64_t escaped;   /* 1: its first byte stands behind a backslash */
    size_t depth;
};

/* The bytes that stand behind a backslash which is not itself escaped. */
static inline uint64_t escaped_bytes(uint64_t backslash, uint64_t *carry)
{
    uint64_t escaped = *carry;
    uint64_t left = backslash & ~escaped;
    *carry = 0;
    while (left) {
        uint64_t bit = left & (~left + 1);
        escaped |= bit << 1;
        *carry = bit >> 63;
        left &= ~(bit | bit << 1);
    }
    return escaped;
}

/* The bytes inside strings, opening quotes included: ones from each odd quote to the next. */
static inline uint64_t inside_strings(uint64_t quote, uint64_t *carry)
{
    uint64_t inside = quote;
    for (unsigned shift = 1; shift < 64; shift *= 2)
        inside ^= inside << shift;
    inside ^= *carry;
    *carry = 0 - (inside >> 63);
    return inside;
}

/* Follows the brackets of a block one by one. */
static tc_json_scan_result walk_brackets(uint64_t open, uint64_t close, size_t room, size_t *depth,
                                         size_t *ret_index)
{
    for (uint64_t both = open | close; both; both &= both - 1) {
        *ret_index = (size_t)__builtin_ctzll(both);
        if (open >> *ret_index & 1) {
            if (*depth == room) return TC_JSON_SCAN_DEEP;
            ++*depth;
        } else if (--*depth == 0) {
            return TC_JSON_SCAN_CLOSED;
        }
    }
    return TC_JSON_SCAN_SHORT;
}

static inline tc_json_scan_result scan_block(struct scan *scan, const uint8_t *at, size_t room,
                                             size_t *ret_index)
{
    struct masks masks = classify(at);
    uint64_t escaped = escaped_bytes(masks.backslash, &scan->escaped);
    uint64_t inside = inside_strings(masks.quote & ~escaped, &scan->in_string);
    uint64_t open = masks.open & ~inside;
    uint64_t close = masks.close & ~inside;
    size_t opened = (size_t)__builtin_popcountll(open);
    size_t closed = (size_t)__builtin_popcountll(close);
    if (closed >= scan->depth || scan->depth + opened > room)
        return walk_brackets(open, close, room, &scan->depth, ret_index);
    scan->depth += opened - closed;
    return TC_JSON_SCAN_SHORT;
}

tc_json_scan_result tc_json_scan_container(const uint8_t *at, const uint8_t *end, size_t room,
                                           const uint8_t **ret)
{
    struct scan scan = {0, 0, 0};
    size_t index = 0;
    tc_json_scan_result result = TC_JSON_SCAN_SHORT;
    *ret = end;
    while (result == TC_JSON_SCAN_SHORT && at != end) {
        size_t length = TC_MIN((size_t)(end - at), (size_t)BLOCK);
        if (length == BLOCK) {
            result = scan_block(&scan, at, room, &index);
        } else {
            uint8_t tail[BLOCK];
            memset(tail, ' ', sizeof tail);
            memcpy(tail, at, length);
            result = scan_block(&scan, tail, room, &index);
        }
        if (result == TC_JSON_SCAN_CLOSED) *ret = at + index + 1;
        if (result == TC_JSON_SCAN_DEEP) *ret = at + index;
        at += length;
    }
    return result;
}
