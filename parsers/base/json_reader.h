/*
 * json_reader: one JSON text (RFC 8259), read on demand, no tree.
 *
 * The caller walks: a value is either taken, entered or skipped. What is taken is checked strictly
 * (its UTF-8 excepted); skipping is a fast scan that only balances brackets, of either kind alike,
 * and strings. Depth is bounded by TC_JSON_DEPTH. Strings are handed out raw
 * (with their escapes) and decoded only when asked. The reader never allocates and never reads past
 * its slice. After a syntax error every call says so (tc_json_failed) and nothing advances.
 *
 *     tc_json r; tc_json_value v; tc_slice key;
 *     tc_json_init(&r, text);
 *     if (tc_json_value_next(&r, &v) && v.type == TC_JSON_OBJECT)
 *         while (tc_json_key_next(&r, &key))
 *             if (wanted(key)) tc_json_value_next(&r, &v); else tc_json_skip(&r, NULL);
 */
#ifndef TC_BASE_JSON_READER_H
#define TC_BASE_JSON_READER_H

#include "parsers/base/arena.h"

#define TC_JSON_DEPTH 128

typedef enum tc_json_type {
    TC_JSON_NULL,
    TC_JSON_TRUE,
    TC_JSON_FALSE,
    TC_JSON_NUMBER,
    TC_JSON_STRING,
    TC_JSON_OBJECT,
    TC_JSON_ARRAY,
    TC_JSON_TYPE_COUNT
} tc_json_type;

typedef struct tc_json_value {
    tc_json_type type;
    tc_slice raw; /* number text; string between its quotes; for containers the opening byte */
    bool escaped; /* the string holds at least one backslash */
} tc_json_value;

typedef struct tc_json {
    const uint8_t *at;
    const uint8_t *end;
    const uint8_t *start;
    uint32_t depth;
    bool first[TC_JSON_DEPTH]; /* no member seen yet at this depth */
    bool failed;
} tc_json;

void tc_json_init(tc_json *r, tc_slice text);
/* At a value: takes a scalar, or enters an object or array (then walk it with key_next or
 * element_next to its end). False on an error. */
bool tc_json_value_next(tc_json *r, tc_json_value *ret) TC_MUST_USE;
/* Inside an object: true with the raw key (escapes and all) and the reader at its value; false
 * behind the '}'. */
bool tc_json_key_next(tc_json *r, tc_slice *ret_key) TC_MUST_USE;
/* Inside an array: true with the reader at a value; false behind the ']'. */
bool tc_json_element_next(tc_json *r) TC_MUST_USE;
/* Skips the value at the reader whole; *ret (may be NULL) is its text. */
bool tc_json_skip(tc_json *r, tc_slice *ret) TC_MUST_USE;
/* Only white space is left (call after the outermost value). */
bool tc_json_at_end(tc_json *r);
static inline bool tc_json_failed(const tc_json *r)
{
    return r->failed;
}
/* Offset of the reader in its text: where an error stands. */
size_t tc_json_offset(const tc_json *r);

/* Decodes the raw text between quotes (escapes, surrogate pairs; a lone surrogate becomes U+FFFD)
 * into the arena; without a backslash the slice itself is returned. False on a bad escape or at the
 * arena's limit. */
bool tc_json_decode(tc_arena *arena, tc_slice raw, tc_slice *ret) TC_MUST_USE;

/* The length of the complete JSON value at the start of text (white space before it included), for
 * framing: 0 if it is not complete yet; TC_NPOS if it cannot become one. Objects and arrays only.
 */
size_t tc_json_extent(tc_slice text);

#endif
