/*
 * cursor: a slice being consumed.
 *
 * The one place of pointer arithmetic over input. Every read carries its maximum and either
 * advances past what it returned or does not advance at all and says false. A parser written on it
 * reads like the grammar of its format.
 */
#ifndef TC_BASE_CURSOR_H
#define TC_BASE_CURSOR_H

#include "parsers/base/slice.h"

typedef struct tc_cursor {
    const uint8_t *at;
    const uint8_t *end;
} tc_cursor;

static inline tc_cursor tc_cursor_on(tc_slice s)
{
    return (tc_cursor){s.ptr, s.ptr ? s.ptr + s.len : NULL};
}
static inline size_t tc_cursor_left(const tc_cursor *c)
{
    return (size_t)(c->end - c->at);
}
static inline bool tc_cursor_at_end(const tc_cursor *c)
{
    return c->at == c->end;
}
/* What is not consumed yet. */
static inline tc_slice tc_cursor_rest(const tc_cursor *c)
{
    return (tc_slice){c->at, (size_t)(c->end - c->at)};
}

/* The next byte without consuming it; -1 at the end. */
static inline int tc_cursor_peek(const tc_cursor *c)
{
    return c->at == c->end ? -1 : *c->at;
}
/* Consumes exactly that byte / that text / that text in any ASCII case. */
bool tc_cursor_byte(tc_cursor *c, uint8_t byte);
bool tc_cursor_text(tc_cursor *c, tc_slice text);
bool tc_cursor_text_ascii(tc_cursor *c, tc_slice text);
/* Exactly n bytes. */
bool tc_cursor_take(tc_cursor *c, size_t n, tc_slice *ret);
/* Bytes up to `stop`, which must stand within the next max+1 bytes; consumes them and the stop. */
bool tc_cursor_until(tc_cursor *c, uint8_t stop, size_t max, tc_slice *ret);
/* Bytes up to a line end or the end of input, at most max; consumes the LF; a CR before it is not
 * part of the line. False at the end of input or when the line is longer. */
bool tc_cursor_line(tc_cursor *c, size_t max, tc_slice *ret);
/* A run of one byte, possibly empty; returns its length, at most max. */
size_t tc_cursor_skip_run(tc_cursor *c, uint8_t byte, size_t max);
/* Between 1 and max_digits decimal digits as a number; digits beyond max_digits are left. False
 * without a digit or when the number is beyond 64 bits. */
bool tc_cursor_digits(tc_cursor *c, size_t max_digits, uint64_t *ret);
/* Exactly `digits` decimal digits as a number. */
bool tc_cursor_fixed(tc_cursor *c, size_t digits, uint32_t *ret);
/* Integers of wire formats. */
bool tc_cursor_u8(tc_cursor *c, uint8_t *ret);
bool tc_cursor_u16be(tc_cursor *c, uint16_t *ret);
bool tc_cursor_u16le(tc_cursor *c, uint16_t *ret);
bool tc_cursor_u32be(tc_cursor *c, uint32_t *ret);
bool tc_cursor_u32le(tc_cursor *c, uint32_t *ret);
bool tc_cursor_u64le(tc_cursor *c, uint64_t *ret);

#endif
