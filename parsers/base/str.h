/*
 * str: text being built, with a maximum.
 *
 * Grows on the heap up to the maximum given at init; past it every append fails with TC_ELIMIT, the
 * text stays as it was, and the failure sticks (tc_str_status), so that a writer may append freely
 * and ask once at the end. Owned by whoever called init; done frees. The text is not
 * NUL-terminated except through tc_str_cstr.
 */
#ifndef TC_BASE_STR_H
#define TC_BASE_STR_H

#include "parsers/base/slice.h"

typedef struct tc_str {
    uint8_t *data;
    size_t len;
    size_t capacity;
    size_t max;
    tc_code failed;
} tc_str;

void tc_str_init(tc_str *s, size_t max);
void tc_str_done(tc_str *s);
/* Empties the text, forgets a failure, keeps the memory. */
void tc_str_clear(tc_str *s);
void tc_str_add(tc_str *s, tc_slice text);
void tc_str_add_byte(tc_str *s, uint8_t byte);
void tc_str_addf(tc_str *s, const char *format, ...) TC_PRINTF(2, 3);
void tc_str_add_u64(tc_str *s, uint64_t n);
static inline tc_slice tc_str_view(const tc_str *s)
{
    return (tc_slice){s->data, s->len};
}
/* The text with a NUL behind it; "" after a failure without memory. Valid until the next change. */
const char *tc_str_cstr(tc_str *s);
static inline TC_STATUS tc_str_status(const tc_str *s)
{
    return (tc_status){s->failed};
}

#endif
