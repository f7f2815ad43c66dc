#include "parsers/base/slice.h"

static uint8_t fold_byte(uint8_t byte)
{
    return (uint8_t)(byte - 'A') < 26 ? (uint8_t)(byte | 0x20) : byte;
}

static uint64_t load_word(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    return word;
}

/* Folds eight bytes at once. Each byte's low seven bits are moved so that its top bit tells whether
 * it is at least 'A', and whether it is beyond 'Z'; bytes over 127 are left alone. */
static uint64_t fold_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = word & (ones * 0x7F);
    uint64_t from_a = low + ones * (0x80 - 'A');
    uint64_t beyond_z = low + ones * (0x7F - 'Z');
    uint64_t capital = (from_a ^ beyond_z) & ~word & (ones * 0x80);
    return word | (capital >> 2);
}

/* Both ranges have len bytes. */
static bool same_ascii(const uint8_t *a, const uint8_t *b, size_t len)
{
    size_t i = 0;
    for (; len - i >= 8; i += 8) {
        if (fold_word(load_word(a + i)) != fold_word(load_word(b + i))) return false;
    }
    for (; i < len; i++) {
        if (fold_byte(a[i]) != fold_byte(b[i])) return false;
    }
    return true;
}

tc_slice tc_slice_of(const char *text)
{
    return text ? tc_slice_make(text, strlen(text)) : TC_EMPTY_SLICE;
}

tc_slice tc_slice_sub(tc_slice s, size_t from, size_t max)
{
    if (!s.ptr) return TC_EMPTY_SLICE;
    from = TC_MIN(from, s.len);
    return (tc_slice){s.ptr + from, TC_MIN(max, s.len - from)};
}

bool tc_slice_equal(tc_slice a, tc_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool tc_slice_equal_ascii(tc_slice a, tc_slice b)
{
    return a.len == b.len && same_ascii(a.ptr, b.ptr, a.len);
}

int tc_slice_compare(tc_slice a, tc_slice b)
{
    size_t common = TC_MIN(a.len, b.len);
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order != 0) return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

bool tc_slice_starts(tc_slice s, tc_slice prefix)
{
    return prefix.len == 0 || (s.len >= prefix.len && memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool tc_slice_starts_ascii(tc_slice s, tc_slice prefix)
{
    return s.len >= prefix.len && same_ascii(s.ptr, prefix.ptr, prefix.len);
}

bool tc_slice_ends(tc_slice s, tc_slice suffix)
{
    return suffix.len == 0 || (s.len >= suffix.len &&
                               memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0);
}

bool tc_slice_ends_ascii(tc_slice s, tc_slice suffix)
{
    return suffix.len == 0 || (s.len >= suffix.len &&
                               same_ascii(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len));
}

bool tc_slice_is_one_of(tc_slice s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal_ascii(s, tc_slice_of(words[i]))) return true;
    return false;
}

bool tc_slice_ends_one_of(tc_slice s, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_ends_ascii(s, tc_slice_of(endings[i]))) return true;
    return false;
}

size_t tc_slice_find(tc_slice s, uint8_t byte)
{
    if (s.len == 0) return TC_NPOS;
    const uint8_t *hit = memchr(s.ptr, byte, s.len);
    return hit ? (size_t)(hit - s.ptr) : TC_NPOS;
}

size_t tc_slice_rfind(tc_slice s, uint8_t byte)
{
    if (s.len == 0) return TC_NPOS;
    const uint8_t *hit = memrchr(s.ptr, byte, s.len);
    return hit ? (size_t)(hit - s.ptr) : TC_NPOS;
}

size_t tc_slice_search(tc_slice s, tc_slice text)
{
    if (text.len == 0) return 0;
    if (s.len < text.len) return TC_NPOS;
    const uint8_t *hit = memmem(s.ptr, s.len, text.ptr, text.len);
    return hit ? (size_t)(hit - s.ptr) : TC_NPOS;
}

static size_t find_from(tc_slice s, size_t from, uint8_t byte)
{
    size_t hit = tc_slice_find(tc_slice_sub(s, from, SIZE_MAX), byte);
    return hit == TC_NPOS ? TC_NPOS : from + hit;
}

size_t tc_slice_search_ascii(tc_slice s, tc_slice text)
{
    if (text.len == 0) return 0;
    if (s.len < text.len) return TC_NPOS;
    tc_slice starts = {s.ptr, s.len - text.len + 1};
    uint8_t small = fold_byte(text.ptr[0]);
    uint8_t capital = (uint8_t)(small - 'a') < 26 ? (uint8_t)(small & 0xDF) : small;
    size_t next_small = find_from(starts, 0, small);
    size_t next_capital = capital == small ? TC_NPOS : find_from(starts, 0, capital);
    for (;;) {
        size_t at = TC_MIN(next_small, next_capital);
        if (at == TC_NPOS) return TC_NPOS;
        if (same_ascii(s.ptr + at, text.ptr, text.len)) return at;
        if (at == next_small) {
            next_small = find_from(starts, at + 1, small);
        } else {
            next_capital = find_from(starts, at + 1, capital);
        }
    }
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

tc_slice tc_slice_trim(tc_slice s)
{
    size_t from = 0;
    while (from < s.len && is_blank(s.ptr[from])) {
        from++;
    }
    size_t to = s.len;
    while (to > from && is_blank(s.ptr[to - 1])) {
        to--;
    }
    return tc_slice_sub(s, from, to - from);
}

tc_slice tc_slice_split(tc_slice s, uint8_t separator, tc_slice *rest)
{
    size_t at = tc_slice_find(s, separator);
    if (at == TC_NPOS) {
        *rest = TC_EMPTY_SLICE;
        return s;
    }
    *rest = (tc_slice){s.ptr + at + 1, s.len - at - 1};
    return (tc_slice){s.ptr, at};
}

const char *tc_slice_to_cstr(tc_slice s, char *out, size_t size)
{
    TC_ASSERT(size > 0);
    size_t len = TC_MIN(s.len, size - 1);
    if (len) memcpy(out, s.ptr, len);
    out[len] = '\0';
    return out;
}
