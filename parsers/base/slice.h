/*
 * slice: a run of bytes that somebody else owns.
 *
 * Passed by value wherever text enters. Never NUL-terminated by assumption, never owns. The empty
 * slice has len 0 and may have ptr NULL; every function accepts it. Comparison is on bytes; the
 * functions named _ascii fold A-Z only and are for keywords of formats, never for people's text
 * (base/utf8.h folds that).
 */
#ifndef TC_BASE_SLICE_H
#define TC_BASE_SLICE_H

#include "parsers/base/status.h"

typedef struct tc_slice {
    const uint8_t *ptr;
    size_t len;
} tc_slice;

#define TC_EMPTY_SLICE ((tc_slice){NULL, 0})
/* A slice of a string literal, without its NUL. */
#define TC_LIT(literal) ((tc_slice){(const uint8_t *)("" literal), sizeof(literal) - 1})

/* A slice of a NUL-terminated string (NULL gives the empty slice). */
tc_slice tc_slice_of(const char *text);
static inline tc_slice tc_slice_make(const void *ptr, size_t len)
{
    return (tc_slice){(const uint8_t *)ptr, len};
}
/* The part from `from` (clamped) of at most `max` bytes. */
tc_slice tc_slice_sub(tc_slice s, size_t from, size_t max);

bool tc_slice_equal(tc_slice a, tc_slice b);
bool tc_slice_equal_ascii(tc_slice a, tc_slice b);
/* memcmp order, shorter first on a tie. */
int tc_slice_compare(tc_slice a, tc_slice b);
bool tc_slice_starts(tc_slice s, tc_slice prefix);
bool tc_slice_starts_ascii(tc_slice s, tc_slice prefix);
bool tc_slice_ends(tc_slice s, tc_slice suffix);
bool tc_slice_ends_ascii(tc_slice s, tc_slice suffix);
/* Whether it is one of so many words, case of ASCII aside. */
bool tc_slice_is_one_of(tc_slice s, const char *const *words, size_t count);
/* Whether it ends with one of them. */
bool tc_slice_ends_one_of(tc_slice s, const char *const *endings, size_t count);

#define TC_NPOS SIZE_MAX
/* Index of the first such byte / the last such byte / the first such text, or TC_NPOS. */
size_t tc_slice_find(tc_slice s, uint8_t byte);
size_t tc_slice_rfind(tc_slice s, uint8_t byte);
size_t tc_slice_search(tc_slice s, tc_slice text);
size_t tc_slice_search_ascii(tc_slice s, tc_slice text);

/* Without leading and trailing blanks, tabs, CR and LF. */
tc_slice tc_slice_trim(tc_slice s);

/* Splits off what stands before the first `separator`; *rest begins behind it. With no separator in
 * s, all of s is returned and *rest is empty with a NULL ptr. */
tc_slice tc_slice_split(tc_slice s, uint8_t separator, tc_slice *rest);

static inline bool tc_is_digit(uint8_t byte)
{
    return (uint8_t)(byte - '0') < 10;
}

/* Decimal digits only, whole slice, no sign (u64) or optional '-' (i64); false on overflow, on an
 * empty slice or on any other byte; *ret is untouched then. */
bool tc_slice_to_u64(tc_slice s, uint64_t *ret);
bool tc_slice_to_i64(tc_slice s, int64_t *ret);
/* The number of so many bytes (at most 8) there, the lowest first; those that are missing are 0. */
static inline uint64_t tc_slice_little(tc_slice s, size_t at, size_t bytes)
{
    uint64_t n = 0;
    while (bytes-- > 0)
        n = n << 8 | (at + bytes < s.len ? s.ptr[at + bytes] : 0);
    return n;
}
/* Hexadecimal digits with or without 0x. */
bool tc_slice_hex_to_u64(tc_slice s, uint64_t *ret);
/* JSON number grammar plus a leading '+' and leading zeros; independent of the locale. */
bool tc_slice_to_double(tc_slice s, double *ret);

/* The decimal digits of a number, written to the end of the caller's storage, which they point
 * into. */
#define TC_U64_DIGITS 20
tc_slice tc_slice_of_u64(uint64_t n, uint8_t digits[TC_U64_DIGITS]);
/* Two hexadecimal digits, small letters, for each byte; no NUL behind them. */
void tc_slice_write_hex(tc_slice bytes, char *out);

/* Copies at most size-1 bytes and a NUL; returns out. */
const char *tc_slice_to_cstr(tc_slice s, char *out, size_t size);

#endif
